import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '@millrace/testing';
import { DataType } from '@zilliz/milvus2-sdk-node';
import { describe, expect, inject, it } from 'vitest';
import { millrace } from './harness/command-line.ts';
import { connectorStatus } from './harness/consumer-status.ts';
import { scene } from './harness/scene.ts';
import { until } from './harness/until.ts';

const topic = 'books';
const records = [
  '{"id": 2, "title": "Seven numbers", "title_vector": [1, 2, 3, 4, 5, 6, 7], "link": ""}',
  '{"id": "3", "titel": "Dune", "title_vector": [1, 2, 3, 4, 5, 6, 7, 8], "link": ""}',
  '{"id": 4, "title": "Cut off", "title_vector": [1, 2, 3',
];

describe('docs/debugging.md', () => {
  const the = scene();

  it('shows what the command line prints', { timeout: 90_000 }, async () => {
    await the.kafka.createTopic(topic, 1);
    await the.kafka.createTopic('lost', 1);
    await the.reader.createCollection(topic, [
      { name: 'id', data_type: DataType.Int64, is_primary_key: true, autoID: false },
      { name: 'title', data_type: DataType.VarChar, max_length: 512 },
      { name: 'title_vector', data_type: DataType.FloatVector, dim: 8 },
      { name: 'link', data_type: DataType.VarChar, max_length: 512 },
    ]);
    await the.kafka.send(
      topic,
      records.map((value) => ({ value })),
    );
    await the.kafka.send('lost', [{ value: '{}' }]);
    const pipeline = await the.start({
      connectors: {
        books: the.connector(topic, topic, { 'errors.tolerance': 'all' }),
        lost: the.connector('lost', 'not_there'),
      },
    });
    await the.kafka.untilCommitted(`connect-${topic}`, topic, 30_000);
    await until(
      'the other connector has FAILED',
      async () => (await connectorStatus(pipeline, 'lost')).connector.state === 'FAILED',
      {
        timeoutMs: 30_000,
      },
    );

    const servers = { bootstrap: inject('bootstrap'), statusUrl: pipeline.url('consumer') };
    const letters = await millrace(servers, 'dead-letters', `${topic}.dead-letters`, '--last', '3');
    const status = await millrace(servers, 'status', 'lost');
    const page = await readFile(join(projectRoot, 'docs/debugging.md'), 'utf8');
    const shown = [...page.matchAll(/^```\n([\s\S]*?)\n```$/gm)].map(([, text = '']) => text);
    const printed = [...letters.trim().split('\n\n'), status.trim()];
    expect(shown.filter((text) => text.includes('  --> ')).map(stable)).toEqual(printed.map(stable));

    // The README breaks the same record, elsewhere.
    const readme = await readFile(join(projectRoot, 'README.md'), 'utf8');
    const lines = printed[0]?.split('\n').filter((line) => !/^ {2}-->|sent to|time/.test(line)) ?? [];
    expect(lines.filter((line) => !readme.includes(line))).toEqual([]);
  });
});

/** Without what differs from run to run: traces and times. */
function stable(text: string): string {
  return text.replaceAll(/\b[0-9a-f]{32}\b/g, '<trace>').replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>');
}
