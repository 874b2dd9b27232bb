import { join } from 'node:path';
import { connectorTable, overridePrefix, workerConsumerPrefix, workerTable } from './all-keys.ts';
import { type ConverterReaders, checkValueConverter } from './check-converter.ts';
import { checkKeys } from './check-keys.ts';
import { type ConfigFiles, diskFiles, reason } from './config-files.ts';
import type { ConnectorConfig } from './connector-config.ts';
import { connectorKeys } from './connector-keys.ts';
import { readKafkaClient } from './kafka-client-config.ts';
import { kafkaClientKeys, securityKeys } from './kafka-client-keys.ts';
import { readKafkaSecurity } from './kafka-security.ts';
import { KeyReader, type Layer } from './key-reader.ts';
import type { KeyTable } from './key-spec.ts';
import { type Entry, type Note, type Position, type Problem, Report, wholeFile } from './problem.ts';
import { configExtensions, isConfigFile, readConfigFile } from './read-config-file.ts';
import { readConnector } from './readers/read-connector.ts';
import { readKeyFormat } from './readers/read-key-format.ts';
import type { Reference } from './references.ts';
import { shownConfig } from './shown-config.ts';
import { readBootstrapServers, type WorkerConfig } from './worker-config.ts';
import { workerKeys } from './worker-keys.ts';

/** No folder may hold more connectors. */
export const connectorsMax = 256;

export interface LoadOptions {
  /** The worker's file (`connect-standalone.properties`); undefined when there is none. */
  readonly workerFile: string | undefined;
  /** A folder in which every `.properties`, `.json`, `.yaml` and `.yml` file is one connector. */
  readonly connectorsDir: string;
  /** `host:port`, separated by commas; takes precedence over the worker's `bootstrap.servers`. */
  readonly bootstrapServers?: string | undefined;
  /** What `${env:NAME}` can name. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Which references may be followed. */
  readonly allow: (reference: Reference) => boolean;
  readonly files?: ConfigFiles;
}

/** Connectors are complete only when there are no problems: then there is at least one, and none shares a name. */
export interface LoadedConnectors {
  readonly worker: WorkerConfig;
  readonly connectors: readonly ConnectorConfig[];
  readonly problems: readonly Problem[];
  readonly notes: readonly Note[];
}

/** Reads and checks the worker's file and all connector files. Never throws for what a file holds: all problems are returned. */
export function loadConnectors(options: LoadOptions): LoadedConnectors {
  const files = options.files ?? diskFiles;
  const report = new Report();
  const loader = new Loader(options, files, report);
  const connectors = listConnectorFiles(options.connectorsDir, files, report).flatMap((file) => loader.connector(file));
  reportShared('name', connectors.filter(isNamed), loader, report);
  reportShared('group', connectors.filter(isNamed), loader, report);
  if (connectors.every(({ keyFormat }) => keyFormat === undefined)) noteUnreadKeys(loader.workerReader);
  return { worker: loader.worker, connectors, problems: report.problems, notes: report.notes };
}

class Loader {
  readonly worker: WorkerConfig;
  readonly workerReader: KeyReader<typeof workerKeys>;
  readonly #files: ConfigFiles;
  readonly #report: Report;
  readonly #sources: ConstructorParameters<typeof KeyReader>[3];
  readonly #workerHome: Position;
  readonly #workerEntries: ReadonlyMap<string, Entry>;
  readonly #places = new Map<string, Position>();

