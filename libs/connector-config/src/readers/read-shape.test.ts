import { describe, expect, test } from 'vitest';
import { loadLines, problemsOf } from '../../test/memory-files.ts';
import { formatProblems } from '../format-problems.ts';

test('members are chosen, renamed and added to', () => {
  const { connectors, problems } = loadLines(
    "fields.include=id, 'a, b', c, meta",
    'fields.exclude=d',
    "fields.rename='a, b':text,c:d",
    "fields.source=author:$.meta['author, first'][0],tenant:$header['x-tenant'],k:$key.id,at:$timestamp",
    'unknown.fields=dynamic',
  );
  expect(problems).toEqual([]);
  expect(connectors[0]?.shape).toEqual({
    unknownFields: 'dynamic',
    include: ['id', 'a, b', 'c', 'meta'],
    exclude: ['d'],
    renames: [
      { from: 'a, b', to: 'text' },
      { from: 'c', to: 'd' },
    ],
    sources: [
      { field: 'author', origin: 'value', path: ['meta', 'author, first', '0'] },
      { field: 'tenant', origin: 'header', path: ['x-tenant'] },
      { field: 'k', origin: 'key', path: ['id'] },
      { field: 'at', origin: 'timestamp', path: [] },
    ],
  });
});

test('nothing of it is needed, and fields.whitelist is the older name', () => {
  const nothing = { unknownFields: undefined, include: [], exclude: [], renames: [], sources: [] };
  expect(loadLines().connectors[0]?.shape).toEqual(nothing);
  expect(loadLines('fields.whitelist=a,b').connectors[0]?.shape).toEqual({ ...nothing, include: ['a', 'b'] });
});

test('names may change places', () => {
  expect(loadLines('fields.rename=a:b,b:a').problems).toEqual([]);
  expect(loadLines('fields.include=a,b', 'fields.rename=a:b,b:a').problems).toEqual([]);
});

describe('what contradicts itself is a problem', () => {
  test.each([
    [['fields.include=a,b', 'fields.exclude=b,c'], 'fields.exclude: leaves out b'],
    [['fields.include=a', 'fields.whitelist=a'], 'fields.whitelist: fields.include is set as well'],
    [['fields.rename=a:b,a:c'], 'gives a two names'],
    [['fields.rename=a:c,b:c'], 'gives two members the name c'],
    [['fields.exclude=a', 'fields.rename=a:b'], 'a is not read, so it cannot be renamed'],
    [['fields.include=c', 'fields.rename=a:b'], 'a is not read, so it cannot be renamed'],
    [['fields.include=a,b', 'fields.rename=a:b'], 'gives another member the name b'],
    [['fields.rename=a:b', 'fields.source=b:$topic'], 'b is what fields.rename calls a member'],
    [['fields.source=a:$topic,a:$offset'], 'gives a two sources'],
    [
      ['fields.exclude=doc', 'fields.source=a:$.doc.title'],
      'fields.source: reads doc, which fields.exclude leaves out',
    ],
    [['fields.include=a', 'fields.source=b:$.doc.title'], 'fields.source: reads doc, which fields.include does not'],
    [['fields.source=a'], 'two things with a colon'],
    [['fields.rename=a:'], 'something is missing beside the colon'],
    [["fields.include='a"], 'a quote is not closed'],
    [['fields.source=a:b.c'], 'a path begins with $'],
  ])('%j: %s', (lines, words) => {
    const said = problemsOf(loadLines(...lines));
    expect(said).toHaveLength(1);
    expect(said[0]).toContain(words);
  });
});

test('a mistake in a path is pointed at', () => {
  const { problems } = loadLines("fields.source=a:$.ok['x,y'], b:$.list[-1]");
  expect(formatProblems(problems).split('\n').slice(0, 4)).toEqual([
    'error: fields.source: a list is counted from 0, so an index cannot be negative',
    '  --> /c/orders.properties:4:1',
    "   |  fields.source=a:$.ok['x,y'], b:$.list[-1]",
    '   |                                       ^',
  ]);
});
