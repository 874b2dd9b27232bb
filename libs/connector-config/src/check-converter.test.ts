import { expect, test } from 'vitest';
import { connectorText, loadFrom } from '../test/memory-files.ts';

const json = 'value.converter=org.apache.kafka.connect.json.JsonConverter';
const off = 'value.converter.schemas.enable=false';
const on = 'value.converter.schemas.enable=true';

test.each([
  ['nobody names a converter', [], [], undefined],
  ['the worker says JSON without schemas', [json, off], [], undefined],
  ['the connector says JSON without schemas', [], [json, off], undefined],
  ['the connector turns off what the worker turned on', [json, on], [off], undefined],
  ['the connector replaces an unsupported converter', ['value.converter=x.AvroConverter'], [json, off], undefined],
  ['the stock default of JsonConverter', [json], [], 'takes value.converter.schemas.enable for true'],
  [
    'a converter of its own takes no options of the worker',
    [json, off],
    [json],
    'takes value.converter.schemas.enable',
  ],
  ['the worker asks for schemas', [json, on], [], 'envelope'],
  ['the connector asks for schemas', [json, off], [on], 'envelope'],
  ['schemas without a converter', [], [on], 'envelope'],
  ['Avro', [], ['value.converter=io.confluent.connect.avro.AvroConverter'], 'must be JSON without schemas'],
  ['strings', ['value.converter=org.apache.kafka.connect.storage.StringConverter'], [], 'must be JSON without schemas'],
] as const)('%s', (_, worker, connector, words) => {
  const { problems } = loadFrom({
    '/worker.properties': ['bootstrap.servers=k:1', ...worker].join('\n'),
    '/c/a.properties': connectorText + connector.join('\n'),
  });
  expect(problems).toHaveLength(words === undefined ? 0 : 1);
  if (words !== undefined) expect(problems[0]?.message).toContain(words);
});

test('a problem of the worker file is reported once, however many connectors it hits', () => {
  const contents = { '/c/a.properties': connectorText, '/c/b.properties': connectorText.replaceAll('orders', 'bills') };
  const { problems } = loadFrom({ '/worker.properties': `bootstrap.servers=k:1\n${json}`, ...contents });
  expect(problems).toHaveLength(1);
});
