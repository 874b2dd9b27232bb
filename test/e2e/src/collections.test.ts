import { DataType } from '@zilliz/milvus2-sdk-node';
import { describe, expect, it } from 'vitest';
import { scene } from './harness/scene.ts';

const vector = { name: 'vector', data_type: DataType.FloatVector, dim: 2 };

describe('collections of other shapes', () => {
  const the = scene();

  it('get unknown fields into their dynamic field, and keys that Milvus makes', { timeout: 60_000 }, async () => {
    const { kafka, reader } = the;
    const key = { name: 'id', data_type: DataType.Int64, is_primary_key: true };
    const title = { name: 'title', data_type: DataType.VarChar, max_length: 32 };
    await reader.createCollection('dynamic', [{ ...key, autoID: false }, vector], { dynamic: true });
    await reader.createCollection('generated', [{ ...key, autoID: true }, title, vector]);
    await reader.createCollection('by_name', [{ ...title, is_primary_key: true, autoID: false }, vector]);
    for (const topic of ['dynamic', 'generated', 'by_name']) await kafka.createTopic(topic, 1);
    await the.start({
      connectors: {
        dynamic: the.connector('dynamic', 'dynamic'),
        generated: the.connector('generated', 'generated'),
        by_name: the.connector('by_name', 'by_name'),
      },
    });
    await kafka.send('dynamic', [
      { value: '{"id": 7, "vector": [1, 2], "colour": "blue", "deep": {"list": [1, null, "x"]}, "size": 0.5}' },
      { value: '{"id": 8, "vector": [3, 4]}' },
    ]);
    const titles = Array.from({ length: 40 }, (_, index) => `title ${String(index).padStart(2, '0')}`);
    await kafka.send(
      'generated',
      titles.map((text, index) => ({ value: JSON.stringify({ title: text, vector: [index, 0.5] }) })),
    );
    await kafka.send('by_name', [
      { value: '{"title": "it\'s \\"quoted\\"", "vector": [1, 1]}' },
      { value: '{"title": "é", "vector": [2, 2]}' },
      { value: '{"title": "e\u0301", "vector": [3, 3]}' },
      { value: '{"title": "\\u00e9", "vector": [4, 4]}' },
    ]);
    for (const topic of ['dynamic', 'generated', 'by_name'])
      await kafka.untilCommitted(`connect-${topic}`, topic, 30_000);

    const dynamic = await reader.rows('dynamic', [7n, 8n], ['id', 'vector', '$meta']);
    expect(dynamic.get('7')).toEqual({
      id: '7',
      vector: [1, 2],
      $meta: { colour: 'blue', deep: { list: [1, null, 'x'] }, size: 0.5 },
    });
    expect(dynamic.get('8')).toEqual({ id: '8', vector: [3, 4], $meta: {} });
    expect(dynamic.size).toBe(2);

    const generated = await reader.all('generated', ['title', 'vector']);
    expect(generated.map(({ title, vector }) => [title, vector]).sort()).toEqual(
      titles.map((text, index) => [text, [index, 0.5]]),
    );

    // Composed and decomposed letters are different keys; an escaped letter is the same key as the letter itself.
    const byName = await reader.all('by_name', ['title', 'vector']);
    expect(Object.fromEntries(byName.map(({ title, vector }) => [title, vector]))).toEqual({
      'it\'s "quoted"': [1, 1],
      é: [4, 4],
      'e\u0301': [3, 3],
    });
  });
});
