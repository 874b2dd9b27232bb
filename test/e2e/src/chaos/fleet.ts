import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, freePorts, type KafkaServer, type MilvusServer, startKafka, startMilvus } from '@millrace/testing';
import type { ConnectorStatus } from '../harness/consumer-status.ts';
import { properties, type ServiceName, stockWorker } from '../harness/pipeline.ts';
import { type FleetLink, Links } from './links.ts';
import { SupervisedService } from './supervised-service.ts';
import type { Hop } from './toxics.ts';
import { fieldSources } from './upserts.ts';

/** Of the connector, its topic and its collection. */
export const flowName = 'chaos';
export const groupId = `connect-${flowName}`;

export interface FleetSize {
  readonly consumers: number;
  readonly validators: number;
  readonly inserters: number;
}

export interface FleetOptions extends FleetSize {
  /** Whether a toxiproxy stands between the hops. */
  readonly hasLinks: boolean;
  /** Holds the data of all servers and all logs. */
  readonly folder: string;
  /** Told of what a process does by itself, such as ending. */
  readonly note: (text: string) => void;
}

type Environments = Readonly<Record<ServiceName, Readonly<Record<string, string>>>>;

/** Small batches, so that some are always in flight; short times, so that what a fault leaves unclear is soon over. */
const connectorKeys = {
  name: flowName,
  'connector.class': 'com.milvus.io.kafka.MilvusSinkConnector',
  topics: flowName,
  'collection.name': flowName,
  'fields.source': fieldSources,
  'errors.tolerance': 'all',
  'consumer.override.session.timeout.ms': '6000',
  'consumer.override.heartbeat.interval.ms': '1000',
  'batch.records.max': '200',
  'write.timeout.ms': '3000',
  'commit.interval.ms': '200',
  'retry.backoff.max.ms': '2000',
};

/** Kafka, Milvus and several processes of each service, each supervised. */
export class Fleet {
  readonly kafka: KafkaServer;
  readonly milvus: MilvusServer;
  readonly #options: FleetOptions;
  readonly #environments: Environments;
  readonly #links: Links | undefined;
  #services: SupervisedService[] = [];
  #joined = 0;

  private constructor(
    servers: { readonly kafka: KafkaServer; readonly milvus: MilvusServer; readonly links: Links | undefined },
    options: FleetOptions,
    environments: Environments,
  ) {
    this.kafka = servers.kafka;
    this.milvus = servers.milvus;
    this.#links = servers.links;
    this.#options = options;
    this.#environments = environments;
  }

  /** Starts the servers, has `prepare` make topic and collection, and starts the services. Cleans up if that fails. */
  static async start(options: FleetOptions, prepare: (fleet: Fleet) => Promise<void>): Promise<Fleet> {
    const { folder } = options;
    // First, since it may be missing on the machine.
    const links = options.hasLinks ? await Links.start(folder, options.note) : undefined;
    const kafka = await startKafka({ dataDir: join(folder, 'kafka'), logFile: join(folder, 'kafka.log') });
    const milvus = await startMilvus({ dataDir: join(folder, 'milvus'), logFile: join(folder, 'milvus.log') }).catch(
      async (error: unknown) => {
        await Promise.all([links?.remove(), kafka.remove()]);
        throw error;
      },
    );
    const connectorsDir = join(folder, 'connectors');
    const worker = join(folder, 'connect-standalone.properties');
    await mkdir(connectorsDir);
    await writeFile(worker, stockWorker(kafka.bootstrap));
    await writeFile(join(connectorsDir, `${flowName}.properties`), properties(connectorKeys));

    const validatorPorts = await freePorts(options.validators);
    const inserterPorts = await freePorts(options.inserters);
    const through = async (hop: Hop, service: string, port: number) => (await links?.add(hop, service, port)) ?? port;
    const throughAll = (name: ServiceName, ports: readonly number[]) =>
      Promise.all(ports.map((port, index) => through('services', labelOf(name, index + 1), port)));
    const fleet = new Fleet({ kafka, milvus, links }, options, {
      inserter: {},
      'schema-validator': { INSERTER_ADDRESS: addressOf(await throughAll('inserter', inserterPorts)) },
      consumer: {
        VALIDATOR_ADDRESS: addressOf(await throughAll('schema-validator', validatorPorts)),
        CONNECT_WORKER_CONFIG: worker,
        CONNECTORS_DIR: connectorsDir,
      },
    });
    const milvusPort = Number(milvus.address.split(':')[1]);
    const startInserter = async (port: number, number: number) => {
      const endpointPort = await through('Milvus', labelOf('inserter', number), milvusPort);
      const MILVUS_ENDPOINT = `http://127.0.0.1:${endpointPort}`;
      await fleet.#start('inserter', number, { GRPC_PORT: String(port), MILVUS_ENDPOINT });
    };
    try {
      await prepare(fleet);
      await Promise.all([
        ...inserterPorts.map((port, index) => startInserter(port, index + 1)),
        ...validatorPorts.map((port, index) =>
          fleet.#start('schema-validator', index + 1, { GRPC_PORT: String(port) }),
        ),
      ]);
      await Promise.all(Array.from({ length: options.consumers }, () => fleet.addConsumer()));
    } catch (error) {
      await fleet.remove();
      throw error;
    }
    return fleet;
  }

