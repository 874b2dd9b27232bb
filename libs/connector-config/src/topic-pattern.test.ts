import { describe, expect, test } from 'vitest';
import { parseTopicPattern, SlowPatternError, TopicPattern } from './topic-pattern.ts';

function matching(pattern: string, ...topics: string[]): readonly string[] {
  const parsed = parseTopicPattern(pattern);
  if (!(parsed instanceof TopicPattern)) throw new Error(`${parsed.failure} at ${parsed.at}`);
  return parsed.matching(topics);
}

describe('a pattern matches whole names, as in Kafka', () => {
  test.each([
    ['orders', ['orders'], ['orders-eu', 'my-orders', 'Orders']],
    ['orders-.*', ['orders-', 'orders-eu'], ['orders']],
    ['a|b', ['a', 'b'], ['ab', 'xa']],
    ['(orders|bills)-(eu|us)', ['orders-eu', 'bills-us'], ['orders-asia']],
    ['^(?!.*internal).*$', ['orders'], ['orders-internal']],
    [String.raw`v\d+\.[\w.-]+`, ['v12.a-b_c.d'], ['v.a', 'v1-a']],
  ])('%s', (pattern, yes, no) => expect(matching(pattern, ...yes, ...no)).toEqual(yes));
});

describe("what only Java's patterns have is read as Java reads it", () => {
  test.each([
    ['(?i)orders', ['ORDERS', 'Orders'], ['order']],
    [String.raw`\Qa.b\E.*`, ['a.b', 'a.bc'], ['axb']],
    [String.raw`\Qa.b`, ['a.b'], ['axb']],
    [String.raw`\Aorders\z`, ['orders'], ['orders-eu']],
    [String.raw`orders\-eu\_1`, ['orders-eu_1'], ['orders-eu1']],
    [String.raw`[\w-.]+`, ['a-b.c'], []],
    [String.raw`[a\-z]+`, ['a-z'], ['b']],
    [String.raw`\p{Lower}+`, ['abc'], ['ABC']],
  ])('%s', (pattern, yes, no) => expect(matching(pattern, ...yes, ...no)).toEqual(yes));
});

describe('what cannot be read in the same sense is refused, with its place', () => {
  test.each([
    ['a*+b', 'possessive', 1],
    ['ab{2,3}+', 'possessive', 2],
    ['(?>a)b', 'atomic', 0],
    ['a(?i)b', 'at the beginning only', 1],
    ['(?m)a', 'at the beginning only', 0],
    [String.raw`(a)\1`, 'earlier group', 3],
    [String.raw`(?<x>a)\k<x>`, 'earlier group', 7],
    [String.raw`a\h`, 'not supported', 1],
    ['[a-z&&[^b]]', 'classes within classes', 4],
    ['[a[b]]', 'classes within classes', 2],
    ['(a', 'not a regular expression', 0],
    ['a**', 'not a regular expression', 0],
    [String.raw`\p{IsLatin}`, 'not a regular expression', 0],
    ['a'.repeat(1_001), 'at most 1000', 1_000],
  ])('%s', (pattern, words, at) =>
    expect(parseTopicPattern(pattern)).toMatchObject({ failure: expect.stringContaining(words), at }),
  );
});

test('internal topics never match', () => {
  expect(matching('.*', '__consumer_offsets', '_schemas', 'orders')).toEqual(['_schemas', 'orders']);
});

describe('a pattern that would match for ever ends in time', () => {
  test.each([['(a+)+b'], ['(x|x)*y'], ['([a-z]+-?)*!'], ['(.*)*z']])('%s is refused', (pattern) => {
    const before = performance.now();
    expect(parseTopicPattern(pattern)).toMatchObject({ failure: expect.stringContaining('takes too long') });
    expect(performance.now() - before).toBeLessThan(5_000);
  });

  test('also when only a name that nobody thought of brings it out', () => {
    const pattern = new TopicPattern('', /^(?:(ab)+)+c$/);
    expect(() => pattern.matching(['ab'.repeat(120)])).toThrow(SlowPatternError);
    expect(pattern.matching(['ababc'])).toEqual(['ababc']);
  });
});

test('ten thousand topics are no trouble', () => {
  const topics = Array.from({ length: 10_000 }, (_, i) => `team-${i % 7}.orders-${i}.v1`);
  expect(matching('team-3\\.(orders|bills)-.*', ...topics)).toHaveLength(1_429);
});
