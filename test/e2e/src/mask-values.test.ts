import { DataType } from '@zilliz/milvus2-sdk-node';
import { describe, expect, inject, it } from 'vitest';
import { millrace } from './harness/command-line.ts';
import { connectorStatus } from './harness/consumer-status.ts';
import { serviceNames } from './harness/pipeline.ts';
import { scene } from './harness/scene.ts';
import { until } from './harness/until.ts';

const canary = 'canary-5e1f';
const good = `"id": "${canary}", "title": "t", "vector": [1, 2]`;

/** Each shows a value, its key, or what is around them, in another way. */
const bad = [
  `{"id": ["${canary}"], "title": "t", "vector": "${canary}"}`,
  `{"id": "${canary}", "title": 7, "vector": [1, 2]}`,
  `{${good}, "surprise": "${canary}"}`,
  `{${good}, "id": "${canary}"}`,
  `{"id": "${canary}", "title": "${canary.repeat(10)}", "vector": [1, 2, 3]}`,
  `{"id": "${canary}" ${canary}`,
  `"${canary}"`,
  `${canary}`,
];

describe('errors.mask.values', () => {
  const the = scene();

  it('no log, status, header or printed error shows what a record holds', { timeout: 90_000 }, async () => {
    const collection = 'masked';
    await the.reader.createCollection(collection, [
      { name: 'id', data_type: DataType.VarChar, max_length: 32, is_primary_key: true, autoID: false },
      { name: 'title', data_type: DataType.VarChar, max_length: 32 },
      { name: 'vector', data_type: DataType.FloatVector, dim: 2 },
    ]);
    const keys = { 'errors.mask.values': 'true', 'errors.log.enable': 'true' };
    for (const topic of ['masked-all', 'masked-none']) await the.kafka.createTopic(topic, 1);
    const records = bad.map((value) => ({ key: canary, value }));
    await the.kafka.send('masked-all', records);
    await the.kafka.send('masked-none', records);
    const pipeline = await the.start({
      environment: { LOG_LEVEL: 'trace' },
      connectors: {
        all: the.connector('masked-all', collection, {
          ...keys,
          'errors.tolerance': 'all',
          'errors.deadletterqueue.context.headers.enable': 'true',
        }),
        none: the.connector('masked-none', collection, keys),
      },
    });
    await the.kafka.untilCommitted('connect-masked-all', 'masked-all', 30_000);
    const stopped = async () => (await connectorStatus(pipeline, 'masked-none')).connector.state === 'FAILED';
    await until('the other connector has stopped', stopped, { timeoutMs: 30_000 });

    const letters = await the.kafka.readAll('masked-all.dead-letters');
    expect(letters.map(({ value }) => String(value))).toEqual(bad);
    const added = letters.flatMap(({ headers }) => Object.entries(headers).map(([name, value]) => `${name}: ${value}`));
    expect(added.filter((header) => header.startsWith('__millrace.pk: ***')).length).toBeGreaterThan(0);

    const servers = { bootstrap: inject('bootstrap'), statusUrl: pipeline.url('consumer') };
    const shown = new Map<string, string>([
      ['headers', added.join('\n')],
      ['dead-letters', await millrace(servers, 'dead-letters', 'masked-all.dead-letters', '--last', '20', '--full')],
      ['status', await millrace(servers, 'status')],
    ]);
    for (const service of serviceNames) {
      shown.set(`log of ${service}`, await pipeline.log(service));
      shown.set(`status of ${service}`, (await pipeline.get(service, '/status')).text);
    }
    expect(shown.get('dead-letters')?.match(/^error\[/gm)).toHaveLength(bad.length);
    expect(shown.get('status')).toContain('found ***');
    expect([...shown].filter(([, text]) => text.includes(canary)).map(([name]) => name)).toEqual([]);
  });
});
