import { type ConnectorConfig, formatProblems, loadConnectors } from '@millrace/connector-config';
import { topic } from '../kafka/record-log.ts';
import type { Random } from '../world/random.ts';

/** What differs from run to run of the settings of the three services and of the group. */
export interface Settings {
  /** Nothing is ever slow by itself. */
  readonly isCalm: boolean;
  readonly insertMode: 'upsert' | 'insert';
  readonly batchRecordsMax: number;
  readonly windowBatchesMax: number;
  readonly sessionTimeoutMs: number;
  readonly writeTimeoutMs: number;
  readonly partitionCount: number;
  readonly consumers: number;
  readonly validators: number;
  readonly inserters: number;
  /** Batches that each validator and inserter has room for; few make lanes wait for each other. */
  readonly budgetBatches: number;
  /** Largest part of a batch that an inserter takes; a small one makes several of most batches. */
  readonly partBytesMax: number;
  /** Most bytes that an inserter merges into a write. */
  readonly writeBytesMax: number;
  /** How long a request to the broker, or its answer, usually takes, at most. */
  readonly brokerLatencyMaxMs: number;
  /** How long Milvus usually takes for a write, at most. */
  readonly writeLatencyMaxMs: number;
  /** Share of writes that are not answered although Milvus is well, and take effect at any time while they may. */
  readonly stragglerShare: number;
  /** Share of writes that Milvus refuses for a while although it is well: busy, or at its quota. */
  readonly refusalShare: number;
  /** Streams to inserters that share the records of a partition. */
  readonly stripes: number;
}

export function drawSettings(random: Random, isCalm: boolean): Settings {
  return {
    isCalm,
    insertMode: random.chance(isCalm ? 0.5 : 0.2) ? 'insert' : 'upsert',
    batchRecordsMax: random.pick([1, 3, 8, 20]),
    windowBatchesMax: random.pick([1, 2, 4, 8]),
    sessionTimeoutMs: random.pick([6_000, 10_000, 30_000]),
    writeTimeoutMs: random.pick([2_000, 5_000, 10_000, 20_000]),
    partitionCount: 2,
    consumers: random.int(1, 3),
    validators: random.int(1, 2),
    inserters: random.int(1, 2),
    budgetBatches: random.pick([1, 4, 64]),
    partBytesMax: random.pick([200, 64 * 1024]),
    writeBytesMax: random.pick([1_000, 1_000_000]),
    brokerLatencyMaxMs: isCalm ? 10 : random.pick([10, 100, 1_000]),
    writeLatencyMaxMs: isCalm ? 10 : random.pick([10, 50, 300]),
    stragglerShare: isCalm ? 0 : random.pick([0, 0.02, 0.1, 0.3]),
    refusalShare: isCalm ? 0 : random.pick([0, 0.05, 0.2]),
    stripes: random.pick([1, 2, 3]),
  };
}

const configs = new Map<string, ConnectorConfig>();

/** The connector of a run, read from the text of a file as the consumer reads it. */
export function connectorConfigOf(settings: Settings): ConnectorConfig {
  const text = connectorText(settings);
  const known = configs.get(text) ?? load(text);
  configs.set(text, known);
  return known;
}

function connectorText(settings: Settings): string {
  const { insertMode, batchRecordsMax, windowBatchesMax, sessionTimeoutMs, writeTimeoutMs } = settings;
  return [
    'name=items-sink',
    `topics=${topic}`,
    'collection.name=items',
    'errors.tolerance=all',
    `insert.mode=${insertMode}`,
    `batch.records.max=${batchRecordsMax}`,
    `window.batches.max=${windowBatchesMax}`,
    `write.timeout.ms=${writeTimeoutMs}`,
    `consumer.override.session.timeout.ms=${sessionTimeoutMs}`,
    ...(insertMode === 'upsert' ? ['delete.marker.path=$.op', 'delete.marker.values=d'] : []),
  ].join('\n');
}

function load(text: string): ConnectorConfig {
  const { connectors, problems } = loadConnectors({
    workerFile: undefined,
    connectorsDir: '/connectors',
    bootstrapServers: 'broker:9092',
    env: {},
    allow: () => false,
    files: { list: () => ['items.properties'], read: () => Buffer.from(text) },
  });
  const [config] = connectors;
  if (!config || problems.length > 0) throw new Error(formatProblems(problems));
  return config;
}
