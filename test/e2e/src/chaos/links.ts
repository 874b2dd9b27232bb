import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  startToxiproxy,
  type Toxic,
  type ToxicLink,
  ToxiproxyHangsError,
  type ToxiproxyServer,
} from '@millrace/testing';
import type { Hop } from './toxics.ts';

/** A link that something can be done to, and whose bytes those are. */
export interface FleetLink {
  readonly hop: Hop;
  /** Such as `validator-1`: the service that it leads to; or the inserter that it leads to Milvus from. */
  readonly service: string;
  /** Does it until the signal or the end of the time. @returns whether it was done */
  poison(toxics: readonly Toxic[], durationMs: number, signal: AbortSignal): Promise<boolean>;
}

/** One proxy before each validator and each inserter, and one between each inserter and Milvus. */
export class Links {
  readonly all: FleetLink[] = [];
  readonly #server: ToxiproxyServer;
  readonly #note: (text: string) => void;
  #renewal: Promise<void> | undefined;

  private constructor(server: ToxiproxyServer, note: (text: string) => void) {
    this.#server = server;
    this.#note = note;
  }

  static async start(folder: string, note: (text: string) => void): Promise<Links> {
    return new Links(await startToxiproxy({ logFile: join(folder, 'toxiproxy.log') }), note);
  }

  /** @returns the port to use instead of the given one */
  async add(hop: Hop, service: string, port: number): Promise<number> {
    const name = hop === 'Milvus' ? `${service}-to-milvus` : `to-${service}`;
    const link = await this.#server.link(name, `127.0.0.1:${port}`);
    this.all.push({ hop, service, poison: (...args) => this.#poison(link, ...args) });
    return link.port;
  }

  async #poison(link: ToxicLink, toxics: readonly Toxic[], durationMs: number, signal: AbortSignal): Promise<boolean> {
    const added = await this.#survive(async () => {
      for (const toxic of toxics) await link.add(toxic);
    });
    if (added) await delay(durationMs, undefined, { signal }).catch(() => {});
    await this.#survive(async () => {
      for (const toxic of toxics) await link.remove(toxic);
    });
    return added;
  }

  /**
   * Toxiproxy 2.12.0 locks up for good where a connection ends in the moment in which a toxic is added or removed: who
   * holds the lock waits for the connection's writer, who waits for the lock. It has no remedy but to start it again.
   */
  async #survive(step: () => Promise<void>): Promise<boolean> {
    try {
      await step();
      return true;
    } catch (error) {
      if (!(error instanceof ToxiproxyHangsError)) throw error;
      this.#note(`${error.message} and is started again, which cuts all links`);
      this.#renewal ??= this.#server.renew().finally(() => {
        this.#renewal = undefined;
      });
      await this.#renewal;
      return false;
    }
  }

  async remove(): Promise<void> {
    await this.#server.kill();
  }
}
