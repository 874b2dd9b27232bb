import { startMilvus } from '@millrace/testing';
import { DataType } from '@zilliz/milvus2-sdk-node';
import type { Message } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { KafkaClient } from './harness/kafka-client.ts';
import { MilvusReader } from './harness/milvus-client.ts';
import { type Pipeline, startPipeline } from './harness/pipeline.ts';
import { showLogsOnFailure } from './harness/scene.ts';
import { type Verified, verifyConnector } from './harness/verify-command.ts';

const topic = 'million';
const group = `connect-${topic}`;
const partitions = 4;
const keys = 200_000;
const updates = 5;
const perPartition = (keys * updates) / partitions;
const mebibyte = 1024 * 1024;

function* versions(): Generator<Message[]> {
  for (let version = 0; version < updates; version++) {
    for (let first = 0; first < keys; first += 20_000) {
      yield Array.from({ length: 20_000 }, (_, index) => rowOf(first + index, version));
    }
  }
}

const rowOf = (id: number, version: number): Message => ({
  partition: id % partitions,
  key: String(id),
  value: `{"id": ${id}, "title": "title ${id} of ${version}", "price": ${version}.5, "vector": [${id}, 0.1, 0.2, ${version}]}`,
});

const placesOf = ({ report }: Verified) =>
  report?.findings.map(({ state, partition, offset, key }) => `${state} ${partition}@${offset} ${key}`).sort();

/** Shown also where the test passes: docs/verify.md quotes it. */
function tell(what: string, { report, peakBytes }: Verified): void {
  const { records = 0, seconds = 0, passes = 0 } = report ?? {};
  const rate = Math.round(records / seconds);
  process.stderr.write(
    `${what}: ${records} records, ${seconds.toFixed(1)} s, ${rate} rec/s, ${passes} passes, ${Math.round(peakBytes / mebibyte)} MiB at most\n`,
  );
}

describe('millrace verify of a million records', () => {
  const kafka = new KafkaClient(inject('bootstrap'));
  let milvus: Awaited<ReturnType<typeof startMilvus>>;
  let reader: MilvusReader;
  let pipeline: Pipeline | undefined;
  beforeAll(async () => {
    milvus = await startMilvus();
    reader = new MilvusReader(milvus.address);
  });
  afterAll(async () => {
    await pipeline?.stop();
    await reader.close();
    await milvus.remove();
  });

  it('finds the three that are wrong, in memory that the number of records does not change', {
    timeout: 2_400_000,
  }, async () => {
    showLogsOnFailure(() => pipeline);
    await kafka.createTopic(topic, partitions);
    await reader.createCollection(topic, [
      { name: 'id', data_type: DataType.Int64, is_primary_key: true, autoID: false },
      { name: 'title', data_type: DataType.VarChar, max_length: 64 },
      { name: 'price', data_type: DataType.Double },
      { name: 'vector', data_type: DataType.FloatVector, dim: 4 },
    ]);
    const connector = {
      name: topic,
      'connector.class': 'com.milvus.io.kafka.MilvusSinkConnector',
      topics: topic,
      'collection.name': topic,
    };
    pipeline = await startPipeline({
      bootstrap: inject('bootstrap'),
      milvus: `http://${milvus.address}`,
      connectors: { [topic]: connector },
    });
    const feed = versions();
    for (const messages of Array.from({ length: 5 }, () => feed.next().value ?? [])) await kafka.send(topic, messages);
    await kafka.untilCommitted(group, topic, 600_000);
    const part = await verifyConnector(pipeline, topic);
    tell('a tenth', part);
    expect([part.exitCode, part.report?.records]).toEqual([0, (keys * updates) / 10]);

    for (const messages of feed) await kafka.send(topic, messages);
    await kafka.untilCommitted(group, topic, 1_200_000);
    await pipeline.services.consumer.stop();
    await reader.change(topic, {
      remove: [100_000n],
      put: [{ id: 150_001, title: 'changed', price: 1, vector: [1, 2, 3, 4] }],
    });
    await kafka.send(topic, [rowOf(keys + 2, 0)]);
    await kafka.commitEnds(group, topic);

    const wrong = [
      `missing 0@${(4 * keys) / 4 + 25_000} 100000`,
      `missing 2@${perPartition} ${keys + 2}`,
      `stale 1@${(4 * keys) / 4 + 37_500} 150001`,
    ];
    const whole = await verifyConnector(pipeline, topic);
    tell('all', whole);
    expect([whole.exitCode, placesOf(whole)]).toEqual([1, wrong]);
    expect(whole.report).toMatchObject({
      records: keys * updates + 1,
      passes: 1,
      counts: { written: keys - 2, superseded: keys * (updates - 1), missing: 2, stale: 1, pending: 0 },
    });
    expect(whole.peakBytes).toBeLessThan(part.peakBytes * 1.15);

    // With a table of 65,536 keys the topic is read again for each part of the others.
    const small = await verifyConnector(pipeline, topic, ['--memory-mb', '2']);
    tell('all, 2 MB for keys', small);
    expect([small.exitCode, placesOf(small)]).toEqual([1, wrong]);
    expect(small.report?.passes).toBeGreaterThan(2);
    expect(small.peakBytes).toBeLessThan(whole.peakBytes);

    const repaired = await verifyConnector(pipeline, topic, ['--repair']);
    tell('all, and repair', repaired);
    expect(repaired.peakBytes).toBeLessThan(part.peakBytes * 1.15);
    expect([repaired.exitCode, repaired.text]).toEqual([0, expect.stringContaining('3 records written again')]);
    expect((await verifyConnector(pipeline, topic)).exitCode).toBe(0);
  });
});