  get services(): readonly SupervisedService[] {
    return this.#services;
  }

  get consumers(): readonly SupervisedService[] {
    return this.#services.filter(({ name }) => name === 'consumer');
  }

  /** Between the hops; none where no toxiproxy stands there. */
  get links(): readonly FleetLink[] {
    return this.#links?.all ?? [];
  }

  /** The consumer that joined last, where there are more than there should be. */
  get surplus(): SupervisedService | undefined {
    return this.consumers.length > this.#options.consumers ? this.consumers.at(-1) : undefined;
  }

  addConsumer(): Promise<SupervisedService> {
    return this.#start('consumer', ++this.#joined, {});
  }

  async retire(service: SupervisedService): Promise<void> {
    this.#services = this.#services.filter((other) => other !== service);
    const { code, signal } = await service.retire();
    if (code !== 0) this.#options.note(`${service.label} was told to stop and ended with ${signal ?? `code ${code}`}`);
  }

  /** Batches that the consumers have sent and not had answered; of those that answer. */
  async batchesInFlight(consumers = this.consumers): Promise<number> {
    const all = await Promise.all(consumers.map((consumer) => statusOf(consumer)));
    return all.flatMap((status) => status?.millrace.lanes ?? []).reduce((sum, lane) => sum + lane.unansweredBatches, 0);
  }

  /** Ends everything at once and removes what the servers keep. */
  async remove(): Promise<void> {
    await Promise.all(this.#services.map((service) => service.end()));
    await Promise.all([this.kafka.kill(), this.milvus.remove(), this.#links?.remove()]);
    await this.kafka.remove();
  }

  async #start(name: ServiceName, number: number, environment: Record<string, string>): Promise<SupervisedService> {
    const label = labelOf(name, number);
    const service = await SupervisedService.start(name, {
      label,
      httpPort: await freePort(),
      environment: { ...this.#environments[name], ...environment },
      logFile: join(this.#options.folder, `${label}.log`),
      note: this.#options.note,
    });
    this.#services.push(service);
    return service;
  }
}

/** What a consumer says of the connector; undefined where it does not answer. */
export function statusOf(consumer: SupervisedService): Promise<ConnectorStatus | undefined> {
  return consumer.get(`/connectors/${flowName}/status`);
}

const labelOf = (name: ServiceName, number: number): string =>
  `${name === 'schema-validator' ? 'validator' : name}-${number}`;

/** Streams are spread over all that answer. */
const addressOf = (ports: readonly number[]): string => `ipv4:${ports.map((port) => `127.0.0.1:${port}`).join(',')}`;
