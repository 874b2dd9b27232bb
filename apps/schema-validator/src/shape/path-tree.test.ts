import fc from 'fast-check';
import { expect, test } from 'vitest';
import { valueAt } from '../formats/json-value.ts';
import { PathTree } from './path-tree.ts';

/** What is at each of the paths of a document, as text. */
function found(text: string, paths: readonly (readonly string[])[]): Map<number, string> {
  const tree = new PathTree();
  for (const [target, path] of paths.entries()) tree.add(path, target);
  const document = Buffer.from(text);
  const seen = new Map<number, string>();
  tree.visit(document, valueAt(document, 0), (target, { start, end }) => {
    expect(seen.has(target)).toBe(false);
    seen.set(target, document.toString('utf8', start, end));
  });
  return seen;
}

test.each([
  ['{"a": {"b": [10, {"c": "x"}]}}', ['a', 'b', '1', 'c'], '"x"'],
  ['{"a": {"b": [10, {"c": "x"}]}}', ['a', 'b', '0'], '10'],
  ['{"a": {"b": [10, 20]}}', ['a', 'b'], '[10, 20]'],
  ['{"a": null}', ['a'], 'null'],
  ['{"a": null}', ['a', 'b'], undefined],
  ['{"a": "text"}', ['a', '0'], undefined],
  ['{"a": [1, 2]}', ['a', '2'], undefined],
  ['{"a": [1, 2]}', ['a', '01'], undefined],
  ['{"a": [1, 2]}', ['a', 'length'], undefined],
  ['{"a": {"0": 5}}', ['a', '0'], '5'],
  ['{"\\u0061": {"\\"": 1}}', ['a', '"'], '1'],
  ['{"__proto__": {"toString": 1}}', ['__proto__', 'toString'], '1'],
  ['{}', ['toString'], undefined],
  ['[ [ ] , 7 ]', ['1'], '7'],
  ['"x"', [], '"x"'],
])('of %s the value at %j is %s', (text, path, expected) => {
  expect(found(text, [path]).get(0)).toBe(expected);
});

test('one path may have several targets, and one may go on where another ends', () => {
  const seen = found('{"a": {"b": 1, "c": 2}, "d": 3}', [['a'], ['a', 'c'], ['a', 'c'], ['d'], ['a', 'b'], ['e']]);
  expect([...seen].sort()).toEqual([
    [0, '{"b": 1, "c": 2}'],
    [1, '2'],
    [2, '2'],
    [3, '3'],
    [4, '1'],
  ]);
});

test('property: finds what a lookup in the parsed document finds', () => {
  const segments = fc.constantFrom('a', 'b', 'é', '0', '1', '');
  const { value: values } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom(null, true, 1.5, 'text', 'a"\\b'),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(segments, tie('value'), { maxKeys: 4 }),
    ),
  }));
  fc.assert(
    fc.property(values, fc.array(fc.array(segments, { maxLength: 4 }), { maxLength: 5 }), (value, paths) => {
      const seen = found(JSON.stringify(value), paths);
      expect(paths.map((_, target) => seen.get(target))).toEqual(
        paths.map((path) => JSON.stringify(lookUp(value, path))),
      );
    }),
    { numRuns: 2_000 },
  );
});

function lookUp(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((parent, segment) => {
    if (typeof parent !== 'object' || parent === null || !Object.hasOwn(parent, segment)) return undefined;
    return (parent as Record<string, unknown>)[segment];
  }, value);
}
