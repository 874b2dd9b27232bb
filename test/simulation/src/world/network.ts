import { status } from '@grpc/grpc-js';
import type { Clock } from '@millrace/delivery';
import type { Random } from './random.ts';
import type { SimulatedProcess } from './simulated-process.ts';
import { type ClientEnd, type RequestCodec, type ServerEnd, StreamCall } from './stream-call.ts';

/** An instance that can be called. */
interface Server<Request, Response> {
  readonly process: SimulatedProcess;
  readonly accept: (call: ServerEnd<Request, Response>) => void;
}

/** A call of whatever kind, as the network sees it. */
type OpenCall = Pick<StreamCall<unknown, unknown, unknown>, 'ends' | 'break' | 'hangUp'>;

/** The two ends' own view of time: pings every 10 s, 5 s for their answers (libs/service, grpc-options.ts). */
const keepaliveMinMs = 5_000;
const keepaliveMaxMs = 15_000;

/**
 * The connections between the processes: who calls a service reaches one of its instances, messages take their time,
 * and connections break. A process that ends is noticed at once, one that is paused by the keepalive.
 */
export class Network {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #isCalm: boolean;
  readonly #calls = new Set<OpenCall>();
  /** Paused so long that nobody is connected to them any more. */
  readonly #silent = new Set<SimulatedProcess>();

  constructor(clock: Clock, random: Random, isCalm: boolean) {
    this.#clock = clock;
    this.#random = random;
    this.#isCalm = isCalm;
  }

  /** Calls one of the servers, as a channel with round robin does: only those with a connection. */
  call<Outgoing, Request, Response>(
    client: SimulatedProcess,
    servers: readonly Server<Request, Response>[],
    codec: RequestCodec<Outgoing, Request>,
  ): ClientEnd<Outgoing, Response> {
    const server = this.#choose(servers);
    const target = server?.process ?? client;
    const ends = { client, server: target };
    const call: StreamCall<Outgoing, Request, Response> = new StreamCall(this.#clock, this.#delay, ends, codec, () =>
      this.#calls.delete(call),
    );
    if (server) {
      this.#calls.add(call);
      call.toServer.send(() => server.accept(call.server));
    } else {
      const details = 'No connection established';
      client.after(this.#random.int(0, 100), () => call.client.end.finished({ code: status.UNAVAILABLE, details }));
    }
    return call.client.end;
  }

  /** A call with one answer; rejects where no server has a connection or the server ends first. */
  async ask<Server extends { readonly process: SimulatedProcess }, Answer>(
    client: SimulatedProcess,
    servers: readonly Server[],
    question: (server: Server) => Promise<Answer>,
    timeoutMs: number,
  ): Promise<Answer> {
    const server = this.#choose(servers);
    return new Promise<Answer>((resolve, reject) => {
      const cancel = client.after(timeoutMs, () => reject(new Error('DEADLINE_EXCEEDED')));
      if (!server) {
        client.after(this.#random.int(0, 100), () => reject(new Error('No connection established')));
        return;
      }
      const back = (task: () => void) => this.#clock.after(this.#delay(), () => client.run(task));
      this.#clock.after(this.#delay(), () => {
        if (server.process.isEnded) back(() => reject(new Error('Connection dropped')));
        server.process.run(() => {
          question(server).then(
            (answer) =>
              back(() => {
                cancel();
                resolve(answer);
              }),
            (error: unknown) => back(() => reject(error)),
          );
        });
      });
    });
  }

  /** Breaks one of the calls that are open; `isSilent`: no side sees it before its keepalive does. */
  breakOne(which: number, isSilent: boolean): string | undefined {
    const calls = [...this.#calls];
    const call = calls[which % calls.length];
    if (!call) return undefined;
    const seen = () => (isSilent ? this.#keepalive() : this.#random.int(0, 20));
    call.break(this.#clock, seen(), seen());
    return `${call.ends.client.name} to ${call.ends.server.name}`;
  }

  /** Its peers notice at once; what it had sent may still arrive. */
  ended(process: SimulatedProcess): void {
    for (const call of this.#callsOf(process)) {
      if (this.#random.chance(0.5)) call.hangUp();
      else call.break(this.#clock, this.#random.int(0, 20), this.#random.int(0, 20));
    }
  }

  /** Whether a call to or of a process has not ended yet. */
  isConnected(process: SimulatedProcess): boolean {
    return this.#callsOf(process).length > 0;
  }

  /** Its peers give it up once their pings are not answered; it sees that when it is continued. */
  paused(process: SimulatedProcess): void {
    this.#clock.after(this.#keepalive(), () => {
      if (!process.isPaused) return;
      this.#silent.add(process);
      for (const call of this.#callsOf(process)) call.break(this.#clock, 0, 0);
    });
  }

  continued(process: SimulatedProcess): void {
    this.#silent.delete(process);
  }

  #choose<Item extends { readonly process: SimulatedProcess }>(servers: readonly Item[]): Item | undefined {
    const connected = servers.filter(({ process }) => !process.isEnded && !this.#silent.has(process));
    return connected.length > 0 ? this.#random.pick(connected) : undefined;
  }

  #callsOf(process: SimulatedProcess) {
    return [...this.#calls].filter(({ ends }) => ends.client === process || ends.server === process);
  }

  #keepalive(): number {
    return this.#random.int(keepaliveMinMs, keepaliveMaxMs);
  }

  /** Mostly quick, now and then slow, seldom very slow. */
  readonly #delay = (): number => {
    const kind = this.#isCalm ? 0 : this.#random.next();
    if (kind < 0.85) return this.#random.int(0, 8);
    return kind < 0.99 ? this.#random.int(10, 200) : this.#random.int(200, 2_500);
  };
}
