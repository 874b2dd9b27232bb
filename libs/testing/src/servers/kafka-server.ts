import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { type Child, startChild } from './child-process.ts';
import { freePort } from './free-port.ts';
import { installKafka, type KafkaVersion } from './kafka-install.ts';
import { clusterId, kafkaSettings, loggingSettings, renderProperties } from './kafka-settings.ts';
import { type Progress, runCommand } from './run-command.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface KafkaOptions {
  /** `kafkaVersion` by default. */
  readonly version?: KafkaVersion;
  /** Used again when it holds data; a new temporary folder by default. */
  readonly dataDir?: string;
  /** Of the clients' listener on 127.0.0.1; a free one by default. */
  readonly port?: number;
  /** Of a topic that is created without a number; 1 by default. */
  readonly partitions?: number;
  /** Further lines of `server.properties`, which win over ours. */
  readonly properties?: Readonly<Record<string, string>>;
  readonly logFile?: string;
  readonly progress?: Progress;
}

export interface KafkaServer extends Child {
  /** `127.0.0.1:<port>`; the same after a restart. */
  readonly bootstrap: string;
  /** Stops it and removes its data. */
  remove(): Promise<void>;
}

/**
 * Starts a real single-node Kafka (KRaft, plain text, loopback only) and waits until it answers. A topic is not created
 * by mere use. Data survives `stop`, `kill` and `restart`; the process does not survive its parent.
 *
 * @throws Error with the end of the broker's log
 */
export async function startKafka(options: KafkaOptions = {}): Promise<KafkaServer> {
  const jars = await installKafka(options.progress, options.version);
  const dataDir = options.dataDir ?? (await temporaryFolder('kafka')).path;
  const logDir = join(dataDir, 'log');
  const port = options.port ?? (await freePort());
  const bootstrap = `127.0.0.1:${port}`;
  const server = join(dataDir, 'server.properties');
  const logging = join(dataDir, 'log4j2.properties');
  const settings = kafkaSettings({
    logDir,
    port,
    controllerPort: await freePort(),
    partitions: options.partitions ?? 1,
  });

  await mkdir(dataDir, { recursive: true });
  await writeFile(server, renderProperties({ ...settings, ...options.properties }));
  await writeFile(logging, renderProperties(loggingSettings));
  const java = [`-Dlog4j2.configurationFile=${logging}`, '-cp', `${jars}/*`];
  if (!existsSync(join(logDir, 'meta.properties'))) {
    await runCommand('java', [...java, 'kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', server], () => {});
  }
  const child = await startChild({
    name: 'Kafka',
    command: 'java',
    args: ['-Xmx512m', ...java, 'kafka.Kafka', server],
    logFile: options.logFile ?? join(dataDir, 'kafka.log'),
    ready: () => answers(bootstrap),
  });
  const remove = async (): Promise<void> => {
    await child.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  return Object.assign(child, { bootstrap, remove });
}

async function answers(bootstrap: string): Promise<boolean> {
  const client = new Kafka({
    brokers: [bootstrap],
    connectionTimeout: 1_000,
    requestTimeout: 2_000,
    retry: { retries: 0 },
    logLevel: logLevel.NOTHING,
  });
  const admin = client.admin();
  try {
    await admin.connect();
    const { brokers } = await admin.describeCluster();
    return brokers.length === 1;
  } finally {
    await admin.disconnect();
  }
}
