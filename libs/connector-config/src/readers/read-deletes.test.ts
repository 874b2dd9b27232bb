import { describe, expect, test } from 'vitest';
import { loadLines, problemsOf } from '../../test/memory-files.ts';

const read = (...lines: string[]) => {
  const { connectors, problems } = loadLines(...lines);
  expect(problems).toEqual([]);
  return connectors[0];
};

test('the primary key comes from the value, unless another mode is set', () => {
  expect(read()?.primaryKey).toEqual({ mode: 'record_value', path: [] });
  expect(read('pk.mode=RECORD_KEY', 'pk.fields=id')?.primaryKey).toEqual({ mode: 'record_key', path: ['id'] });
  expect(read('pk.mode=kafka')?.primaryKey).toEqual({ mode: 'kafka', path: [] });
});

describe('a record without a value', () => {
  test.each([
    [[], 'fail'],
    [['behavior.on.null.values=fail'], 'fail'],
    [['behavior.on.null.values=ignore'], 'ignore'],
    [['behavior.on.null.values=delete'], 'delete'],
    [['delete.enabled=true'], 'delete'],
    [['delete.enabled=false'], 'fail'],
    [['delete.enabled=false', 'behavior.on.null.values=ignore'], 'ignore'],
    [['delete.enabled=true', 'behavior.on.null.values=delete'], 'delete'],
  ] as const)('%j: %s', (lines, tombstones) => expect(read(...lines)?.deletes.tombstones).toBe(tombstones));
});

test('a marker has a path and values', () => {
  const { deletes } = read('delete.marker.path=$.meta.op', "delete.marker.values=d, 'a, b', true") ?? {};
  expect(deletes?.marker).toEqual({ path: ['meta', 'op'], values: ['d', 'a, b', 'true'] });
});

describe('a delete that could not know its key, and what contradicts itself, is a problem', () => {
  const marker = ['delete.marker.path=$.op', 'delete.marker.values=d'];
  test.each([
    [['behavior.on.null.values=delete', 'insert.mode=insert'], 'behavior.on.null.values: deletes need a key'],
    [['delete.enabled=true', 'pk.mode=kafka'], 'delete.enabled: deletes need a key'],
    [[...marker, 'pk.mode=kafka'], 'delete.marker.path: deletes need a key'],
    [[...marker, 'insert.mode=insert'], 'delete.marker.path: deletes need a key'],
    [['delete.enabled=true', 'behavior.on.null.values=ignore'], 'contradicts behavior.on.null.values=ignore'],
    [['delete.enabled=true', 'behavior.on.null.values=fail'], 'contradicts behavior.on.null.values=fail'],
    [['delete.enabled=false', 'behavior.on.null.values=delete'], 'contradicts behavior.on.null.values=delete'],
    [['delete.marker.path=$.op'], 'delete.marker.values: must be set'],
    [['delete.marker.values=d'], 'delete.marker.path: must be set'],
    [['delete.marker.path=$key.op', 'delete.marker.values=d'], 'must name a member of the record value'],
    [['delete.marker.path=$', 'delete.marker.values=d'], 'a member of the value is missing'],
    [[...marker, 'fields.exclude=op'], 'delete.marker.path: reads op, which fields.exclude leaves out'],
    [['pk.fields=key', 'fields.include=id'], 'pk.fields: reads key, which fields.include does not name'],
    [['delete.marker.path=op', 'delete.marker.values=d'], 'a path begins with $'],
    [['insert.mode=update', 'pk.mode=kafka'], 'insert.mode: with pk.mode=kafka each record has a key of its own'],
    [['pk.mode=kafka', 'pk.fields=id'], 'pk.fields: means nothing with pk.mode=kafka'],
    [['pk.fields=a,b'], 'one primary key'],
    [['pk.mode=none'], 'record_value or record_key or kafka'],
  ])('%j: %s', (lines, words) => {
    const said = problemsOf(loadLines(...lines));
    expect(said).toHaveLength(1);
    expect(said[0]).toContain(words);
  });
});
