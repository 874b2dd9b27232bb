import type { FakeField } from '@millrace/testing';
import { DataType } from '@zilliz/milvus2-sdk-node';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import {
  type CollectionServer,
  type CollectionShape,
  type ServerName,
  startServer,
} from '../harness/collection-server.ts';
import { connectorCounts } from '../harness/consumer-status.ts';
import { KafkaClient, type StoredRecord } from '../harness/kafka-client.ts';
import { type Pipeline, startPipeline } from '../harness/pipeline.ts';
import { showLogsOnFailure } from '../harness/scene.ts';
import { until } from '../harness/until.ts';
import { seededRandom } from '../reference/random.ts';

const portion = 50;
const portionEveryMs = 100;
/** Rows of each generation that are looked at before the next comes. */
const rowsLeast = 60;

/** Every value names its field and its record, so a mix-up shows. Odd records hold a number in `y`, even ones in `x`. */
const valuesOf = (id: number) => ({
  a: `a ${id}`,
  b: `b ${id}`,
  c: `c ${id}`,
  x: id % 2 === 0 ? id : `x ${id}`,
  y: id % 2 === 0 ? `y ${id}` : id,
  vector: [id, 0.5],
});

/** The row as it is read back: integers of 64 bits as text. */
const storedOf = (id: number) => {
  const { x, y, ...others } = valuesOf(id);
  return { id: String(id), ...others, x: String(x), y: String(y) };
};

/** A generation's fields in an order of chance; in the odd ones `x` and `y` have each other's type. */
function shapeOf(generation: number, random: () => number): CollectionShape {
  const text = (name: string): FakeField => ({ name, type: DataType.VarChar, params: { max_length: 32 } });
  const integer = (name: string): FakeField => ({ name, type: DataType.Int64 });
  const fields: FakeField[] = [
    { name: 'id', type: DataType.Int64, isPrimaryKey: true },
    { name: 'vector', type: DataType.FloatVector, params: { dim: 2 } },
    ...['a', 'b', 'c'].map(text),
    ...(generation % 2 === 0 ? [integer('x'), text('y')] : [text('x'), integer('y')]),
  ];
  const ranked = fields.map((field) => ({ field, rank: random() }));
  return { fields: ranked.sort((a, b) => a.rank - b.rank).map(({ field }) => field) };
}

/** A collection is dropped and created again and again, with fields reordered and retyped, while records flow into it. */
export function recreatedCollection(
  server: ServerName,
  size: { readonly times: number; readonly timeoutMs: number },
): void {
  describe(`${server}: a collection dropped and created anew ${size.times} times under flow`, () => {
    const kafka = new KafkaClient(inject('bootstrap'));
    const topic = `recreated_${server.replace(/\W+/g, '_')}`;
    const groupId = `connect-${topic}`;
    const random = seededRandom(size.times);
    let milvus: CollectionServer | undefined;
    let pipeline: Pipeline | undefined;
    beforeAll(async () => {
      milvus = await startServer[server]();
    });
    afterAll(async () => {
      await pipeline?.stop();
      await milvus?.stop();
    });

    it('has every row right or dead-lettered, and none mixed', { timeout: size.timeoutMs }, async () => {
      showLogsOnFailure(() => pipeline);
      const running = present(milvus);
      let shape = shapeOf(0, random);
      await running.create(topic, shape);
      await kafka.createTopic(topic, 1);
      const connector = {
        name: topic,
        'connector.class': 'com.milvus.io.kafka.MilvusSinkConnector',
        topics: topic,
        'collection.name': topic,
        'public.endpoint': `http://${running.address}`,
        'errors.tolerance': 'all',
        'batch.records.max': '20',
      };
      const services = await startPipeline({ bootstrap: inject('bootstrap'), connectors: { [topic]: connector } });
      pipeline = services;

      let sent = 0;
      let isFlowing = true;
      const take = () =>
        Array.from({ length: portion }, () => ({ value: JSON.stringify({ id: sent, ...valuesOf(sent++) }) }));
      const flow = (async () => {
        while (isFlowing) {
          const due = performance.now() + portionEveryMs;
          await kafka.send(topic, take());
          await until('the next portion is due', async () => performance.now() >= due, { timeoutMs: 10_000 });
        }
      })();

      let checked = 0;
      for (let generation = 1; generation <= size.times; generation++) {
        const rows = await until(
          `generation ${generation - 1} has rows`,
          async () => {
            const found = await running.rows(topic, shape);
            return found.length >= rowsLeast && found;
          },
          { timeoutMs: 60_000, found: () => connectorCounts(services, topic) },
        );
        expect(rows.filter((row) => !isRight(row))).toEqual([]);
        checked += rows.length;
        shape = shapeOf(generation, random);
        await running.drop(topic);
        await running.create(topic, shape);
      }
      const lastFrom = sent;
      await until('records meet the last generation', async () => sent > lastFrom + 4 * portion, { timeoutMs: 60_000 });
      isFlowing = false;
      await flow;
      await kafka.untilCommitted(groupId, topic, 60_000);

      const rows = await running.rows(topic, shape);
      const letters = await kafka.readAll(`${topic}.dead-letters`);
      expect(rows.filter((row) => !isRight(row))).toEqual([]);
      expect(letters.filter((letter) => !isOfWrongType(letter))).toEqual([]);
      // What was sent after the last creation is all there: half of it fits, half of it cannot.
      const expected = Array.from({ length: sent - lastFrom }, (_, index) => lastFrom + index);
      const fits = (id: number): boolean => id % 2 === size.times % 2;
      const stored = new Set(rows.map(({ id }) => Number(id)));
      const lettered = new Set(letters.map(offsetOf));
      expect(expected.filter((id) => stored.has(id))).toEqual(expected.filter(fits));
      expect(expected.filter((id) => lettered.has(id))).toEqual(expected.filter((id) => !fits(id)));
      expect(lettered.size).toBe(letters.length);

      const counts = await connectorCounts(services, topic);
      expect(counts).toMatchObject({ read: sent, deadLettered: letters.length, released: 0 });
      expect(counts.written + counts.superseded + counts.deadLettered).toBe(sent);
      console.info(`${sent} records, ${checked + rows.length} rows looked at, ${letters.length} dead letters`);
    });
  });
}

function isRight(row: Readonly<Record<string, unknown>>): boolean {
  const wanted: Readonly<Record<string, unknown>> = storedOf(Number(row.id));
  return Object.entries(wanted).every(([name, value]) => JSON.stringify(row[name]) === JSON.stringify(value));
}

const offsetOf = ({ headers }: StoredRecord): number => Number(String(headers['__millrace.offset']));

/** Both `x` and `y` have the type that the other should have, and nothing else is wrong with the record. */
function isOfWrongType({ headers }: StoredRecord): boolean {
  const text = (name: string): string => String(headers[`__millrace.error.${name}`]);
  return text('code') === 'V012' && /^\$\.[xy]$/.test(text('path')) && text('count') === '2';
}

function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('the server was not started');
  return value;
}
