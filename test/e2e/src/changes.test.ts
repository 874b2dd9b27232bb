import { canRunMilvus, type FakeField } from '@millrace/testing';
import { DataType } from '@zilliz/milvus2-sdk-node';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { unansweredBatches } from './harness/consumer-status.ts';
import { type Filled, type Filling, fillCollections } from './harness/fill-collections.ts';
import type { ConnectorKeys } from './harness/pipeline.ts';
import { until } from './harness/until.ts';
import { type ChangeStream, type ChangeStreamOptions, changeStream } from './reference/change-stream.ts';

const keys = 1_000;
const partitions = 3;

interface Changes extends Filling {
  readonly name: string;
  readonly stream: ChangeStream;
}

type ChangesOptions = Pick<Filling, 'server'> &
  Partial<Pick<ChangeStreamOptions, 'keyedBy' | 'tombstones'>> & {
    readonly seed: number;
    readonly records: number;
    readonly batchRecordsMax: number;
  };

function changes(topic: string, options: ChangesOptions): Changes {
  const { server, keyedBy = 'value', tombstones = 'delete', batchRecordsMax } = options;
  const stream = changeStream({ ...options, keys, partitions, keyedBy, tombstones });
  const id: FakeField =
    keyedBy === 'value'
      ? { name: 'id', type: DataType.Int64, isPrimaryKey: true }
      : { name: 'id', type: DataType.VarChar, isPrimaryKey: true, params: { max_length: 64 } };
  const keysOf: ConnectorKeys = {
    'behavior.on.null.values': tombstones,
    'delete.marker.path': '$.op',
    'delete.marker.values': 'd,delete',
    'batch.records.max': String(batchRecordsMax),
    ...(keyedBy === 'record key' && {
      'pk.mode': 'record_key',
      'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
    }),
  };
  return {
    name: `${server}, keyed by the ${keyedBy}, tombstones ${tombstones}, at most ${batchRecordsMax} records in a batch`,
    server,
    topic: `changes_${topic}`,
    partitions,
    shape: {
      fields: [
        id,
        { name: 'version', type: DataType.Int32 },
        { name: 'title', type: DataType.VarChar, params: { max_length: 128 } },
        { name: 'vector', type: DataType.FloatVector, params: { dim: 2 } },
      ],
    },
    keys: keysOf,
    messages: stream.messages,
    stream,
  };
}

const all: readonly Changes[] = [
  changes('small', { server: 'milvus-lite', seed: 11, records: 6_000, batchRecordsMax: 17 }),
  changes('large', { server: 'milvus-lite', seed: 12, records: 12_000, batchRecordsMax: 1_000 }),
  // Only servers that take templates of expressions can delete by VarChar keys.
  changes('text', {
    server: 'recording server',
    seed: 13,
    records: 6_000,
    batchRecordsMax: 100,
    keyedBy: 'record key',
  }),
  changes('ignored', { server: 'milvus-lite', seed: 14, records: 6_000, batchRecordsMax: 250, tombstones: 'ignore' }),
  ...(canRunMilvus
    ? [changes('full', { server: 'Milvus 2.3.5', seed: 15, records: 12_000, batchRecordsMax: 333 })]
    : []),
];

let filled: ReadonlyMap<Changes, Filled>;
beforeAll(async () => {
  filled = await fillCollections(all, {
    bootstrap: inject('bootstrap'),
    timeoutMs: 120_000,
    meanwhile: async (pipeline) => {
      // What was under way is sent again: old rows and deletes meet what they left.
      const isUnderWay = () => unansweredBatches(pipeline, 'fill_changes_large');
      await until('batches are under way', async () => (await isUnderWay()) > 0, { timeoutMs: 30_000 });
      await pipeline.services.inserter.kill();
      await pipeline.services.inserter.restart();
    },
  });
}, 400_000);

describe.each(all)(`$name: ${keys} keys upserted and deleted in an order of chance`, (one) => {
  const { rows: expected, broken, ignored } = one.stream;

  it('leave Milvus as the reference fold has it', () => {
    const { rows } = filledOf(one);
    expect(new Map(rows.map((row) => [String(row.id), row]))).toEqual(expected);
    expect(rows.length).toBe(expected.size);
  });

  it('are each counted once', () => {
    const { counts, letters } = filledOf(one);
    expect(counts).toMatchObject({ read: one.messages.length, deadLettered: broken, filtered: ignored, released: 0 });
    expect(letters.length).toBe(broken);
    expect(counts.written + counts.superseded + counts.deleted + counts.deadLettered + counts.filtered).toBe(
      counts.read,
    );
    expect(counts.written).toBeGreaterThanOrEqual(expected.size);
    expect(Math.min(counts.superseded, counts.deleted)).toBeGreaterThan(0);
  });
});

function filledOf(one: Changes): Filled {
  const found = filled.get(one);
  if (found === undefined) throw new Error(`${one.topic} was not filled`);
  return found;
}
