import { Server, ServerCredentials, type ServerDuplexStream, type ServiceError, status } from '@grpc/grpc-js';
import {
  type Collection,
  type DescribeCollectionRequest,
  type EntityBatch,
  type Failure,
  type InserterServer,
  InserterService,
  type InsertRequest,
  type InsertResponse,
  LaneOpened,
  NotAppliedReason,
  type OpenLane,
  Outcome,
  Result,
} from '@millrace/contracts';

/** What a test makes the fake do with a batch: an outcome (the sequence is put in), now or later. */
export type Answer = (batch: EntityBatch, stream: FakeInsertStream) => Partial<Outcome> | Promise<Partial<Outcome>>;

/** The answer of an inserter whose Milvus took all rows and deletes of a batch. */
export const allWritten = (batch: EntityBatch): Partial<Outcome> => ({
  result: Result.APPLIED,
  writtenRows: batch.rowCount,
  deletedRows: batch.deletes?.offsetDeltas.length ?? 0,
});

export interface FakeInserterGrant {
  readonly batches: number;
  readonly bytes: number;
  readonly batchBytesMax: number;
}

/** One Insert stream as the fake saw it. */
export class FakeInsertStream {
  readonly open: OpenLane;
  readonly batches: EntityBatch[] = [];
  isHalfClosed = false;
  isCancelled = false;
  readonly #call: ServerDuplexStream<InsertRequest, InsertResponse>;

  constructor(call: ServerDuplexStream<InsertRequest, InsertResponse>, open: OpenLane) {
    this.#call = call;
    this.open = open;
  }

  send(message: InsertResponse['message']): void {
    this.#call.write({ message });
  }

  drain(reason: string): void {
    this.send({ $case: 'drain', value: { reason } });
  }

  /** Ends with OK, whatever is unanswered. */
  end(): void {
    this.#call.end();
  }

  /** Ends with a status other than OK, whatever is unanswered. */
  break(code: status = status.UNAVAILABLE): void {
    const error: Partial<ServiceError> = { code, details: 'broken by the test' };
    this.#call.emit('error', error);
  }
}

/**
 * An inserter without a Milvus, on real gRPC: it keeps to the contract of lane.proto unless a test makes it break it, and
 * remembers everything that it was sent.
 */
export class FakeInserter {
  readonly streams: FakeInsertStream[] = [];
  readonly described: DescribeCollectionRequest[] = [];
  /** What DescribeCollection answers, by collection name. */
  readonly collections = new Map<string, Collection | Failure>();
  grant: FakeInserterGrant = { batches: 8, bytes: 32 * 1024 * 1024, batchBytesMax: 4 * 1024 * 1024 };
  /** Refuses streams when set; `hang` neither opens nor refuses. */
  refusal: Failure | 'hang' | undefined;
  /** Refuses those of which it says why; the others are served. */
  refuses: (open: OpenLane) => Failure | undefined = () => undefined;
  answer: Answer = allWritten;
  readonly #server = new Server({
    'grpc.max_receive_message_length': 32 * 1024 * 1024,
    'grpc.max_send_message_length': 32 * 1024 * 1024,
  });
  #port = 0;
  #wake: (() => void)[] = [];

  constructor() {
    const implementation: InserterServer = {
      insert: (call) => this.#insert(call),
      describeCollection: ({ request }, callback) => {
        this.described.push(request);
        const known = this.collections.get(request.target?.collection ?? '');
        if (!known) callback({ code: status.INVALID_ARGUMENT, details: 'the test names no such collection' });
        else if ('fields' in known) callback(null, { result: { $case: 'collection', value: known } });
        else callback(null, { result: { $case: 'failure', value: known } });
      },
    };
    this.#server.addService(InserterService, implementation);
  }

  /** Serves on the port (0: a free one) and returns its address. */
  async start(port = 0): Promise<string> {
    this.#port = await new Promise((resolve, reject) => {
      this.#server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, bound) => {
        if (error) reject(error);
        else resolve(bound);
      });
    });
    return `127.0.0.1:${this.#port}`;
  }

  /** Waits until the condition holds; it is looked at whenever something reaches the fake. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        this.#wake.push(resolve);
      });
    }
  }

  get port(): number {
    return this.#port;
  }

  /** Cuts everything off, as a killed process would. */
  stop(): void {
    this.#server.forceShutdown();
  }

  #insert(call: ServerDuplexStream<InsertRequest, InsertResponse>): void {
    let stream: FakeInsertStream | undefined;
    let answered: Promise<boolean> = Promise.resolve(true);
    call.on('error', () => {});
    call.on('cancelled', () => {
      if (stream) stream.isCancelled = true;
      this.#changed();
    });
    call.on('data', ({ message }: InsertRequest) => {
      if (message?.$case === 'open') {
        stream = new FakeInsertStream(call, message.value);
        this.streams.push(stream);
        this.#open(stream, call);
      } else if (message?.$case === 'batch' && stream) {
        const batch = message.value;
        const of = stream;
        of.batches.push(batch);
        answered = answered.then((goesOn) => this.#answerInTurn(goesOn, batch, of));
        answered.catch(() => {});
      }
      this.#changed();
    });
    call.on('end', () => {
      if (stream) stream.isHalfClosed = true;
      this.#changed();
      answered.then(() => call.end()).catch(() => {});
    });
  }

  #open(stream: FakeInsertStream, call: ServerDuplexStream<InsertRequest, InsertResponse>): void {
    if (this.refusal === 'hang') return;
    const failure = this.refusal ?? this.refuses(stream.open);
    if (failure) {
      stream.send({ $case: 'refused', value: { failure } });
      call.end();
      return;
    }
    const { batches, bytes, batchBytesMax } = this.grant;
    const grants = { grantBatches: batches, grantBytes: BigInt(bytes), batchBytesMax: BigInt(batchBytesMax) };
    stream.send({ $case: 'opened', value: LaneOpened.create({ instanceId: 'fake', ...grants }) });
  }

  /** Returns whether later batches may be begun (lane.proto: not after the first outcome that is not APPLIED). */
  async #answerInTurn(goesOn: boolean, batch: EntityBatch, stream: FakeInsertStream): Promise<boolean> {
    const given = goesOn
      ? await this.answer(batch, stream)
      : { result: Result.NOT_APPLIED, reason: NotAppliedReason.NOT_STARTED };
    const outcome: Outcome = { ...Outcome.create({}), ...given, sequence: batch.sequence };
    stream.send({ $case: 'outcome', value: outcome });
    return outcome.result === Result.APPLIED && !outcome.stopped;
  }

  #changed(): void {
    const waiting = this.#wake;
    this.#wake = [];
    for (const wake of waiting) wake();
  }
}
