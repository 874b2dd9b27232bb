import { Metadata, type StatusObject, status } from '@grpc/grpc-js';
import {
  type Failure,
  type LaneOpened,
  type OpenLane,
  type Outcome,
  type OutgoingValidateRequest,
  type ScatteredRecordBatch,
  SchemaValidatorClient,
  statusDetails,
  type ValidateResponse,
} from '@millrace/contracts';
import { type ClientCall, clientCredentials, ServerPool, type TlsFiles } from '@millrace/service';

/** What a lane hears from its stream; `ended` is the last call, and always comes. */
export interface LaneStreamEvents {
  opened(message: LaneOpened): void;
  refused(failure: Failure): void;
  outcome(outcome: Outcome): void;
  drain(reason: string): void;
  /** `problem` is undefined where the server ended the stream with OK; `code` is the server's own, where it gave one. */
  ended(problem: string | undefined, code?: string): void;
}

/** One open stream to a validator. Nothing here waits: the lane's window bounds what is buffered. */
export interface LaneStream {
  send(batch: ScatteredRecordBatch): void;
  /** Nothing more will be sent; answers still come. */
  halfClose(): void;
  /** Ends the stream at once; what is unanswered is indefinite. */
  cancel(): void;
}

export type OpenLaneStream = (open: OpenLane, events: LaneStreamEvents) => LaneStream;

/** The schema-validators, which all lanes of a consumer share: a connection to each. */
export class ValidatorClient extends ServerPool<SchemaValidatorClient> {
  constructor(address: string, tls: TlsFiles) {
    super({
      address,
      credentials: clientCredentials(tls),
      create: (target, credentials, options) => new SchemaValidatorClient(target, credentials, options),
    });
  }

  /** Opens a lane at the validator that has the fewest. */
  readonly open: OpenLaneStream = (open, events) =>
    openOver(
      this.begin((client) => client.validate()),
      this.address,
      open,
      events,
    );
}

/** Opens a lane over a call that has just begun, to the schema-validator at `address`. */
export function openOver(
  call: ClientCall<OutgoingValidateRequest, ValidateResponse>,
  address: string,
  open: OpenLane,
  events: LaneStreamEvents,
): LaneStream {
  call.on('data', ({ message }) => {
    if (message?.$case === 'outcome') events.outcome(message.value);
    else if (message?.$case === 'opened') events.opened(message.value);
    else if (message?.$case === 'drain') events.drain(message.value.reason);
    else if (message?.$case === 'refused' && message.value.failure) events.refused(message.value.failure);
  });
  // The status says it all; an error without a listener would end the process.
  call.on('error', () => {});
  // grpc-js tells the status without waiting for the last messages to be taken, and the end after it.
  let ended: StatusObject | undefined;
  call.on('status', (told) => {
    ended = told;
  });
  call.on('end', () => {
    const end = ended ?? {
      code: status.UNKNOWN,
      details: 'the stream ended without a status',
      metadata: new Metadata(),
    };
    if (end.code === status.OK) events.ended(undefined);
    else events.ended(explain(end, address), statusDetails(end)?.code);
  });
  call.write({ message: { $case: 'open', value: open } });
  return {
    send: (batch) => void call.write({ message: { $case: 'batch', value: batch } }),
    halfClose: () => void call.end(),
    cancel: () => call.cancel(),
  };
}

function explain(end: StatusObject, address: string): string {
  const { code, details } = end;
  const cause = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT/.exec(details)?.[0];
  const why = /No connection established|Name resolution failed/.test(details)
    ? `cannot be reached${cause ? ` (${cause})` : ''}`
    : `ended the stream: ${status[code] ?? code} ${details.slice(0, 300)}${fieldsOf(end)}`;
  return `the schema-validator at ${address} ${why}`;
}

/** The fields of the request that are to blame. */
function fieldsOf(end: StatusObject): string {
  const names = statusDetails(end)?.fields.map(({ field }) => field) ?? [];
  return names.length > 0 ? ` (${names.join(', ').slice(0, 300)})` : '';
}