  constructor({ workerFile, bootstrapServers, env, allow }: LoadOptions, files: ConfigFiles, report: Report) {
    this.#files = files;
    this.#report = report;
    this.#sources = { env, allow, readFile: (path) => files.read(path) };
    this.#workerHome = wholeFile(workerFile ?? 'BOOTSTRAP_SERVERS');
    const entries = new Map(workerFile === undefined ? [] : this.#entries(workerFile, workerTable));
    this.#workerEntries = entries;
    const given = bootstrapServers?.trim() ?? '';
    const override = { ...wholeFile('BOOTSTRAP_SERVERS'), key: 'bootstrap.servers', text: given };
    const layers = given === '' ? [entries] : [new Map([[override.key, override]]), entries];
    const brokers = this.#reader(
      workerKeys,
      this.#workerHome,
      ...layers.map((layer) => ({ entries: layer, prefix: '' })),
    );
    this.workerReader = this.#reader(workerKeys, this.#workerHome, this.#workerLayers()[1]);
    this.worker = {
      bootstrapServers: readBootstrapServers(brokers),
      security: readKafkaSecurity(this.#reader(securityKeys, this.#workerHome, ...this.#workerLayers()), files),
    };
  }

  /** One connector, or nothing when its file could not be read at all. */
  connector(file: string): readonly ConnectorConfig[] {
    const home = wholeFile(file);
    const problemsBefore = this.#report.problems.length;
    const entries = new Map(this.#entries(file, connectorTable));
    if (entries.size === 0 && this.#report.problems.length > problemsBefore) return [];
    const own: Layer = { entries, prefix: '' };
    const override: Layer = { entries, prefix: overridePrefix };
    const [consumer, plain] = this.#workerLayers();
    const read = this.#reader(connectorKeys, home, own);
    const config = readConnector(read);
    const readers = { connector: read, worker: this.workerReader };
    checkValueConverter(readers);
    const keyFormat = readKeyFormat(config, readers);
    if (keyFormat === undefined) noteUnreadKeys(read);
    const client = this.#reader(kafkaClientKeys, home, override, consumer);
    const security = this.#reader(securityKeys, home, override, consumer, plain);
    const kafka = readKafkaClient(config.name, client, security, this.#files);
    return [{ ...config, file, valueFormat: 'json', keyFormat, kafka, shown: shownConfig(entries.values()) }];
  }

  #entries(file: string, table: KeyTable): readonly (readonly [string, Entry])[] {
    const entries = readConfigFile(this.#files, file, this.#report, table);
    checkKeys(file, entries, table, this.#report);
    for (const entry of entries) this.#places.set(JSON.stringify([file, entry.key]), entry);
    return entries.map((entry) => [entry.key, entry] as const);
  }

  /** Where a key stands in a file, or the file when it is not there. */
  place(file: string, key: string): Position {
    return this.#places.get(JSON.stringify([file, key])) ?? wholeFile(file);
  }

  // As in Kafka Connect consumers take the worker's `consumer.*`; the plain keys count where those are silent.
  #workerLayers(): readonly [Layer, Layer] {
    const entries = this.#workerEntries;
    return [
      { entries, prefix: workerConsumerPrefix },
      { entries, prefix: '' },
    ];
  }

  #reader<Table extends KeyTable>(table: Table, home: Position, ...layers: Layer[]): KeyReader<Table> {
    return new KeyReader(table, layers, home, this.#sources, this.#report);
  }
}

function listConnectorFiles(folder: string, files: ConfigFiles, report: Report): readonly string[] {
  let names: readonly string[];
  try {
    names = files.list(folder);
  } catch (error) {
    report.problem(wholeFile(folder), `the folder of connectors cannot be read: ${reason(error)}`);
    return [];
  }
  // Mounted config maps keep their versions in hidden entries.
  const visible = names.filter((name) => !name.startsWith('.')).toSorted();
  const found = visible.filter(isConfigFile);
  for (const name of visible.filter((other) => !found.includes(other)).slice(0, connectorsMax)) {
    report.note(
      wholeFile(join(folder, name)),
      undefined,
      `not a connector: the name ends in none of ${configExtensions.join(', ')}`,
    );
  }
  if (found.length === 0) report.problem(wholeFile(folder), 'the folder holds no connector file');
  if (found.length > connectorsMax)
    report.problem(wholeFile(folder), `the folder holds more than ${connectorsMax} connectors`);
  return found.slice(0, connectorsMax).map((name) => join(folder, name));
}

/** A converter of keys means nothing where no option reads them. */
function noteUnreadKeys(read: ConverterReaders['connector'] | ConverterReaders['worker']): void {
  for (const key of ['key.converter', 'key.converter.schemas.enable'] as const) {
    if (read.entry(key) !== undefined) read.note(key, 'ignored. No option reads record keys, so they are not decoded.');
  }
}

function isNamed({ name }: ConnectorConfig): boolean {
  return name !== '';
}

/** Two connectors of one name, or in one consumer group, would take each other's partitions. */
function reportShared(what: 'name' | 'group', all: readonly ConnectorConfig[], loader: Loader, report: Report): void {
  const key = what === 'name' ? 'name' : `${overridePrefix}group.id`;
  const first = new Map<string, ConnectorConfig>();
  for (const connector of all) {
    const shared = what === 'name' ? connector.name : connector.kafka.groupId;
    const earlier = first.get(shared);
    if (earlier === undefined) first.set(shared, connector);
    else if (what === 'name' || earlier.name !== connector.name) {
      const message = what === 'name' ? 'name is taken' : 'consumer group is taken';
      report.problem(loader.place(connector.file, key), `the ${message} by the connector in ${earlier.file}`, { key });
    }
  }
}
