import type { KafkaClient, StoredRecord } from '../harness/kafka-client.ts';
import { MilvusReader, type Row } from '../harness/milvus-client.ts';
import { until } from '../harness/until.ts';
import { type Fleet, flowName, groupId, statusOf } from './fleet.ts';
import type { FinalCounts, FinalRow, FinalState, LoggedRecord } from './history.ts';
import { fieldNames } from './upserts.ts';

const pageKeys = 5_000;
/** Milvus loads its collections anew after a restart. */
const loadTimeoutMs = 60_000;

/** The topic as it is, each partition in offset order. */
export async function readLog(kafka: KafkaClient): Promise<LoggedRecord[]> {
  const log: LoggedRecord[] = [];
  await kafka.readEach(flowName, ({ partition, offset, key, value, timestamp }) => {
    const { sequence }: { readonly sequence: number } = JSON.parse(String(value));
    log.push({ partition, offset: Number(offset), key: Number(key), sequence, timestampMs: Number(timestamp) });
  });
  return log;
}

/** All rows, the group's offsets, the dead letters, and what each consumer has counted. */
export async function readFinalState(fleet: Fleet, kafka: KafkaClient, keys: number): Promise<FinalState> {
  const committed = await kafka.committed(groupId, flowName);
  const letters = await kafka.readAll(`${flowName}.dead-letters`);
  return {
    ...(await readRows(fleet.milvus.address, keys)),
    committed: Array.from(await kafka.endOffsets(flowName), (_, partition) => Number(committed.get(partition) ?? 0n)),
    deadLetters: letters.map((letter) => ({
      partition: Number(header(letter, '__millrace.partition')),
      offset: Number(header(letter, '__millrace.offset')),
      code: header(letter, '__millrace.error.code'),
    })),
    counts: await readCounts(fleet),
  };
}

/** All rows of the collection; keys below `keys` are looked for one range after the other. */
export async function readRows(address: string, keys: number): Promise<Pick<FinalState, 'rows' | 'count'>> {
  const reader = new MilvusReader(address);
  let refused: unknown;
  const isLoaded = () =>
    reader.load(flowName).then(
      () => reader.count(flowName).then(() => true),
      (error: unknown) => {
        refused = error;
        return false;
      },
    );
  try {
    await until('the collection is loaded', isLoaded, { timeoutMs: loadTimeoutMs, found: () => String(refused) });
    const pages = Array.from({ length: Math.ceil(keys / pageKeys) }, (_, index) => index * pageKeys);
    const filters = pages.map((from) => `id >= ${from} && id < ${Math.min(from + pageKeys, keys)}`);
    const rows: FinalRow[] = [];
    // The last one is for keys that nobody sent.
    for (const filter of [...filters, `id < 0 || id >= ${keys}`]) {
      rows.push(...(await reader.where(flowName, filter, fieldNames.map(String))).map(finalRow));
    }
    return { rows, count: await reader.count(flowName) };
  } finally {
    await reader.close();
  }
}

function finalRow(row: Row): FinalRow {
  return {
    key: Number(row.id),
    partition: Number(row.kafka_partition),
    offset: Number(row.kafka_offset),
    sequence: Number(row.sequence),
    vector: Array.isArray(row.vector) ? row.vector.map(Number) : [],
  };
}

async function readCounts(fleet: Fleet): Promise<FinalCounts[]> {
  return Promise.all(
    fleet.consumers.map(async (consumer) => {
      const records = (await statusOf(consumer))?.millrace.records;
      if (records === undefined) return { process: consumer.label, read: 0, ends: { 'no answer': 1 } };
      const { read, ...ends } = records;
      return { process: consumer.label, read, ends };
    }),
  );
}

const header = ({ headers }: StoredRecord, name: string): string => String(headers[name] ?? '');
