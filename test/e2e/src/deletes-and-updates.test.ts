import { DataType } from '@zilliz/milvus2-sdk-node';
import { describe, expect, it } from 'vitest';
import { connectorCounts } from './harness/consumer-status.ts';
import { type Scene, scene } from './harness/scene.ts';
import { seededRandom } from './reference/random.ts';

const seed = 4_711;
const keyCount = 60;
const fields = [
  { name: 'id', data_type: DataType.Int64, is_primary_key: true, autoID: false },
  { name: 'title', data_type: DataType.VarChar, max_length: 64 },
  { name: 'year', data_type: DataType.Int32, nullable: true },
  { name: 'vector', data_type: DataType.FloatVector, dim: 2 },
];
const json = {
  'key.converter': 'org.apache.kafka.connect.json.JsonConverter',
  'key.converter.schemas.enable': 'false',
};

interface Sent {
  readonly key: string;
  readonly value: string | null;
}

type Table = Map<string, Readonly<Record<string, unknown>>>;

/** Writes the records of one partition in batches of a few, and compares the collection with what they fold to. */
async function expectFold({ kafka, reader }: Scene, topic: string, records: readonly Sent[], table: Table) {
  await kafka.send(topic, [...records]);
  await kafka.untilCommitted(`connect-${topic}`, topic, 60_000);
  const rows = await reader.all(topic, ['id', 'title', 'year', 'vector']);
  expect(new Map(rows.map((row) => [String(row.id), row]))).toEqual(table);
}

describe('records of random keys, in their order', () => {
  const the = scene();

  it('upsert and delete by tombstones and by a marker, or set some fields; Milvus equals the fold of them', {
    timeout: 120_000,
  }, async () => {
    for (const topic of ['changes', 'patches']) {
      await the.reader.createCollection(topic, fields);
      await the.kafka.createTopic(topic, 1);
    }
    const few = { 'batch.records.max': '7', 'errors.tolerance': 'all' };
    const changes = {
      ...json,
      ...few,
      'fields.source': 'title:$.after.title,year:$.after.year,vector:$.after.vector',
      'behavior.on.null.values': 'delete',
      'delete.marker.path': '$.op',
      'delete.marker.values': 'd,delete',
    };
    const patches = { ...few, 'insert.mode': 'update', 'behavior.on.null.values': 'ignore' };
    const pipeline = await the.start({
      connectors: {
        changes: the.connector('changes', 'changes', changes),
        patches: the.connector('patches', 'patches', patches),
      },
    });
    const random = seededRandom(seed);
    const some = (most: number) => Math.floor(random() * most);

    const table: Table = new Map();
    const records = Array.from({ length: 800 }, (_, index): Sent => {
      const id = some(keyCount);
      const key = random() < 0.5 ? String(id) : JSON.stringify({ id });
      if (random() < 0.4) {
        table.delete(String(id));
        return { key, value: random() < 0.5 ? null : JSON.stringify({ op: random() < 0.5 ? 'd' : 'delete', id }) };
      }
      const after = { title: `title ${index}`, year: random() < 0.3 ? null : some(3_000), vector: [index, some(9)] };
      table.set(String(id), { id: String(id), ...after });
      return { key, value: JSON.stringify({ op: 'u', id, after }) };
    });
    await expectFold(the, 'changes', records, table);
    expect(table.size).toBeGreaterThan(10);
    const deletes = records.filter(({ value }) => value === null || !value.includes('"u"')).length;
    const changed = await connectorCounts(pipeline, 'changes');
    expect(changed).toMatchObject({ read: 800, deadLettered: 0, filtered: 0 });
    expect(changed.written + changed.superseded + changed.deleted).toBe(800);
    expect(changed.deleted).toBeLessThanOrEqual(deletes);

    const patched: Table = new Map();
    const whole = Array.from({ length: keyCount }, (_, id): Sent => {
      const row = { id, title: `first ${id}`, year: id, vector: [id, 0] };
      patched.set(String(id), { ...row, id: String(id) });
      return { key: '', value: JSON.stringify(row) };
    });
    const parts = Array.from({ length: 500 }, (_, index): Sent => {
      if (random() < 0.1) return { key: '', value: null };
      const id = some(keyCount);
      const all = { title: `patch ${index}`, year: random() < 0.3 ? null : index, vector: [index, 1] };
      const patch = Object.fromEntries(Object.entries(all).filter(() => random() < 0.4));
      patched.set(String(id), { ...patched.get(String(id)), ...patch, id: String(id) });
      return { key: '', value: JSON.stringify({ id, ...patch }) };
    });
    await expectFold(the, 'patches', [...whole, ...parts], patched);
    const tombstones = parts.filter(({ value }) => value === null).length;
    expect(await connectorCounts(pipeline, 'patches')).toMatchObject({ deadLettered: 0, filtered: tombstones });
  });
});
