import { Metadata, type ServiceError, status } from '@grpc/grpc-js';
import {
  type CheckedRecords,
  CheckRequest,
  type CheckResponse,
  type Failure,
  FailureClass,
  gather,
  type OpenLane,
  RecordBatch,
  SchemaValidatorClient,
} from '@millrace/contracts';
import { type KafkaRecord, recordColumns, sentBytes, type Travelling, travelling } from '@millrace/lanes';
import { clientChannelOptions, clientCredentials, type TlsFiles } from '@millrace/service';
import { CliError } from '../cli-error.ts';
import { type Asked, askAgain } from './ask-again.ts';

const batchRecordsMax = 2_000;
const batchBytesMax = 512 * 1024;
const callMs = 60_000;

/** What records become, by the one that knows: the schema-validator (Check of schema_validator.proto). */
export class RecordChecks {
  readonly #address: string;
  readonly #client: SchemaValidatorClient;

  constructor(address: string, tls: TlsFiles) {
    this.#address = address;
    this.#client = new SchemaValidatorClient(address, clientCredentials(tls), clientChannelOptions);
  }

  /** Whether the lane could be opened, and its collection. @throws CliError where it could not */
  describe(lane: OpenLane): Promise<CheckedRecords> {
    return this.#ask(CheckRequest.create({ lane }));
  }

  /** The records, in offset order, as batches of bounded size. @throws CliError where the lane could not be opened */
  async *check(lane: OpenLane, records: readonly KafkaRecord[], keysOnly: boolean): AsyncGenerator<CheckedRecords> {
    if (!lane.recordOptions) throw new Error('a lane without record options');
    const seen = travelling(lane.recordOptions);
    for (const part of cutRecords(records, seen)) {
      const batch = gather({ ...RecordBatch.create({ sequence: 1n }), ...recordColumns(part, seen) });
      yield await this.#ask({ lane, batch, keysOnly });
    }
  }

  close(): void {
    this.#client.close();
  }

  #ask(request: CheckRequest): Promise<CheckedRecords> {
    return askAgain(async () => {
      const answer = await this.#call(request);
      if ('later' in answer) return answer;
      const { result } = answer.value;
      if (result?.$case === 'checked') return { value: result.value };
      return laterOrThrow(result?.value);
    });
  }

  #call(request: CheckRequest): Promise<Asked<CheckResponse>> {
    return new Promise((resolve, reject) => {
      const options = { deadline: Date.now() + callMs };
      this.#client.check(request, new Metadata(), options, (error: ServiceError | null, value) => {
        if (error === null) resolve({ value });
        else if (passing.has(error.code)) resolve({ later: this.#explain(error) });
        else reject(new CliError(this.#explain(error), 'unavailable', { cause: error }));
      });
    });
  }

  #explain({ code, details }: ServiceError): string {
    const who = `the schema-validator at ${this.#address}`;
    if (code === status.UNIMPLEMENTED) return `${who} is older than this command: it knows no Check`;
    return `${who} does not answer: ${status[code]} ${details.slice(0, 300)}`;
  }
}

const passing: ReadonlySet<status> = new Set([
  status.UNAVAILABLE,
  status.DEADLINE_EXCEEDED,
  status.RESOURCE_EXHAUSTED,
  status.CANCELLED,
]);

/** @throws CliError where somebody has to act */
export function laterOrThrow(failure: Failure | undefined): { readonly later: string; readonly afterMs: number } {
  if (failure === undefined) throw new CliError('the schema-validator gave an answer without content', 'unavailable');
  const text = `${failure.code}: ${failure.message}${failure.hint ? ` (${failure.hint})` : ''}`;
  if (failure.class === FailureClass.OPERATOR) throw new CliError(text, 'configuration');
  return { later: text, afterMs: Number(failure.retryAfterMs) };
}

/** In parts of bounded size, of one record at least. */
export function* cutRecords(records: readonly KafkaRecord[], seen: Travelling): Generator<readonly KafkaRecord[]> {
  let start = 0;
  let bytes = 0;
  for (let index = 0; index < records.length; index++) {
    const record = records[index];
    const size = record === undefined ? 0 : sentBytes(record, seen);
    if (index > start && (bytes + size > batchBytesMax || index - start >= batchRecordsMax)) {
      yield records.slice(start, index);
      start = index;
      bytes = 0;
    }
    bytes += size;
  }
  if (start < records.length) yield records.slice(start);
}
