import { DataType, type FieldType } from '@zilliz/milvus2-sdk-node';
import type { Message } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import type { ConnectorKeys, Pipeline } from './harness/pipeline.ts';
import { scene } from './harness/scene.ts';
import { type Verified, verifyConnector } from './harness/verify-command.ts';

const partitions = 3;
const fields: FieldType[] = [
  { name: 'id', data_type: DataType.Int64, is_primary_key: true, autoID: false },
  { name: 'title', data_type: DataType.VarChar, max_length: 64 },
  { name: 'price', data_type: DataType.Double },
  { name: 'vector', data_type: DataType.FloatVector, dim: 4 },
];

const recordOf = (id: number, value: string | null): Message => ({
  partition: id % partitions,
  key: String(id),
  value,
});
const row = (id: number, version = 1): Message =>
  recordOf(
    id,
    `{"id": ${id}, "title": "title ${id}", "price": ${version}.5, "vector": [${id}, 0.1, -0, ${version}], "extra": {"v": ${version}, "big": 9007199254740993}}`,
  );
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

/** What was found, one line each. */
const placesOf = ({ report }: Verified) =>
  report?.findings
    .map(({ state, topic, partition, offset, key, why }) => `${state} ${topic}-${partition}@${offset} ${key}: ${why}`)
    .sort();

