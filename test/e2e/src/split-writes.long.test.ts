import { canRunMilvus, type MilvusServer, startMilvus } from '@millrace/testing';
import { DataType } from '@zilliz/milvus2-sdk-node';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { KafkaClient } from './harness/kafka-client.ts';
import { MilvusReader } from './harness/milvus-client.ts';
import { type Pipeline, startPipeline } from './harness/pipeline.ts';
import { showLogsOnFailure } from './harness/scene.ts';

const topic = 'split';
const records = 1_500;
const dim = 128;

/** 64 KiB hold about 120 rows; a batch of the connector has some 1,500. */
describe.runIf(canRunMilvus)('a Milvus that takes no request above 64 KiB', () => {
  const kafka = new KafkaClient(inject('bootstrap'));
  let milvus: MilvusServer;
  let reader: MilvusReader;
  let pipeline: Pipeline;

  beforeAll(async () => {
    milvus = await startMilvus({ requestBytesMax: 65_536 });
    reader = new MilvusReader(milvus.address);
    await reader.createCollection(topic, [
      { name: 'id', data_type: DataType.Int64, is_primary_key: true, autoID: false },
      { name: 'vector', data_type: DataType.FloatVector, dim },
    ]);
  });
  afterAll(async () => {
    await pipeline?.stop();
    await reader?.close();
    await milvus?.remove();
  });

  it('gets every row, in writes that are halved until they fit', { timeout: 120_000 }, async () => {
    showLogsOnFailure(() => pipeline);
    await kafka.createTopic(topic, 1);
    const vector = new Array<number>(dim).fill(0.25);
    await kafka.send(
      topic,
      Array.from({ length: records }, (_, id) => ({ value: JSON.stringify({ id, vector }) })),
    );
    const connector = {
      name: topic,
      'connector.class': 'com.milvus.io.kafka.MilvusSinkConnector',
      topics: topic,
      'collection.name': topic,
      'public.endpoint': `http://${milvus.address}`,
      'errors.tolerance': 'all',
    };
    pipeline = await startPipeline({ bootstrap: inject('bootstrap'), connectors: { [topic]: connector } });
    await kafka.untilCommitted(`connect-${topic}`, topic, 60_000);
    expect(await reader.count(topic)).toBe(records);
    expect(await kafka.readAll(`${topic}.dead-letters`)).toEqual([]);
    expect(await pipeline.log('inserter')).toMatch(/"event":"write_bisected".*"code":"milvus.too_large"/);
  });
});
