import { expect, test } from 'vitest';
import { parseBounds } from './range-bounds.ts';

const at = (topic: string, partition: number) => ({ topic, partition });

test('one bound is of all partitions, others are of single ones', () => {
  const bounds = parseBounds('5, 1=7, orders/1=2026-01-31T12:00:00Z');
  expect(bounds.of(at('a', 0))).toEqual({ offset: 5n });
  expect(bounds.of(at('a', 1))).toEqual({ offset: 7n });
  expect(bounds.of(at('orders', 1))).toEqual({ timeMs: Date.UTC(2026, 0, 31, 12) });
  expect(parseBounds('0=1').of(at('a', 1))).toBeUndefined();
});

test('a moment may be a day, or have seconds and an offset', () => {
  const timeOf = (text: string) => parseBounds(text).of(at('a', 0));
  expect(timeOf('2026-01-31')).toEqual({ timeMs: Date.UTC(2026, 0, 31) });
  expect(timeOf('2026-01-31T12:00+02:00')).toEqual({ timeMs: Date.UTC(2026, 0, 31, 10) });
  expect(timeOf('2026-01-31T12:00:00.250Z')).toEqual({ timeMs: Date.UTC(2026, 0, 31, 12, 0, 0, 250) });
});

test.each(['', 'x', '-1', '1.5', '1=', '=1', '0=1,0=2', '1,2', '2026-13-01', '2026-01-31T12:00', '1e3', 'a/b=1'])(
  '%j is refused',
  (text) => {
    expect(() => parseBounds(text)).toThrow(/says it twice|does not understand/);
  },
);
