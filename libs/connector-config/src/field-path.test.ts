import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fieldOrigins, parseFieldPath } from './field-path.ts';

test.each([
  ['$.a', 'value', ['a']],
  ['$.a.b[0]', 'value', ['a', 'b', '0']],
  ["$.a.b[0]['odd name']", 'value', ['a', 'b', '0', 'odd name']],
  ['$["a.b"][ 12 ]', 'value', ['a.b', '12']],
  [String.raw`$['it\'s']`, 'value', ["it's"]],
  ["$['']", 'value', ['']],
  ['$.größe.x-y.@t', 'value', ['größe', 'x-y', '@t']],
  ['$key', 'key', []],
  ['$key.id', 'key', ['id']],
  ['$header.name', 'header', ['name']],
  ["$header['x-y.z']", 'header', ['x-y.z']],
  ['$timestamp', 'timestamp', []],
  ['$topic', 'topic', []],
  ['$partition', 'partition', []],
  ['$offset', 'offset', []],
])('%s', (text, origin, path) => expect(parseFieldPath(text)).toEqual({ origin, path }));

describe('a mistake is named, with its place', () => {
  test.each([
    ['', 'begins with $', 0],
    ['a.b', 'begins with $', 0],
    ['$', 'a member of the value is missing', 1],
    ['$keys', 'no other beginning', 1],
    ['$value', 'no other beginning', 1],
    ['$.', 'a name must follow the dot', 1],
    ['$.a..b', 'every depth', 3],
    ['$.a.*', '* has no meaning', 3],
    ['$.a[*]', '* has no meaning', 3],
    ['$.a[-1]', 'counted from 0', 3],
    ['$.a[1:2]', 'one whole number', 3],
    ['$.a[01]', 'one whole number', 3],
    ['$.a[b]', 'an index or a name in quotes', 3],
    ['$.a[', 'an index or a name in quotes', 3],
    ["$.a['b]", 'a quote is not closed', 4],
    ["$.a['b'", 'closing bracket', 7],
    ['$.a b', 'goes on with . or [', 3],
    ['$.a.', 'a name must follow the dot', 3],
    ['$header', 'name of the header is missing', 7],
    ['$header.a.b', 'has no members', 7],
    ['$topic.a', '$topic has no members', 6],
    [`$${'.a'.repeat(65)}`, 'at most 64 steps', 131],
  ])('%s', (text, words, at) => {
    const found = parseFieldPath(text);
    expect(found).toMatchObject({ failure: expect.stringContaining(words), at });
  });

  test('a near miss is told what is near', () => {
    expect(parseFieldPath('$headr.x')).toMatchObject({ help: 'did you mean $header?' });
    expect(parseFieldPath('$header.x.y')).toMatchObject({ help: "as in $header['x.y']" });
  });
});

test('whatever a path names is read back, and no text makes the parser throw', () => {
  const step = fc.oneof(fc.nat({ max: 999_999_999 }), fc.string(), fc.constantFrom('a.b', "it's", '\\', ']'));
  fc.assert(
    fc.property(fc.constantFrom('value', 'key'), fc.array(step, { minLength: 1, maxLength: 20 }), (origin, steps) => {
      const quoted = steps.map((each) =>
        typeof each === 'number' ? `[${each}]` : `['${each.replace(/['\\]/g, String.raw`\$&`)}']`,
      );
      const text = `${origin === 'key' ? '$key' : '$'}${quoted.join('')}`;
      expect(parseFieldPath(text)).toEqual({ origin, path: steps.map(String) });
    }),
  );
  const noise = fc.string({
    unit: fc.constantFrom('$', '.', '[', ']', "'", '"', '0', 'key', 'header', ' ', '\\', 'a'),
  });
  fc.assert(
    fc.property(noise, (text) => {
      const found = parseFieldPath(text);
      if ('failure' in found) expect(found.at).toBeLessThanOrEqual(text.length);
      else expect(fieldOrigins).toContain(found.origin);
    }),
  );
});
