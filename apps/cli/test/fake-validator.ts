import { Server, ServerCredentials, type ServerDuplexStream, status } from '@grpc/grpc-js';
import {
  type CheckRequest,
  CheckResponse,
  LaneOpened,
  type OpenLane,
  type Outcome,
  Outcome as Outcomes,
  type RecordBatch,
  SchemaValidatorService,
  type ValidateRequest,
  type ValidateResponse,
} from '@millrace/contracts';

type ValidateCall = ServerDuplexStream<ValidateRequest, ValidateResponse>;

/** What the fake does with the next stream: an outcome for its batch, a refusal, or a stream that breaks. */
export type StreamScript =
  | { readonly outcome: Partial<Outcome> }
  | { readonly refuse: Extract<ValidateResponse['message'], { $case: 'refused' }>['value'] }
  | { readonly breakOff: 'before opening' | 'with the batch in hand' };

/** A schema-validator that answers as it is told, and keeps what it is asked. */
export class FakeValidator {
  readonly checks: CheckRequest[] = [];
  /** Lanes opened and batches received, in their order. */
  readonly opened: OpenLane[] = [];
  readonly batches: RecordBatch[] = [];
  /** Answers to Check, one after the other; the last one for good. A number is a gRPC status. */
  answers: (CheckResponse['result'] | status)[] = [];
  /** One for each stream. */
  streams: StreamScript[] = [];
  readonly #server = new Server();

  /** @returns the address */
  async start(): Promise<string> {
    this.#server.addService(SchemaValidatorService, {
      validate: (call: ValidateCall) => this.#serve(call, this.streams.shift()),
      check: (
        { request }: { request: CheckRequest },
        callback: (error: { code: status; details: string } | null, value?: CheckResponse) => void,
      ) => {
        this.checks.push(request);
        const answer = this.answers.length > 1 ? this.answers.shift() : this.answers[0];
        if (typeof answer === 'number') callback({ code: answer, details: 'told to' });
        else callback(null, CheckResponse.create({ result: answer }));
      },
    });
    const port = await new Promise<number>((resolve, reject) => {
      this.#server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
    return `127.0.0.1:${port}`;
  }

  stop(): void {
    this.#server.forceShutdown();
  }

  #serve(call: ValidateCall, script: StreamScript | undefined): void {
    const breakOff = () => call.emit('error', { code: status.UNAVAILABLE, details: 'told to break' });
    call.on('error', () => {});
    call.on('end', () => call.end());
    call.on('data', ({ message }: ValidateRequest) => {
      if (message?.$case === 'open') {
        this.opened.push(message.value);
        if (script === undefined || ('breakOff' in script && script.breakOff === 'before opening')) breakOff();
        else if ('refuse' in script) {
          call.write({ message: { $case: 'refused', value: script.refuse } });
          call.end();
        } else call.write({ message: { $case: 'opened', value: LaneOpened.create({ grantBatches: 8 }) } });
      } else if (message?.$case === 'batch') {
        this.batches.push(message.value);
        if (script === undefined || !('outcome' in script)) breakOff();
        else
          call.write({
            message: { $case: 'outcome', value: { ...Outcomes.create({ sequence: 1n }), ...script.outcome } },
          });
      }
    });
  }
}
