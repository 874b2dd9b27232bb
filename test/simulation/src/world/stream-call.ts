import { EventEmitter } from 'node:events';
import { Metadata, type StatusObject, status } from '@grpc/grpc-js';
import type { Clock } from '@millrace/delivery';
import type { SimulatedProcess } from './simulated-process.ts';

/** Draws how long a message is on its way, milliseconds. */
export type DrawDelay = () => number;

type CallStatus = Pick<StatusObject, 'code' | 'details'> & Partial<StatusObject>;

const noMetadata = new Metadata();

/** One direction of a connection: what is sent arrives in order, some time later, unless it is cut first. */
class Pipe {
  readonly #clock: Clock;
  readonly #drawDelay: DrawDelay;
  readonly #to: SimulatedProcess;
  #lastArrivalMs = 0;
  #isCut = false;

  constructor(clock: Clock, drawDelay: DrawDelay, to: SimulatedProcess) {
    this.#clock = clock;
    this.#drawDelay = drawDelay;
    this.#to = to;
  }

  send(arrive: () => void): void {
    if (this.#isCut) return;
    const now = this.#clock.now();
    this.#lastArrivalMs = Math.max(this.#lastArrivalMs, now + this.#drawDelay());
    this.#clock.after(this.#lastArrivalMs - now, () => {
      if (!this.#isCut) this.#to.run(arrive);
    });
  }

  /** Whatever is on its way is lost. */
  cut(): void {
    this.#isCut = true;
  }
}

/** How requests cross: as bytes, for what their receiver gets is what the codec makes of them. */
export interface RequestCodec<Outgoing, Request> {
  encode(request: Outgoing): Buffer;
  decode(message: Buffer): Request;
}

/** The client's end of a bidirectional call, as grpc-js's ClientDuplexStream behaves. */
export class ClientEnd<Outgoing, Response> extends EventEmitter {
  readonly #call: StreamCall<Outgoing, unknown, Response>;
  #isHalfClosed = false;
  #isOver = false;

  constructor(call: StreamCall<Outgoing, unknown, Response>) {
    super();
    this.#call = call;
  }

  write(request: Outgoing): boolean {
    if (this.#isHalfClosed) throw new Error('write after end');
    if (this.#isOver) return true;
    const { codec, toServer, server } = this.#call;
    const message = codec.encode(request);
    toServer.send(() => server.received(codec.decode(message)));
    return true;
  }

  end(): this {
    if (this.#isHalfClosed) return this;
    this.#isHalfClosed = true;
    if (!this.#isOver) this.#call.toServer.send(() => this.#call.server.halfClosed());
    return this;
  }

  cancel(): void {
    if (this.#isOver) return;
    this.#call.toClient.cut();
    this.#call.toServer.send(() => this.#call.server.wasCancelled());
    this.#call.client.process.after(0, () => this.finished({ code: status.CANCELLED, details: 'Cancelled on client' }));
  }

  received(response: Response): void {
    if (!this.#isOver) this.emit('data', response);
  }

  /** grpc-js tells the status first, as an error where it is one, and then the end. */
  finished(how: CallStatus): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#call.closed();
    const { code, details } = how;
    if (code !== status.OK) this.emit('error', Object.assign(new Error(`${code}: ${details}`), how));
    this.emit('status', { metadata: noMetadata, ...how });
    this.emit('end');
  }
}

/** The server's end, as grpc-js's ServerDuplexStream behaves. */
export class ServerEnd<Request, Response> extends EventEmitter {
  cancelled = false;
  readonly #call: StreamCall<unknown, Request, Response>;
  #isEnded = false;

  constructor(call: StreamCall<unknown, Request, Response>) {
    super();
    this.#call = call;
    this.on('error', (error: CallStatus) => this.#endWith(error));
  }

  write(response: Response): boolean {
    if (this.#isEnded) throw new Error('write after end');
    if (!this.cancelled) this.#call.toClient.send(() => this.#call.client.end.received(response));
    return true;
  }

  end(): this {
    this.#endWith({ code: status.OK, details: 'OK' });
    return this;
  }

  received(request: Request): void {
    if (!this.cancelled && !this.#isEnded) this.emit('data', request);
  }

  halfClosed(): void {
    if (!this.cancelled) this.emit('end');
  }

  wasCancelled(): void {
    if (this.cancelled || this.#isEnded) return;
    this.cancelled = true;
    this.emit('cancelled');
  }

  #endWith(how: CallStatus): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    if (!this.cancelled) this.#call.toClient.send(() => this.#call.client.end.finished(how));
  }
}

const connectionLost: CallStatus = { code: status.UNAVAILABLE, details: 'Connection dropped' };

export interface CallEnds {
  readonly client: SimulatedProcess;
  readonly server: SimulatedProcess;
}

/** A bidirectional call between two processes. */
export class StreamCall<Outgoing, Request, Response> {
  readonly client: { readonly process: SimulatedProcess; readonly end: ClientEnd<Outgoing, Response> };
  readonly server: ServerEnd<Request, Response>;
  readonly ends: CallEnds;
  readonly codec: RequestCodec<Outgoing, Request>;
  readonly toServer: Pipe;
  readonly toClient: Pipe;
  /** The client has its status. */
  readonly closed: () => void;

  constructor(
    clock: Clock,
    drawDelay: DrawDelay,
    ends: CallEnds,
    codec: RequestCodec<Outgoing, Request>,
    closed: () => void,
  ) {
    this.ends = ends;
    this.codec = codec;
    this.closed = closed;
    this.toServer = new Pipe(clock, drawDelay, ends.server);
    this.toClient = new Pipe(clock, drawDelay, ends.client);
    this.client = { process: ends.client, end: new ClientEnd(this) };
    this.server = new ServerEnd(this);
  }

  /** One process has ended: what is on its way still arrives, and the end of the connection behind it. */
  hangUp(): void {
    this.toClient.send(() => this.client.end.finished(connectionLost));
    this.toServer.send(() => this.server.wasCancelled());
  }

  /** The connection breaks: what is on its way is lost, and each side sees it some time later. */
  break(clock: Clock, seenByClientMs: number, seenByServerMs: number): void {
    this.toServer.cut();
    this.toClient.cut();
    clock.after(seenByClientMs, () => this.ends.client.run(() => this.client.end.finished(connectionLost)));
    clock.after(seenByServerMs, () => this.ends.server.run(() => this.server.wasCancelled()));
  }
}