describe('millrace verify', () => {
  const the = scene();
  const topic = 'audited';
  const group = `connect-${topic}`;
  let pipeline: Pipeline;

  it('accounts for every offset, finds what was done behind its back, and repairs it', {
    timeout: 300_000,
  }, async () => {
    const keys: Record<string, ConnectorKeys> = {
      [topic]: the.connector(topic, topic, {
        'errors.tolerance': 'all',
        'behavior.on.null.values': 'ignore',
        'delete.marker.path': '$.op',
        'delete.marker.values': 'd',
      }),
      tombs: the.connector('tombs', 'tombs', { 'errors.tolerance': 'all', 'behavior.on.null.values': 'delete' }),
      made: the.connector('made', 'made', { 'errors.tolerance': 'all' }),
    };
    for (const name of Object.keys(keys)) await the.kafka.createTopic(name, partitions);
    await the.reader.createCollection(topic, fields, { dynamic: true });
    await the.reader.createCollection('tombs', fields, { dynamic: true });
    const [id, ...others] = fields;
    await the.reader.createCollection('made', [{ ...(id ?? expect.unreachable()), autoID: true }, ...others]);
    pipeline = await the.start({ connectors: keys });

    await the.kafka.send(topic, [
      ...range(0, 200).map((id) => row(id)),
      ...range(0, 50).map((id) => row(id, 2)),
      ...range(50, 70).map((id) => recordOf(id, `{"id": ${id}, "op": "d"}`)),
      ...range(60, 70).map((id) => row(id, 3)),
      ...range(0, 5).map((id) => recordOf(id, `{"id": ${id}, "title": 7}`)),
      ...range(0, 4).map((id) => recordOf(id, null)),
    ]);
    await the.kafka.untilCommitted(group, topic, 60_000);
    const well = await verifyConnector(pipeline, topic);
    expect([well.exitCode, placesOf(well), well.report?.records]).toEqual([0, [], 289]);
    expect(well.report?.counts).toMatchObject({ written: 190, superseded: 80, deleted: 10, filtered: 4 });
    expect(well.report?.counts).toMatchObject({ dead_lettered: 5, pending: 0, missing: 0, stale: 0 });

    // A row that somebody deleted, one that somebody changed, one that somebody brought back; and a record whose offset
    // is committed though nobody has written it, with two behind it that are really pending.
    await the.reader.change(topic, {
      remove: [100n],
      put: [101, 55].map((id) => ({ id, title: 'changed', price: 1.5, vector: [id, 0.1, 0, 1], extra: {} })),
    });
    await pipeline.services.consumer.stop();
    await the.kafka.send(topic, [row(500)]);
    await the.kafka.commitEnds(group, topic);
    await the.kafka.send(topic, [row(501), row(7, 4)]);
    const harmed = await verifyConnector(pipeline, topic, ['--to', '1000']);
    expect([harmed.exitCode, harmed.text]).toEqual([1, expect.stringContaining('4 not accounted for')]);
    expect(placesOf(harmed)).toEqual([
      'missing audited-1@33 100: Milvus has no row of its key',
      'missing audited-2@94 500: Milvus has no row of its key',
      'stale audited-1@85 55: it deletes its key, and the row is there',
      'stale audited-2@33 101: Milvus has another title, vector',
    ]);
    expect(harmed.text).toContain('MISSING  audited-2 @ 94  key 500  Milvus has no row of its key');
    expect(harmed.report?.counts).toMatchObject({ written: 188, deleted: 9, pending: 2, missing: 2, stale: 2 });

    const repaired = await verifyConnector(pipeline, topic, ['--repair']);
    expect([repaired.exitCode, repaired.text]).toEqual([0, expect.stringContaining('4 records written again')]);
    const after = await verifyConnector(pipeline, topic);
    expect([after.exitCode, after.text]).toEqual([0, expect.stringContaining('✓ every offset is accounted for')]);
    expect(after.report?.counts).toMatchObject({ written: 191, deleted: 10, missing: 0, stale: 0 });

    // The connector goes on as if nothing had been, and what was pending is written.
    await pipeline.services.consumer.restart();
    await the.kafka.untilCommitted(group, topic, 60_000);
    const last = await verifyConnector(pipeline, topic, ['--memory-mb', '0.01']);
    expect([last.exitCode, last.report?.counts.written]).toEqual([0, 192]);
  });

  it('takes a record without a value for a delete where the connector does', { timeout: 60_000 }, async () => {
    await the.kafka.send('tombs', [
      ...range(0, 30).map((id) => row(id)),
      ...range(0, 10).map((id) => recordOf(id, null)),
    ]);
    await the.kafka.untilCommitted('connect-tombs', 'tombs', 30_000);
    const well = await verifyConnector(pipeline, 'tombs');
    expect([well.exitCode, well.report?.counts]).toEqual([
      0,
      expect.objectContaining({ written: 20, superseded: 10, deleted: 10 }),
    ]);
    await the.reader.change('tombs', { put: [{ id: 3, title: 'back', price: 1, vector: [1, 2, 3, 4] }] });
    expect(placesOf(await verifyConnector(pipeline, 'tombs'))).toEqual([
      'stale tombs-0@11 3: it deletes its key, and the row is there',
    ]);
    expect((await verifyConnector(pipeline, 'tombs', ['--repair'])).exitCode).toBe(0);
  });

  it('only counts rows whose keys Milvus makes', { timeout: 60_000 }, async () => {
    const values = range(0, 40).map((n) => `{"title": "t ${n}", "price": ${n}, "vector": [1, 2, 3, ${n}]}`);
    await the.kafka.send(
      'made',
      values.map((value, n) => recordOf(n, value)),
    );
    await the.kafka.untilCommitted('connect-made', 'made', 30_000);
    const well = await verifyConnector(pipeline, 'made');
    expect([well.exitCode, well.report?.counts]).toEqual([0, expect.objectContaining({ not_matched: 40, missing: 0 })]);
    expect(well.text).toContain('made makes its own keys (autoID): its rows are only counted');
    const [first] = await the.reader.all('made', ['id']);
    await the.reader.change('made', { remove: [BigInt(String(first?.id))] });
    const harmed = await verifyConnector(pipeline, 'made', ['--repair']);
    expect([harmed.exitCode, harmed.report?.counts]).toEqual([
      1,
      expect.objectContaining({ not_matched: 39, missing: 1 }),
    ]);
    expect(harmed.text).toContain('cannot be repaired');
  });

  it('says what does not fit with the exit code of a wrong configuration', { timeout: 60_000 }, async () => {
    const unknown = await verifyConnector(pipeline, 'nobody');
    expect([unknown.exitCode, unknown.text]).toEqual([
      78,
      expect.stringContaining('is called nobody; there are audited, made, tombs'),
    ]);
    const noFiles = await verifyConnector(pipeline, topic, [], { CONNECTORS_DIR: '/nowhere' });
    expect([noFiles.exitCode, noFiles.text]).toEqual([78, expect.stringContaining('/nowhere')]);
    await pipeline.writeConnector('lost', the.connector('tombs', 'no_such_collection', { name: 'lost' }));
    const lost = await verifyConnector(pipeline, 'lost');
    expect([lost.exitCode, lost.text]).toEqual([78, expect.stringContaining('no_such_collection')]);
    const elsewhere = await verifyConnector(pipeline, topic, ['--from', 'audited/7=3']);
    expect([elsewhere.exitCode, elsewhere.text]).toEqual([
      2,
      expect.stringContaining(
        '--from names audited/7, which the connector does not read; it reads audited/0, audited/1',
      ),
    ]);
  });
});
