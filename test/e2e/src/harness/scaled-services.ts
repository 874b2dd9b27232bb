import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Child, freePort, NameServer } from '@millrace/testing';
import { type ConnectorKeys, fetchFrom, properties, type ServiceName, startService, stockWorker } from './pipeline.ts';

export interface ScaledOptions {
  /** Holds logs and connector files. */
  readonly folder: string;
  readonly bootstrap: string;
  readonly milvus: string;
  readonly connectors: Readonly<Record<string, ConnectorKeys>>;
  readonly environmentOf?: Partial<Record<ServiceName, Readonly<Record<string, string>>>>;
}

interface Replica {
  readonly host: string;
  readonly httpPort: number;
  readonly child: Child;
}

/** A server of a validator or consumer, as its status shows it. */
export interface SeenServer {
  readonly address: string;
  readonly ready: boolean;
  readonly streams: number;
}

/**
 * The three services, each as several processes behind one DNS name, as an orchestrator has them: a process of a service
 * has a loopback address of its own and the service's port, and is in the name from its start to its SIGTERM.
 */
export class ScaledServices {
  readonly #options: ScaledOptions;
  readonly #ports: Readonly<Record<ServiceName, number>>;
  readonly #names: Readonly<Record<ServiceName, NameServer>>;
  readonly #replicas: Record<ServiceName, Replica[]> = { inserter: [], 'schema-validator': [], consumer: [] };
  #started = 0;

  private constructor(
    options: ScaledOptions,
    ports: Readonly<Record<ServiceName, number>>,
    names: Readonly<Record<ServiceName, NameServer>>,
  ) {
    this.#options = options;
    this.#ports = ports;
    this.#names = names;
  }

  /** One process of each. */
  static async start(options: ScaledOptions): Promise<ScaledServices> {
    await mkdir(join(options.folder, 'connectors'));
    await writeFile(join(options.folder, 'worker.properties'), stockWorker(options.bootstrap));
    for (const [name, keys] of Object.entries(options.connectors)) {
      await writeFile(join(options.folder, 'connectors', `${name}.properties`), properties(keys));
    }
    const services = new ScaledServices(
      options,
      { inserter: await freePort(), 'schema-validator': await freePort(), consumer: 0 },
      {
        inserter: await NameServer.start([]),
        'schema-validator': await NameServer.start([]),
        consumer: await NameServer.start([]),
      },
    );
    try {
      for (const name of ['inserter', 'schema-validator', 'consumer'] as const) await services.scale(name, 1);
    } catch (error) {
      await services.stop();
      throw error;
    }
    return services;
  }

  /** Starts processes, or ends the youngest ones with SIGTERM; resolves when they are ready, or gone with code 0. */
  async scale(name: ServiceName, count: number): Promise<void> {
    const replicas = this.#replicas[name];
    const surplus = replicas.splice(count);
    const missing = Array.from({ length: count - replicas.length }, () => this.#startReplica(name));
    this.#publish(name);
    await Promise.all(surplus.map((replica) => end(replica.child)));
    replicas.push(...(await Promise.all(missing)));
    this.#publish(name);
  }

  /** The inserters as the validators see them together. */
  async inserterStreams(): Promise<readonly SeenServer[]> {
    return this.#seen('schema-validator', (status) => status.inserter?.servers ?? []);
  }

  /** The validators as the consumers see them together. */
  async validatorStreams(): Promise<readonly SeenServer[]> {
    return this.#seen('consumer', (status) => status.schema_validators?.servers ?? []);
  }

  /** Lines of logs at level error or above. */
  async errors(): Promise<readonly string[]> {
    const files = Array.from({ length: this.#started }, (_, index) => join(this.#options.folder, `${index + 1}.log`));
    const logs = await Promise.all(files.map((file) => readFile(file, 'utf8')));
    return logs.flatMap((log) => log.split('\n').filter((line) => /"level":"?(error|fatal|[56]0)/.test(line)));
  }

  async stop(): Promise<void> {
    for (const name of ['consumer', 'schema-validator', 'inserter'] as const) {
      await Promise.all(this.#replicas[name].map(({ child }) => child.stop()));
      this.#names[name].stop();
    }
  }

  async #seen(by: ServiceName, of: (status: SeenStatus) => readonly SeenServer[]): Promise<readonly SeenServer[]> {
    const sums = new Map<string, SeenServer>();
    for (const { httpPort } of this.#replicas[by]) {
      for (const server of of((await (await fetchFrom(httpPort, '/status')).json()) as SeenStatus)) {
        const streams = server.streams + (sums.get(server.address)?.streams ?? 0);
        sums.set(server.address, { ...server, streams });
      }
    }
    return [...sums.values()];
  }

  #publish(name: ServiceName): void {
    this.#names[name].addresses = this.#replicas[name].map(({ host }) => host);
  }

  async #startReplica(name: ServiceName): Promise<Replica> {
    this.#started += 1;
    const number = this.#started;
    const host = `127.0.0.${number}`;
    const httpPort = await freePort();
    const child = await startService(name, {
      label: `${name} ${number}`,
      httpPort,
      environment: { ...this.#environment(name, host), ...this.#options.environmentOf?.[name] },
      logFile: join(this.#options.folder, `${number}.log`),
    });
    return { host, httpPort, child };
  }

  #environment(name: ServiceName, host: string): Readonly<Record<string, string>> {
    const { folder, milvus } = this.#options;
    const grpc = { GRPC_HOST: host, GRPC_PORT: String(this.#ports[name]), GRPC_NODE_USE_ALTERNATIVE_RESOLVER: 'true' };
    const address = (of: ServiceName) => `dns://127.0.0.1:${this.#names[of].port}/${of}:${this.#ports[of]}`;
    if (name === 'inserter') return { ...grpc, MILVUS_ENDPOINT: milvus };
    if (name === 'schema-validator') return { ...grpc, INSERTER_ADDRESS: address('inserter') };
    return {
      GRPC_NODE_USE_ALTERNATIVE_RESOLVER: 'true',
      VALIDATOR_ADDRESS: address('schema-validator'),
      CONNECT_WORKER_CONFIG: join(folder, 'worker.properties'),
      CONNECTORS_DIR: join(folder, 'connectors'),
    };
  }
}

interface SeenStatus {
  readonly inserter?: { readonly servers: readonly SeenServer[] };
  readonly schema_validators?: { readonly servers: readonly SeenServer[] };
}

async function end(child: Child): Promise<void> {
  const exit = await child.stop();
  if (exit?.code !== 0) throw new Error(`a process ended with ${JSON.stringify(exit)}`);
}
