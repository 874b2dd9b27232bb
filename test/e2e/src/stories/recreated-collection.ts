import type { FakeField } from '@millrace/testing';
import { DataType } from '@zilliz/milvus2-sdk-node';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import {
  type CollectionServer,
  type CollectionShape,
  type ServerName,
  type StoredRow,
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

/** Sends records with the ids 0, 1, … to a topic of one partition, so that an id is an offset, until it is stopped. */
class Flow {
  sent = 0;
  #isStopping = false;
  readonly #done: Promise<void>;

  constructor(kafka: KafkaClient, topic: string) {
    this.#done = this.#send(kafka, topic);
    // Whoever stops it learns of a failure.
    this.#done.catch(() => {});
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#done;
  }

  async #send(kafka: KafkaClient, topic: string): Promise<void> {
    while (!this.#isStopping) {
      const due = performance.now() + portionEveryMs;
      const ids = Array.from({ length: portion }, () => this.sent++);
      await kafka.send(
        topic,
        ids.map((id) => ({ value: JSON.stringify({ id, ...valuesOf(id) }) })),
      );
      await until('the next portion is due', async () => performance.now() >= due, { timeoutMs: 10_000 });
    }
  }
}

/** A collection is dropped and created again and again, with fields reordered and retyped, while records flow into it. */
export function recreatedCollection(
  server: ServerName,
  size: { readonly times: number; readonly timeoutMs: number },
): void {
  describe(`${server}: a collection dropped and created anew ${size.times} times under flow`, () => {
    const kafka = new KafkaClient(inject('bootstrap'));
    const topic = `recreated_${server.replace(/\W+/g, '_')}`;
    const random = seededRandom(size.times);
    let shape = shapeOf(0, random);
    let milvus: CollectionServer;
    let pipeline: Pipeline;

    beforeAll(async () => {
      milvus = await startServer[server]();
      await milvus.create(topic, shape);
      await kafka.createTopic(topic, 1);
      const connector = {
        name: topic,
        'connector.class': 'com.milvus.io.kafka.MilvusSinkConnector',
        topics: topic,
        'collection.name': topic,
        'public.endpoint': `http://${milvus.address}`,
        'errors.tolerance': 'all',
        'batch.records.max': '20',
      };
      pipeline = await startPipeline({ bootstrap: inject('bootstrap'), connectors: { [topic]: connector } });
    });
    afterAll(async () => {
      await pipeline?.stop();
      await milvus?.stop();
    });

    /** Waits until the present generation has rows, and finds none of them mixed. */
    async function checkRows(least: number): Promise<readonly StoredRow[]> {
      const rows = await until(
        'the collection has rows',
        async () => {
          const found = await milvus.rows(topic, shape);
          return found.length >= least && found;
        },
        { timeoutMs: 60_000, found: () => connectorCounts(pipeline, topic) },
      );
      expect(rows.filter((row) => !isRight(row))).toEqual([]);
      return rows;
    }

    it('has every row right or dead-lettered, and none mixed', { timeout: size.timeoutMs }, async () => {
      showLogsOnFailure(() => pipeline);
      const flow = new Flow(kafka, topic);
      for (let generation = 1; generation <= size.times; generation++) {
        await checkRows(rowsLeast);
        shape = shapeOf(generation, random);
        await milvus.drop(topic);
        await milvus.create(topic, shape);
      }
      const lastFrom = flow.sent;
      const isMet = async () => flow.sent > lastFrom + 4 * portion;
      await until('records meet the last generation', isMet, { timeoutMs: 60_000 });
      await flow.stop();
      await kafka.untilCommitted(`connect-${topic}`, topic, 60_000);

      const letters = await kafka.readAll(`${topic}.dead-letters`);
      expect(letters.filter((letter) => !isOfWrongType(letter))).toEqual([]);
      const lettered = new Set(letters.map(offsetOf));
      expect(lettered.size).toBe(letters.length);
      // What was sent after the last creation is all there: half of it fits, half of it cannot.
      const stored = new Set((await checkRows(1)).map(({ id }) => Number(id)));
      const ids = Array.from({ length: flow.sent - lastFrom }, (_, index) => lastFrom + index);
      const fits = (id: number): boolean => id % 2 === size.times % 2;
      expect(ids.filter((id) => stored.has(id))).toEqual(ids.filter(fits));
      expect(ids.filter((id) => lettered.has(id))).toEqual(ids.filter((id) => !fits(id)));

      const counts = await connectorCounts(pipeline, topic);
      expect(counts).toMatchObject({ read: flow.sent, deadLettered: letters.length, released: 0 });
      expect(counts.written + counts.superseded + counts.deadLettered).toBe(flow.sent);
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
