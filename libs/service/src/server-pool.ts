import {
  type ChannelCredentials,
  type ChannelOptions,
  type Client,
  connectivityState,
  type StatusObject,
  status,
} from '@grpc/grpc-js';
import { clientChannelOptions } from './grpc-options.ts';
import { hostOf, ServerAddresses } from './server-addresses.ts';

export interface ServerPoolOptions<C extends Client> {
  /** The gRPC name of all servers, such as `dns:///inserter:50052`. */
  readonly address: string;
  readonly credentials: ChannelCredentials;
  readonly create: (target: string, credentials: ChannelCredentials, options: ChannelOptions) => C;
}

export interface ServerPoolListener {
  /** Whether any server can be reached. */
  ready(isReady: boolean): void;
  /** Servers have come, or come back, and others had a moment to follow: what is open may be spread anew. */
  grown(): void;
}

/** A server as the status shows it. */
export interface ServerState {
  readonly address: string;
  readonly ready: boolean;
  readonly streams: number;
}

/** What a server says on a stream; by `drain` it asks for the stream to go elsewhere (lane.proto). */
interface Response {
  readonly message?: { readonly $case: string } | undefined;
}

/** As much of a call as tells its end, and when this side has said its last word (grpc-js's ClientDuplexStream). */
interface Call {
  on(event: 'data', listener: (response: Response) => void): unknown;
  on(event: 'finish', listener: () => void): unknown;
  on(event: 'status', listener: (end: StatusObject) => void): unknown;
}

interface Server<C> {
  readonly target: string;
  readonly client: C;
  isReady: boolean;
  /** Not among the addresses any more: it gets no stream, and goes when its last one has ended. */
  isGone: boolean;
  /** Runs while it gets a stream only if no other can be reached. */
  avoided: NodeJS.Timeout | undefined;
  /** Those that still have something to send: the others leave soon, and count for nothing. */
  streams: number;
  calls: number;
}

/** Servers that start together become reachable within this, milliseconds. */
const settleMs = 250;

/** How long a server gets no streams after it has broken one or asked for a drain: one that stops is gone by then. */
const avoidMs = 10_000;

/**
 * All servers behind one name, each with a connection of its own, so that streams go where the fewest are, and so that
 * a server that comes, or comes back, is noticed within about a second. gRPC's own balancing looks a name up again only
 * when a connection drops, and does not tell how many servers there are (docs/decisions/0006).
 */
