import { describe, expect, test } from 'vitest';
import { connectorText, loadFrom, problemsOf } from '../../test/memory-files.ts';

const json = 'key.converter=org.apache.kafka.connect.json.JsonConverter';
const off = 'key.converter.schemas.enable=false';
const on = 'key.converter.schemas.enable=true';
const string = 'key.converter=org.apache.kafka.connect.storage.StringConverter';
const readsKeys = 'pk.mode=record_key';

const load = (worker: readonly string[], connector: readonly string[]) =>
  loadFrom({
    '/worker.properties': ['bootstrap.servers=k:1', ...worker].join('\n'),
    '/c/a.properties': connectorText + connector.join('\n'),
  });

describe('keys are read as the converter that counts says', () => {
  test.each([
    ['nobody names a converter', [], [readsKeys], 'json'],
    ['the worker says JSON without schemas', [json, off], [readsKeys], 'json'],
    ['the connector turns off what the worker turned on', [json, on], [readsKeys, off], 'json'],
    ['the worker says text', [string], [readsKeys], 'string'],
    ['the connector counts before the worker', [json], [readsKeys, string], 'string'],
    ['Long', [], [readsKeys, 'key.converter=org.apache.kafka.connect.converters.LongConverter'], 'long'],
    ['Integer', [], [readsKeys, 'key.converter=org.apache.kafka.connect.converters.IntegerConverter'], 'integer'],
    ['Short', [], [readsKeys, 'key.converter=ShortConverter'], 'short'],
    ['deletes read keys', [string], ['delete.enabled=true'], 'string'],
    ['a source reads keys', [string], ['fields.source=k:$key'], 'string'],
  ] as const)('%s', (_, worker, connector, format) => {
    const { connectors, problems } = load(worker, connector);
    expect(problems).toEqual([]);
    expect(connectors[0]?.keyFormat).toBe(format);
  });
});

describe('where keys are read, a converter that is not understood is a problem', () => {
  test.each([
    [[json], [readsKeys], 'takes key.converter.schemas.enable for true'],
    [[json, on], [readsKeys], 'key.converter.schemas.enable: not supported'],
    [[], [readsKeys, 'key.converter=io.confluent.connect.avro.AvroConverter'], 'record keys are read here'],
    [[string], ['fields.source=k:$key.id'], 'fields.source: only a JSON key has members'],
  ])('%j with %j', (worker, connector, words) => {
    const said = problemsOf(load(worker, connector));
    expect(said).toHaveLength(1);
    expect(said[0]).toContain(words);
  });
});

test('where nothing reads keys, no converter is a problem, and a note says that it means nothing', () => {
  const avro = 'key.converter=io.confluent.connect.avro.AvroConverter';
  for (const { connectors, problems, notes } of [load([json], []), load([], [avro, on])]) {
    expect(problems).toEqual([]);
    expect(connectors[0]?.keyFormat).toBeUndefined();
    expect(notes.find(({ key }) => key === 'key.converter')?.message).toContain('No option reads record keys');
  }
  // The worker's means something as soon as one connector reads keys.
  const other = connectorText.replace('name=orders', 'name=other');
  const { notes } = loadFrom({
    '/worker.properties': `bootstrap.servers=k:1\n${string}`,
    '/c/a.properties': connectorText + readsKeys,
    '/c/b.properties': other,
  });
  expect(notes).toEqual([]);
});
