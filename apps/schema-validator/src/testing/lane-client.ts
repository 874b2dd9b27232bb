import { type ClientDuplexStream, credentials } from '@grpc/grpc-js';
import {
  OpenLane,
  type Outcome,
  type RecordBatch,
  RecordOptions,
  SchemaValidatorClient,
  Target,
  type ValidateRequest,
  type ValidateResponse,
  ValueFormat,
  WriteOptions,
} from '@millrace/contracts';
import { recordBatch, type TestRecord } from './record-batches.ts';

export interface LaneOptions {
  readonly target?: Partial<Target>;
  readonly recordOptions?: Partial<RecordOptions>;
  readonly writeOptions?: Partial<WriteOptions>;
  readonly partition?: number;
}

export interface BatchOptions {
  readonly firstOffset?: bigint;
  readonly traceparent?: string;
}

/** A consumer's side of one Validate stream, for tests: sends what it is told and waits for what comes. */
export class LaneClient {
  readonly received: NonNullable<ValidateResponse['message']>[] = [];
  /** gRPC status code; undefined while the stream is open. */
  statusCode: number | undefined;
  readonly #client: SchemaValidatorClient;
  readonly #call: ClientDuplexStream<ValidateRequest, ValidateResponse>;
  #sequence = 0n;
  #nextOffset = 0n;
  #wake: (() => void)[] = [];

  constructor(port: number) {
    this.#client = new SchemaValidatorClient(`127.0.0.1:${port}`, credentials.createInsecure());
    this.#call = this.#client.validate();
    this.#call.on('data', ({ message }: ValidateResponse) => {
      if (message) this.received.push(message);
      this.#changed();
    });
    this.#call.on('error', () => {});
    this.#call.on('status', ({ code }) => {
      this.statusCode = code;
      this.#changed();
    });
  }

  open({ target, recordOptions, writeOptions, partition = 3 }: LaneOptions = {}): void {
    const lane: OpenLane = {
      ...OpenLane.create({ connector: 'books-sink', topic: 'books', session: 's', stripeCount: 1 }),
      partition,
      target: { ...Target.create({ collection: 'books', token: 'secret' }), ...target },
      recordOptions: {
        ...RecordOptions.create({ valueFormat: ValueFormat.JSON }),
        ...recordOptions,
      },
      writeOptions: { ...WriteOptions.create(), ...writeOptions },
    };
    this.#call.write({ message: { $case: 'open', value: lane } });
  }

  /** Sends values as one batch, null for tombstones, and returns its sequence number. */
  send(values: readonly (string | Buffer | null)[], options: BatchOptions = {}): bigint {
    return this.sendRecords(
      values.map((value) => ({ value })),
      options,
    );
  }

  /** Sends records likewise. */
  sendRecords(records: readonly TestRecord[], { firstOffset = this.#nextOffset, traceparent = '' }: BatchOptions = {}) {
    const sequence = ++this.#sequence;
    this.#nextOffset = firstOffset + BigInt(records.length);
    this.sendBatch(recordBatch(records, { sequence, firstOffset, traceparent }));
    return sequence;
  }

  sendBatch(batch: RecordBatch): void {
    this.#call.write({ message: { $case: 'batch', value: batch } });
  }

  halfClose(): void {
    this.#call.end();
  }

  cancel(): void {
    this.#call.cancel();
  }

  close(): void {
    this.#call.cancel();
    this.#client.close();
  }

  get outcomes(): readonly Outcome[] {
    return this.received.flatMap((message) => (message.$case === 'outcome' ? [message.value] : []));
  }

  /** Waits until the condition holds; the test's own timeout is the limit. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        this.#wake.push(resolve);
      });
    }
  }

  async answered(count: number): Promise<readonly Outcome[]> {
    await this.until(() => this.outcomes.length >= count || this.statusCode !== undefined);
    return this.outcomes;
  }

  /** Waits for the first message. */
  async first(): Promise<NonNullable<ValidateResponse['message']> | undefined> {
    await this.until(() => this.received.length > 0 || this.statusCode !== undefined);
    return this.received[0];
  }

  async ended(): Promise<number | undefined> {
    await this.until(() => this.statusCode !== undefined);
    return this.statusCode;
  }

  #changed(): void {
    const waiting = this.#wake;
    this.#wake = [];
    for (const wake of waiting) wake();
  }
}
