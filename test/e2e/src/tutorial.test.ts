import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { installMilvusLite } from '@millrace/testing';
import { DataType } from '@zilliz/milvus2-sdk-node';
import { describe, expect, inject, it } from 'vitest';
import type { MilvusReader } from './harness/milvus-client.ts';
import { scene } from './harness/scene.ts';

const record =
  '{"id": 0, "title": "The Reported Mortality Rate of Coronavirus Is Not Important", "title_vector": [0.041732933, 0.013779674, -0.027564144, -0.013061441, 0.009748648, 0.00082446384, -0.00071647146, 0.048612226], "link": "https://medium.com/swlh/the-reported-mortality-rate-of-coronavirus-is-not-important-369989c8d912"}';

/** The eight singles nearest to the record's numbers, little-endian. */
const vectorHex = ['27f02a3d', '24c4613c', '33cee1bc', 'a7ff55bc', 'cbb81f3c', 'd520583a', '96d13bba', '9d1d473d'].join(
  '',
);

const group = 'connect-zilliz-kafka-connect-milvus';

describe("the old sink's tutorial", () => {
  const the = scene();
  const fixture = (name: string) => readFile(join(import.meta.dirname, 'fixtures', name), 'utf8');

  it('puts its record into Milvus with its two files, bit for bit', { timeout: 90_000 }, async () => {
    await the.kafka.createTopic('topic_0', 1);
    await createTopic0(the.reader);
    const connector = await fixture('milvus-sink-connector.properties');
    const worker = await fixture('connect-standalone.properties');
    // The only changes that the tutorial asks for, besides the token, which milvus-lite does not look at.
    const endpoint = connector.replace('https://<public.endpoint>:port', `http://${the.milvus.address}`);
    const bootstrap = worker.replace('localhost:9092', inject('bootstrap'));
    expect([endpoint, bootstrap]).not.toContain(connector);

    await the.start({
      worker: bootstrap,
      connectors: { 'milvus-sink-connector': endpoint },
      // Nothing but the connector's file says where Milvus is.
      milvus: '',
      ready: '/livez',
    });
    await the.kafka.send('topic_0', [{ value: record }]);
    await the.kafka.untilCommitted(group, 'topic_0', 30_000);

    const python = await installMilvusLite();
    const script = join(import.meta.dirname, 'read-tutorial.py');
    const { stdout } = await promisify(execFile)(python, [script, `http://${the.milvus.address}`]);
    expect(JSON.parse(stdout)).toEqual([
      {
        id: 0,
        title: 'The Reported Mortality Rate of Coronavirus Is Not Important',
        title_vector: vectorHex,
        link: 'https://medium.com/swlh/the-reported-mortality-rate-of-coronavirus-is-not-important-369989c8d912',
      },
    ]);
  });
});

function createTopic0(milvus: MilvusReader): Promise<void> {
  return milvus.createCollection('topic_0', [
    { name: 'id', data_type: DataType.Int64, is_primary_key: true, autoID: false },
    { name: 'title', data_type: DataType.VarChar, max_length: 512 },
    { name: 'title_vector', data_type: DataType.FloatVector, dim: 8 },
    { name: 'link', data_type: DataType.VarChar, max_length: 512 },
  ]);
}
