import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { connectorText, loadFrom, loadLines, workerText } from '../test/memory-files.ts';
import { connectorTable, overridePrefix, workerTable } from './all-keys.ts';
import { connectorKeys } from './connector-keys.ts';
import { keysPage } from './keys-page.ts';

test('the page of keys is what the tables say', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/connector-keys.md'), 'utf8');
  expect(page, 'docs/connector-keys.md is stale: run `npm run docs`').toBe(keysPage());
});

const tls = [
  'security.protocol=SASL_SSL',
  'sasl.mechanism=PLAIN',
  'sasl.jaas.config=x.PlainLoginModule required username="a" password="b";',
];
const needed = [...tls.map((line) => overridePrefix + line), 'pk.mode=record_key'];
/** The usual connector, over TLS with a login and with record keys so that every key is looked at, with one key set last. */
const withKey = (key: string, value: string) => loadLines(...needed, `${key}=${value}`);

describe.each(Object.entries(connectorTable).filter(([key]) => !key.endsWith('.*')))('%s', (key, spec) => {
  test('is recognised in upper case and with a letter missing', () => {
    for (const typed of [key.toUpperCase(), `${key.slice(0, -2)}${key.slice(-1)}`]) {
      if (Object.hasOwn(connectorTable, typed)) continue;
      const { problems } = withKey(typed, 'x');
      expect(problems.find((problem) => problem.key === typed)?.help).toMatch(/^did you mean /);
    }
  });

  test('a value that is out of its bounds or not of its type is a problem with the default and an example', () => {
    if (spec.status !== 'used') return;
    const wrong = {
      int:
        spec.type === 'int'
          ? [`${spec.min - 1}`, `${spec.max + 1}`, '1.5', '0x10', '1e3', 'many', 'NaN', '9'.repeat(400)]
          : [],
      boolean: ['yes', 'no', '1', 'on'],
      choice: ['surely-not', '__proto__'],
      string: [],
      list: [],
      map: ['no-colon', ':', "'open"],
      password: [],
    };
    for (const value of wrong[spec.type]) {
      const { problems } = withKey(key, value);
      const found = problems.find((problem) => problem.key === key);
      expect(found).toMatchObject({ found: value, example: `${key}=${spec.example}`, line: expect.any(Number) });
      expect(found?.default).toBe(spec.default === undefined ? undefined : String(spec.default));
    }
  });

  test('the bounds themselves and the example are accepted', () => {
    const values = spec.status === 'used' && spec.type === 'int' ? [`${spec.min}`, `${spec.max}`] : [];
    const own = spec.status === 'used' && !/converter|location|jaas|protocol/.test(key) ? [spec.example] : [];
    const options = { env: { MILVUS_TOKEN: 't', KAFKA_KEY_PASSWORD: 'p' } };
    const secrets = '/run/secrets/kafka.properties';
    for (const value of [...values, ...own]) {
      const text = [connectorText, ...needed, `${key}=${value}`].join('\n');
      const { problems } = loadFrom({ '/c/a.properties': text, [secrets]: 'ca=x\nchain=x\nkey=x' }, options);
      expect(
        problems.filter(
          (problem) =>
            problem.message.startsWith('must be') && problem.key === key && !/at least|below/.test(problem.message),
        ),
      ).toEqual([]);
    }
  });

  test('a key that means nothing here gets a note, and one that is not supported is a problem', () => {
    if (spec.status === 'used') return;
    const { problems, notes } = withKey(key, 'something');
    const said = spec.status === 'ignored' ? notes : problems;
    expect(said.find((each) => each.key === key)?.message).toContain(spec.documentation);
    if (spec.status === 'ignored') expect(problems).toEqual([]);
    else for (const value of spec.harmless) expect(withKey(key, value).problems).toEqual([]);
  });
});

test.each(['name', 'topics', 'collection.name'])('a missing %s is a problem, with an example', (key) => {
  const text = connectorText.split('\n').filter((line) => !line.startsWith(`${key}=`));
  const { problems } = loadFrom({ '/c/a.properties': text.join('\n') });
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatchObject({
    key,
    message: 'must be set',
    example: `${key}=${connectorKeys[key as 'name'].example}`,
  });
});

test('every known key of the worker file alone is accepted, with a note where it means nothing', () => {
  for (const [key, spec] of Object.entries(workerTable)) {
    if (spec.status !== 'ignored' || key.endsWith('.*')) continue;
    const { problems, notes } = loadFrom({
      '/worker.properties': `${workerText}${key}=x`,
      '/c/a.properties': connectorText,
    });
    expect(problems).toEqual([]);
    expect(notes.map((note) => note.key)).toEqual([key]);
  }
});
