import { setTimeout as delay } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import {
  type Failure,
  type OpenLane,
  type Outcome,
  type OutgoingValidateRequest,
  RecordBatch,
  type Rejection,
  Result,
  type ScatteredRecordBatch,
  SchemaValidatorClient,
  type ValidateResponse,
} from '@millrace/contracts';
import { Backoff } from '@millrace/delivery';
import { type KafkaRecord, recordColumns, sentBytes, type Travelling, travelling } from '@millrace/lanes';
import { clientChannelOptions, clientCredentials, type TlsFiles } from '@millrace/service';
import { CliError } from '../cli-error.ts';
import { cutRecords, laterOrThrow } from './record-checks.ts';

/** How long after its expiry an indefinite write may still take effect (docs/delivery.md). */
const quietMarginMs = 2_000;
const openTimeoutMs = 30_000;
const patienceMs = 120_000;

type Ending =
  | { readonly outcome: Outcome }
  | { readonly refused: Failure | undefined }
  /** The stream broke, or said what nobody understands. */
  | { readonly broken: string };

/** Writes records as a connector's lane does: through the schema-validator, and in order. */
export class LaneWriter {
  readonly #client: SchemaValidatorClient;
  readonly #writeTimeoutMs: number;
  readonly #wait: (ms: number) => Promise<void>;

  /** `wait` is replaced in tests. */
  constructor(address: string, tls: TlsFiles, writeTimeoutMs: number, wait: (ms: number) => Promise<void> = delay) {
    this.#client = new SchemaValidatorClient(address, clientCredentials(tls), clientChannelOptions);
    this.#writeTimeoutMs = writeTimeoutMs;
    this.#wait = wait;
  }

  /**
   * Writes records, in offset order; when it returns, the end of each is known, and nothing is under way.
   *
   * @returns those that can never be written
   * @throws CliError where that is not to be had; then, too, nothing is under way
   */
  async write(lane: OpenLane, records: readonly KafkaRecord[]): Promise<readonly Rejection[]> {
    if (!lane.recordOptions) throw new Error('a lane without record options');
    const seen = travelling(lane.recordOptions);
    const rejections: Rejection[] = [];
    for (const part of cutRecords(records, seen)) rejections.push(...(await this.#untilApplied(lane, part, seen)));
    return rejections;
  }

  close(): void {
    this.#client.close();
  }

  async #untilApplied(
    lane: OpenLane,
    records: readonly KafkaRecord[],
    seen: Travelling,
  ): Promise<readonly Rejection[]> {
    const backoff = new Backoff({ minMs: 100, maxMs: 5_000 });
    const endMs = performance.now() + patienceMs;
    for (;;) {
      const notAfterMs = Date.now() + this.#writeTimeoutMs;
      const ending = await this.#send(lane, batchMessage(records, seen, notAfterMs));
      if ('outcome' in ending && accountsFor(records, ending.outcome)) return ending.outcome.rejections;
      const isOver = 'refused' in ending || ('outcome' in ending && ending.outcome.result === Result.NOT_APPLIED);
      // Whatever it was: nothing goes out, and nothing is told, before it can no longer take effect.
      if (!isOver) await this.#wait(Math.max(0, notAfterMs + quietMarginMs - Date.now()));
      const { later, afterMs } = reasonOf(ending);
      if (performance.now() > endMs) throw new CliError(`records could not be written again: ${later}`, 'unavailable');
      await this.#wait(backoff.next(afterMs));
    }
  }

  /** One batch over a stream of its own. */
  #send(lane: OpenLane, batch: OutgoingValidateRequest): Promise<Ending> {
    const call = this.#client.validate({ deadline: Date.now() + openTimeoutMs + this.#writeTimeoutMs });
    const open: OpenLane = { ...lane, clientTimeUnixMs: BigInt(Date.now()) };
    return new Promise((resolve) => {
      const end = (ending: Ending) => {
        resolve(ending);
        call.end();
      };
      call.on('data', ({ message }: ValidateResponse) => {
        if (message?.$case === 'opened') call.write(batch);
        else if (message?.$case === 'outcome') end({ outcome: message.value });
        else if (message?.$case === 'refused') end({ refused: message.value.failure });
      });
      // The status says it all; an error without a listener would end the process.
      call.on('error', () => {});
      call.on('status', ({ code, details }) => resolve({ broken: `${status[code]} ${details.slice(0, 300)}` }));
      call.write({ message: { $case: 'open', value: open } });
    });
  }
}

function batchMessage(records: readonly KafkaRecord[], seen: Travelling, notAfterMs: number): OutgoingValidateRequest {
  const bytes = records.reduce((sum, record) => sum + sentBytes(record, seen), 0);
  const value: ScatteredRecordBatch = {
    ...RecordBatch.create({ sequence: 1n }),
    ...recordColumns(records, seen),
    notAfterUnixMs: BigInt(notAfterMs),
    byteCount: BigInt(bytes),
  };
  return { message: { $case: 'batch', value } };
}

function accountsFor(records: readonly KafkaRecord[], outcome: Outcome): boolean {
  const { result, stopped, writtenRows, supersededRows, deletedRows, filteredRows, rejections } = outcome;
  const ended = writtenRows + supersededRows + deletedRows + filteredRows + rejections.length;
  return result === Result.APPLIED && !stopped && ended === records.length;
}

/** @throws CliError where somebody has to act */
function reasonOf(ending: Ending): { readonly later: string; readonly afterMs: number } {
  if ('broken' in ending) return { later: `the schema-validator ended the stream: ${ending.broken}`, afterMs: 0 };
  if ('refused' in ending) return laterOrThrow(ending.refused);
  const { failure, reason } = ending.outcome;
  if (failure) return laterOrThrow(failure);
  return { later: `the schema-validator did not write them (reason ${reason})`, afterMs: 0 };
}
