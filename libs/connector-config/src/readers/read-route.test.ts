// biome-ignore-all lint/suspicious/noTemplateCurlyInString: `${topic}` is a placeholder of the configuration.
import { describe, expect, test } from 'vitest';
import { loadFrom, problemsOf } from '../../test/memory-files.ts';
import { collectionOf } from '../collection-name.ts';

const load = (...lines: string[]) => loadFrom({ '/c/a.properties': ['name=a', ...lines].join('\n') });

function collections(topics: string[], ...lines: string[]): (string | undefined)[] {
  const { connectors, problems } = load(...lines);
  expect(problems).toEqual([]);
  const [connector] = connectors;
  return topics.map((topic) => connector && collectionOf(connector.route, topic));
}

describe('every topic has its collection', () => {
  test.each([
    ['one for all', ['topics=a.b,c', 'collection.name=docs'], ['docs', 'docs']],
    ['by format', ['topics=a.b,c', 'collection.name.format=k_${topic}'], ['k_a_b', 'k_c']],
    ['by map', ['topics=a.b,c', 'collection.name.map=a.b:x, c:y'], ['x', 'y']],
    ['by map, then one for the rest', ['topics=a.b,c', 'collection.name.map=c:y', 'collection.name=d'], ['d', 'y']],
    [
      'by map, then by format',
      ['topics.regex=a.b|c', 'collection.name.map=c:y', 'collection.name.format=${topic}'],
      ['a_b', 'y'],
    ],
    [
      'a clash that the map resolves',
      ['topics=a.b,a-b', 'collection.name.format=${topic}', 'collection.name.map=a-b:a_b'],
      ['a_b', undefined],
    ],
  ])('%s', (_, lines, [first, second]) => {
    const [a, c] = collections(['a.b', 'c'], ...lines);
    expect(a).toBe(first);
    if (second !== undefined) expect(c).toBe(second);
  });

  test('database and partition are part of the route', () => {
    const { connectors } = load('topics=t', 'collection.name=c', 'database.name=d', 'partition.name=p');
    expect(connectors[0]?.route).toMatchObject({ database: 'd', partition: 'p' });
  });
});

describe('where a topic would have none, or share one by accident, is a problem', () => {
  test.each([
    [['topics=t'], 'collection.name: must be set'],
    [['topics=t,u', 'collection.name.map=t:x'], 'collection.name.map: has no collection for u'],
    [['topics.regex=t.*', 'collection.name.map=t:x'], 'collection.name.map: cannot name every topic'],
    [['topics=t', 'collection.name=c', 'collection.name.format=${topic}'], 'collection.name is set as well'],
    [['topics=t', 'collection.name=${topic}'], 'collection.name: ${topic} is not replaced here'],
    [['topics=t', 'collection.name.format=docs'], 'must contain ${topic}'],
    [['topics=t', 'collection.name.format=k-${topic}'], 'letters, digits and underscores only'],
    [['topics=a.b,a-b,c', 'collection.name.format=${topic}'], 'makes one collection, a_b, of the topics a.b, a-b'],
    [[`topics=${'t'.repeat(249)}`, 'collection.name.format=kafka__${topic}'], 'would have 256 characters'],
    [['topics=orders', 'collection.name=c', 'collection.name.map=ordres:x'], 'ordres is not read by this connector'],
    [['topics.regex=a.*', 'collection.name=c', 'collection.name.map=b:x'], 'the topic b is not read'],
    [['topics=t', 'collection.name.map=t:x,t:y'], 'names the topic t twice'],
    [['topics=t', 'collection.name=c', 'collection.name.map=t:two words'], 'no white space'],
    [['topics=t', 'collection.name=c', 'partition.name=two words'], 'partition.name: may hold'],
    [['topics=t', 'topics.regex=t.*', 'collection.name=c'], 'topics.regex: topics is set as well'],
    [['topics.regex=t(', 'collection.name=c'], 'topics.regex: not a regular expression'],
    [['topics.regex=(t+)+x', 'collection.name=c'], 'topics.regex: takes too long'],
    [
      ['topics.regex=a.*', 'collection.name=c', 'errors.tolerance=all'],
      'a.dead-letters may not match topics.regex: dead letters would be read again',
    ],
  ])('%j: %s', (lines, words) => {
    const said = problemsOf(load(...lines));
    expect(said).toHaveLength(1);
    expect(said[0]).toContain(words);
  });

  test('with its place, and what was meant', () => {
    const { problems } = load('topics=orders', 'collection.name=c', 'collection.name.map=ordres:x');
    expect(problems[0]).toMatchObject({ line: 4, column: 1, help: 'did you mean orders?', found: 'ordres:x' });
    const pattern = load('topics.regex=orders*+', 'collection.name=c').problems[0];
    expect(pattern).toMatchObject({ line: 2, key: 'topics.regex', found: 'orders*+', foundAt: 6 });
  });
});
