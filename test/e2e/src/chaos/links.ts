import { join } from 'node:path';
import { startToxiproxy, type ToxicLink, type ToxiproxyServer } from '@millrace/testing';
import type { Hop } from './toxics.ts';

/** A link that something can be done to, and whose bytes those are. */
export interface FleetLink {
  readonly hop: Hop;
  /** Such as `validator-1`: the service that it leads to; or the inserter that it leads to Milvus from. */
  readonly service: string;
  readonly link: ToxicLink;
}

/** One proxy before each validator and each inserter, and one between each inserter and Milvus. */
export class Links {
  readonly all: FleetLink[] = [];
  readonly #server: ToxiproxyServer;

  private constructor(server: ToxiproxyServer) {
    this.#server = server;
  }

  static async start(folder: string): Promise<Links> {
    return new Links(await startToxiproxy({ logFile: join(folder, 'toxiproxy.log') }));
  }

  /** @returns the port to use instead of the given one */
  async add(hop: Hop, service: string, port: number): Promise<number> {
    const name = hop === 'Milvus' ? `${service}-to-milvus` : `to-${service}`;
    const link = await this.#server.link(name, `127.0.0.1:${port}`);
    this.all.push({ hop, service, link });
    return link.port;
  }

  async remove(): Promise<void> {
    await this.#server.kill();
  }
}
