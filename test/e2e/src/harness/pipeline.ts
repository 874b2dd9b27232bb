import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { type Child, freePort, logEnd, projectRoot, startChild, temporaryFolder } from '@millrace/testing';

export const serviceNames = ['inserter', 'schema-validator', 'consumer'] as const;
export type ServiceName = (typeof serviceNames)[number];

/** A connector file's keys and values. */
export type ConnectorKeys = Readonly<Record<string, string>>;
type Environment = Readonly<Record<string, string>>;

export interface PipelineOptions {
  /** The broker that the stock worker file names; not needed where a worker file is given. */
  readonly bootstrap?: string;
  /** Of Milvus, for connectors that name none. */
  readonly milvus?: string;
  /** Keys by file name; or the file's text as it is. A name without an extension is that of a `.properties` file. */
  readonly connectors: Readonly<Record<string, ConnectorKeys | string>>;
  /** Text of the worker's properties file. The stock one by default. */
  readonly worker?: string;
  /** What has to answer 200 before a service counts as started; `/readyz` by default. */
  readonly ready?: '/readyz' | '/livez';
  /** Further environment of all services. */
  readonly environment?: Environment;
  /** Further environment of one service. */
  readonly environmentOf?: Partial<Record<ServiceName, Environment>>;
}

/** The three services as a user runs them: processes that know each other by address only. */
export interface Pipeline {
  readonly services: Readonly<Record<ServiceName, Child>>;
  /** Writes a connector file anew; the consumer reads it when it starts again. */
  writeConnector(name: string, keys: ConnectorKeys): Promise<void>;
  /** Where a service's HTTP side is. */
  url(service: ServiceName): string;
  httpPort(service: ServiceName): number;
  /** GET of it. */
  get(service: ServiceName, path: string): Promise<{ readonly status: number; readonly text: string }>;
  /** The environment in which the command line finds the files of the connectors and the servers. */
  readonly commandEnvironment: Environment;
  /** Everything that a service has logged so far. */
  log(service: ServiceName): Promise<string>;
  /** The end of each log, for failures. */
  logEnds(): string;
  /** Ends all three, first the one that is upstream, and removes files. */
  stop(): Promise<void>;
}

/** As it is in Kafka's distribution, with the one change that the tutorial asks for. */
export const stockWorker = (bootstrap: string): string =>
  [
    `bootstrap.servers=${bootstrap}`,
    'key.converter=org.apache.kafka.connect.json.JsonConverter',
    'value.converter=org.apache.kafka.connect.json.JsonConverter',
    'key.converter.schemas.enable=false',
    'value.converter.schemas.enable=false',
    'offset.storage.file.filename=/tmp/connect.offsets',
    'offset.flush.interval.ms=10000',
    '',
  ].join('\n');

const urlOf = (httpPort: number): string => `http://127.0.0.1:${httpPort}`;

/** GET of a service's HTTP side; rejects when the answer takes too long. */
export function fetchFrom(httpPort: number, path: string): Promise<Response> {
  return fetch(`${urlOf(httpPort)}${path}`, { signal: AbortSignal.timeout(5_000) });
}

export interface ServiceOptions {
  /** How logs and errors call the process; the service's name by default. */
  readonly label?: string;
  readonly httpPort: number;
  readonly environment: Environment;
  readonly logFile: string;
  readonly ready?: '/readyz' | '/livez';
}

/** Starts one process of a service and waits until it answers. */
export function startService(name: ServiceName, options: ServiceOptions): Promise<Child> {
  const { label = name, httpPort, environment, logFile, ready = '/readyz' } = options;
  return startChild({
    name: label,
    command: process.execPath,
    args: [join(projectRoot, 'apps', name, 'src/main.ts')],
    cwd: projectRoot,
    env: { PATH: process.env.PATH, HTTP_PORT: String(httpPort), ...environment },
    logFile,
    ready: async () => (await fetchFrom(httpPort, ready)).status === 200,
    readyTimeoutMs: 30_000,
  });
}

/** Starts the three services and waits until each is ready to work. */
export async function startPipeline(options: PipelineOptions): Promise<Pipeline> {
  const folder = await temporaryFolder('e2e');
  const connectorsDir = join(folder.path, 'connectors');
  const worker = join(folder.path, 'connect-standalone.properties');
  await mkdir(connectorsDir);
  await writeFile(worker, options.worker ?? stockWorker(options.bootstrap ?? ''));
  const writeConnector = (name: string, keys: ConnectorKeys | string) => {
    const file = extname(name) === '' ? `${name}.properties` : name;
    return writeFile(join(connectorsDir, file), typeof keys === 'string' ? keys : properties(keys));
  };
  for (const [name, keys] of Object.entries(options.connectors)) await writeConnector(name, keys);
  const [validatorPort, inserterPort] = [await freePort(), await freePort()];
  const httpPorts = { inserter: await freePort(), 'schema-validator': await freePort(), consumer: await freePort() };
  const environments: Record<ServiceName, Environment> = {
    inserter: {
      GRPC_PORT: String(inserterPort),
      ...(options.milvus && { MILVUS_ENDPOINT: options.milvus }),
    },
    'schema-validator': { GRPC_PORT: String(validatorPort), INSERTER_ADDRESS: `dns:///127.0.0.1:${inserterPort}` },
    consumer: {
      VALIDATOR_ADDRESS: `dns:///127.0.0.1:${validatorPort}`,
      CONNECT_WORKER_CONFIG: worker,
      CONNECTORS_DIR: connectorsDir,
    },
  };
  const url = (service: ServiceName) => urlOf(httpPorts[service]);
  const get: Pipeline['get'] = async (service, path) => {
    const answer = await fetchFrom(httpPorts[service], path);
    return { status: answer.status, text: await answer.text() };
  };
  const start = (name: ServiceName) =>
    startService(name, {
      httpPort: httpPorts[name],
      environment: { ...environments[name], ...options.environment, ...options.environmentOf?.[name] },
      logFile: join(folder.path, `${name}.log`),
      ...(options.ready && { ready: options.ready }),
    });

  const started: Partial<Record<ServiceName, Child>> = {};
  const upstreamFirst = [...serviceNames].reverse();
  const stop = async (): Promise<void> => {
    for (const name of upstreamFirst) await started[name]?.stop();
    await folder.remove();
  };
  try {
    for (const name of serviceNames) started[name] = await start(name);
  } catch (error) {
    await stop();
    throw error;
  }
  const { inserter, consumer, 'schema-validator': validator } = started;
  if (!inserter || !consumer || !validator) throw new Error('a service is missing');
  const services = { inserter, consumer, 'schema-validator': validator };
  const { CONNECT_WORKER_CONFIG = '', CONNECTORS_DIR = '', VALIDATOR_ADDRESS = '' } = environments.consumer;
  return {
    services,
    commandEnvironment: {
      CONNECT_WORKER_CONFIG,
      CONNECTORS_DIR,
      VALIDATOR_ADDRESS,
      ...(options.milvus && { MILVUS_ENDPOINT: options.milvus }),
    },
    writeConnector,
    url,
    httpPort: (service) => httpPorts[service],
    get,
    log: (service) => readFile(services[service].logFile, 'utf8'),
    logEnds: () => serviceNames.map((name) => logEnd(services[name].logFile, 15)).join('\n\n'),
    stop,
  };
}

/** As a `.properties` file. */
export function properties(keys: ConnectorKeys): string {
  return Object.entries(keys)
    .map(([key, value]) => `${key}=${value.replaceAll('\\', '\\\\')}\n`)
    .join('');
}
