import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Child, freePort, freePorts, logEnd, temporaryFolder } from '@millrace/testing';
import type { ConnectorStatus } from './consumer-status.ts';
import {
  type ConnectorKeys,
  fetchFrom,
  properties,
  type ServiceName,
  serviceNames,
  startService,
  stockWorker,
} from './pipeline.ts';

export interface PairsOptions {
  readonly bootstrap: string;
  readonly milvus: string;
  /** Of the one connector; its name among them. */
  readonly connector: ConnectorKeys;
}

/** One process of a pair. */
export interface Member {
  readonly service: ServiceName;
  readonly label: string;
  readonly httpPort: number;
  readonly child: Child;
}

/** Two processes of each service, as for a rolling restart: while one is away the other one serves. */
export class ServicePairs {
  /** In the order of a rolling restart: first who is downstream. */
  readonly members: readonly Member[];
  readonly #connector: string;
  readonly #remove: () => Promise<void>;

  private constructor(members: readonly Member[], connector: string, remove: () => Promise<void>) {
    this.members = members;
    this.#connector = connector;
    this.#remove = remove;
  }

  static async start({ bootstrap, milvus, connector }: PairsOptions): Promise<ServicePairs> {
    const folder = await temporaryFolder('pairs');
    const connectorsDir = join(folder.path, 'connectors');
    const worker = join(folder.path, 'connect-standalone.properties');
    await mkdir(connectorsDir);
    await writeFile(worker, stockWorker(bootstrap));
    await writeFile(join(connectorsDir, 'pairs.properties'), properties(connector));
    const [inserterPorts, validatorPorts] = [await freePorts(2), await freePorts(2)];
    const environments: Record<ServiceName, (index: number) => Record<string, string>> = {
      inserter: (index) => ({ GRPC_PORT: String(inserterPorts[index]), MILVUS_ENDPOINT: milvus }),
      'schema-validator': (index) => ({
        GRPC_PORT: String(validatorPorts[index]),
        INSERTER_ADDRESS: addressOf(inserterPorts),
      }),
      consumer: () => ({
        VALIDATOR_ADDRESS: addressOf(validatorPorts),
        CONNECT_WORKER_CONFIG: worker,
        CONNECTORS_DIR: connectorsDir,
      }),
    };
    const members: Member[] = [];
    const remove = async () => {
      for (const { child } of [...members].reverse()) await child.kill();
      await folder.remove();
    };
    try {
      for (const service of serviceNames) {
        for (const index of [0, 1]) {
          const label = `${service}-${index + 1}`;
          const httpPort = await freePort();
          const logFile = join(folder.path, `${label}.log`);
          const environment = environments[service](index);
          const child = await startService(service, { label, httpPort, environment, logFile });
          members.push({ service, label, httpPort, child });
        }
      }
    } catch (error) {
      await remove();
      throw error;
    }
    return new ServicePairs(members, connector.name ?? '', remove);
  }

  /** The process whose turn it is in an endless rolling restart. */
  inTurn(turn: number): Member {
    const member = this.members[turn % this.members.length];
    if (!member) throw new Error('there are no processes');
    return member;
  }

  /** Batches that the consumers, or one process's own, have sent and not had answered. */
  async batchesInFlight(of?: Member): Promise<number> {
    const consumers = of?.service === 'consumer' ? [of] : this.members.filter(({ service }) => service === 'consumer');
    const all = await Promise.all(consumers.map(({ httpPort }) => this.#status(httpPort)));
    return all.flatMap((status) => status?.millrace.lanes ?? []).reduce((sum, lane) => sum + lane.unansweredBatches, 0);
  }

  /** Every line that the processes, or the one of this label, have logged; in no common order. */
  async logLines(label?: string): Promise<readonly LogLine[]> {
    const members = this.members.filter((member) => label === undefined || member.label === label);
    const texts = await Promise.all(members.map(({ child }) => readFile(child.logFile, 'utf8')));
    return texts.flatMap((text) =>
      text
        .split('\n')
        .flatMap((line) => (line.startsWith('{') && line.endsWith('}') ? [JSON.parse(line) as LogLine] : [])),
    );
  }

  /** The end of each log, for failures. */
  logEnds(): string {
    return this.members.map(({ child }) => logEnd(child.logFile, 15)).join('\n\n');
  }

  /** Ends all of them at once, and removes files. */
  remove(): Promise<void> {
    return this.#remove();
  }

  async #status(httpPort: number): Promise<ConnectorStatus | undefined> {
    // A process that is on its way up or down does not answer.
    const answer = await fetchFrom(httpPort, `/connectors/${this.#connector}/status`).catch(() => undefined);
    return answer?.ok ? ((await answer.json()) as ConnectorStatus) : undefined;
  }
}

export type LogLine = Readonly<Record<string, unknown>>;

const addressOf = (ports: readonly number[]): string => `ipv4:${ports.map((port) => `127.0.0.1:${port}`).join(',')}`;
