import { startFakeMilvus } from '@millrace/testing';
import { DataType } from '@zilliz/milvus2-sdk-node';
import { expect, inject, it, onTestFinished } from 'vitest';
import { connectorStatus } from './harness/consumer-status.ts';
import { KafkaClient } from './harness/kafka-client.ts';
import { type Pipeline, startPipeline } from './harness/pipeline.ts';
import { showLogsOnFailure } from './harness/scene.ts';
import { until } from './harness/until.ts';

const topic = 'paced';
const writeMs = 200;
/** What takes ten seconds: 400 records of a full window in each write. */
const count = 20_000;

it('a Milvus that is slow is named as the limit, with its time; then Kafka is, once all is written', {
  timeout: 120_000,
}, async () => {
  const fields = [
    { name: 'id', type: DataType.Int64, isPrimaryKey: true },
    { name: 'vector', type: DataType.FloatVector, params: { dim: 2 } },
  ];
  const milvus = await startFakeMilvus({
    collections: [{ name: topic, fields }],
    script: async () => {
      await new Promise((resolve) => setTimeout(resolve, writeMs));
      return { kind: 'apply' };
    },
  });
  onTestFinished(() => milvus.stop());
  const kafka = new KafkaClient(inject('bootstrap'));
  await kafka.createTopic(topic, 1);
  await kafka.send(
    topic,
    Array.from({ length: count }, (_, id) => ({ value: JSON.stringify({ id, vector: [id, 0.5] }) })),
  );
  const connector = {
    name: topic,
    topics: topic,
    'collection.name': topic,
    'batch.records.max': '100',
    'window.batches.max': '4',
  };
  let started: Pipeline | undefined;
  showLogsOnFailure(() => started);
  const pipeline = await startPipeline({
    bootstrap: inject('bootstrap'),
    milvus: `http://${milvus.address}`,
    connectors: { [topic]: connector },
  });
  started = pipeline;
  onTestFinished(() => pipeline.stop());

  const bottleneck = async () => (await connectorStatus(pipeline, topic)).millrace.bottleneck;
  const untilLimitedBy = (stage: string, timeoutMs: number) =>
    until(`it is limited by ${stage}`, async () => (await bottleneck())?.is === stage, {
      timeoutMs,
      found: bottleneck,
    });
  await untilLimitedBy('milvus', 15_000);
  const [, told] = /Milvus (\d+) ms, inserter/.exec((await bottleneck())?.why ?? '') ?? [];
  expect(Number(told)).toBeGreaterThan(writeMs * 0.9);
  await kafka.untilCommitted(`connect-${topic}`, topic, 60_000);
  await untilLimitedBy('kafka', 20_000);

  const lines = (await pipeline.log('consumer')).split('\n').filter((line) => line.includes('"event":"limited_by"'));
  const stages = lines.map((line): unknown => JSON.parse(line).is);
  expect(stages.slice(-2)).toEqual(['milvus', 'kafka']);
  // Once when it changes, and not for each of three hundred batches; before the first record comes it is Kafka.
  expect(stages.length).toBeLessThanOrEqual(3);
});
