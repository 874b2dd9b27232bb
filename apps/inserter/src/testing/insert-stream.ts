import { credentials, type ServiceError } from '@grpc/grpc-js';
import {
  type DescribeCollectionResponse,
  type EntityBatch,
  InserterClient,
  type InsertRequest,
  type InsertResponse,
  OpenLane,
  type RecordOptions,
  type Target,
  type WriteOptions,
} from '@millrace/contracts';
import { clientChannelOptions } from '@millrace/service';

export interface InsertStream {
  send(request: InsertRequest): void;
  /** The next message of the server; undefined at the end. Rejects with the status of a broken stream. */
  next(): Promise<InsertResponse['message']>;
  halfClose(): void;
  cancel(): void;
}

/** A client of the inserter as the validator is one, yet as simple as can be. */
export class InsertClient {
  readonly #client: InserterClient;

  constructor(port: number) {
    this.#client = new InserterClient(`127.0.0.1:${port}`, credentials.createInsecure(), clientChannelOptions);
  }

  stream(): InsertStream {
    const call = this.#client.insert();
    const messages = call[Symbol.asyncIterator]();
    call.on('error', () => {});
    return {
      send: (request) => void call.write(request),
      next: async () => {
        const { value, done }: IteratorResult<InsertResponse> = await messages.next();
        return done ? undefined : value.message;
      },
      halfClose: () => void call.end(),
      cancel: () => call.cancel(),
    };
  }

  describe(target: Partial<Target>, refresh = false): Promise<DescribeCollectionResponse['result']> {
    const filled = { endpoint: '', token: '', database: '', collection: '', partition: '', ...target };
    return new Promise((resolve, reject) => {
      this.#client.describeCollection({ target: filled, refresh }, (error: ServiceError | null, answer) => {
        if (error) reject(error);
        else resolve(answer.result);
      });
    });
  }

  close(): void {
    this.#client.close();
  }
}

export interface TestLane {
  readonly target: Partial<Target>;
  readonly writeOptions?: Partial<WriteOptions>;
  readonly recordOptions?: Partial<RecordOptions>;
  /** What an inserter has found out about rows holds for one. */
  readonly session?: string;
}

export function open({ target, writeOptions = {}, recordOptions = {}, session = 's' }: TestLane): InsertRequest {
  const value = OpenLane.fromPartial({
    connector: 'test',
    topic: 't',
    session,
    stripeCount: 1,
    target,
    writeOptions,
    recordOptions,
  });
  return { message: { $case: 'open', value: { ...value, clientTimeUnixMs: BigInt(Date.now()) } } };
}

export function batch(value: EntityBatch): InsertRequest {
  return { message: { $case: 'batch', value } };
}