export class ServerPool<C extends Client> {
  readonly address: string;
  readonly #options: ServerPoolOptions<C>;
  readonly #channelOptions: ChannelOptions;
  readonly #addresses: ServerAddresses;
  readonly #servers = new Map<string, Server<C>>();
  /** Serves while no address is known, and tells why. */
  readonly #unresolved: C;
  #listener: ServerPoolListener | undefined;
  #wasReady = false;
  #settling: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: ServerPoolOptions<C>) {
    this.address = options.address;
    this.#options = options;
    const host = hostOf(options.address);
    // Certificates are for the name; the channels have addresses.
    const identity =
      host === undefined ? {} : { 'grpc.ssl_target_name_override': host, 'grpc.default_authority': host };
    this.#channelOptions = { ...clientChannelOptions, ...identity };
    this.#unresolved = options.create(options.address, options.credentials, clientChannelOptions);
    this.#addresses = new ServerAddresses(options.address, (targets) => this.#update(new Set(targets)));
  }

  /** Tells each change from now on. */
  watch(listener: ServerPoolListener): void {
    this.#listener = listener;
    if (this.#wasReady) listener.ready(true);
  }

  get isReady(): boolean {
    return this.#ready.length > 0;
  }

  /** How many servers new streams would be spread over; at least one. */
  get width(): number {
    return Math.max(1, this.#open.length);
  }

  /** Whether some server has two streams more than another, so that moving one would help. */
  get isUneven(): boolean {
    const streams = this.#open.map((server) => server.streams);
    return streams.length > 1 && Math.max(...streams) - Math.min(...streams) > 1;
  }

  get servers(): readonly ServerState[] {
    return [...this.#servers.values()].map(({ target, isReady, streams }) => ({
      address: target.replace(/^\w+:/, ''),
      ready: isReady,
      streams,
    }));
  }

  /** Begins a stream at the server that has the fewest, among those that can be reached if there are any. */
  begin<T extends Call>(begin: (client: C) => T): T {
    const server = this.#least;
    if (!server) return begin(this.#unresolved);
    const call = begin(server.client);
    server.streams += 1;
    server.calls += 1;
    let counts = true;
    const leave = () => {
      if (counts) server.streams -= 1;
      counts = false;
    };
    call.on('data', ({ message }) => {
      if (message?.$case === 'drain') this.#avoid(server);
    });
    // Whoever opens anew ends first: what it has ended must not keep the new stream from its place.
    call.on('finish', leave);
    call.on('status', ({ code }) => {
      leave();
      server.calls -= 1;
      if (code !== status.OK && code !== status.CANCELLED) this.#avoid(server);
      this.#drop(server);
    });
    return call;
  }

  /** For a single call. */
  get client(): C {
    return this.#least?.client ?? this.#unresolved;
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#settling);
    this.#addresses.close();
    this.#unresolved.close();
    for (const { client, avoided } of this.#servers.values()) {
      clearTimeout(avoided);
      client.close();
    }
  }

  get #ready(): readonly Server<C>[] {
    return [...this.#servers.values()].filter(({ isReady, isGone }) => isReady && !isGone);
  }

  get #open(): readonly Server<C>[] {
    return this.#ready.filter(({ avoided }) => avoided === undefined);
  }

  get #least(): Server<C> | undefined {
    const known = [...this.#servers.values()].filter(({ isGone }) => !isGone);
    const among = [this.#open, this.#ready, known].find(({ length }) => length > 0) ?? [];
    const least = Math.min(...among.map(({ streams }) => streams));
    const equal = among.filter(({ streams }) => streams === least);
    // Many clients that begin at the same time would all choose the first one.
    return equal[Math.floor(Math.random() * equal.length)];
  }

  #update(targets: ReadonlySet<string>): void {
    if (this.#isClosed) return;
    for (const server of this.#servers.values()) {
      server.isGone = !targets.has(server.target);
      this.#drop(server);
    }
    for (const target of targets) if (!this.#servers.has(target)) this.#add(target);
    this.#tell();
  }

  #add(target: string): void {
    const { create, credentials } = this.#options;
    const client = create(target, credentials, this.#channelOptions);
    const server: Server<C> = {
      target,
      client,
      isReady: false,
      isGone: false,
      avoided: undefined,
      streams: 0,
      calls: 0,
    };
    this.#servers.set(target, server);
    this.#look(server);
  }

  #avoid(server: Server<C>): void {
    if (this.#isClosed) return;
    clearTimeout(server.avoided);
    server.avoided = setTimeout(() => {
      server.avoided = undefined;
      if (server.isReady) this.#settle();
    }, avoidMs);
  }

  #drop(server: Server<C>): void {
    if (!server.isGone || server.calls > 0 || this.#servers.get(server.target) !== server) return;
    this.#servers.delete(server.target);
    clearTimeout(server.avoided);
    server.client.close();
  }

  /** Follows the state of a connection, and connects again whenever it has been lost. */
  #look(server: Server<C>): void {
    if (this.#isClosed || this.#servers.get(server.target) !== server) return;
    const channel = server.client.getChannel();
    const state = channel.getConnectivityState(true);
    const isReady = state === connectivityState.READY;
    if (isReady !== server.isReady) {
      server.isReady = isReady;
      if (isReady) {
        // It has connected anew: what was wrong before is over.
        clearTimeout(server.avoided);
        server.avoided = undefined;
        this.#settle();
      }
      this.#tell();
    }
    channel.watchConnectivityState(state, Number.POSITIVE_INFINITY, () => this.#look(server));
  }

  #tell(): void {
    if (this.isReady === this.#wasReady) return;
    this.#wasReady = this.isReady;
    this.#listener?.ready(this.#wasReady);
  }

  #settle(): void {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => this.#listener?.grown(), settleMs);
  }
}
