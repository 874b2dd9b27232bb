import { expect, test } from 'vitest';
import { LetterTimestamps } from './letter-timestamps.ts';

const nowMs = 1_700_000_000_000;
const at = (ageMs: number) => BigInt(nowMs - ageMs);

test('without a refusal every time is taken', () => {
  const timestamps = new LetterTimestamps();
  expect([-1e12, 0, 1e12].map((ageMs) => timestamps.isRefused(at(ageMs), nowMs))).toEqual([false, false, false]);
});

test('after one from ahead, all that lie ahead are refused, since each comes nearer with time', () => {
  const timestamps = new LetterTimestamps();
  timestamps.refused(at(-4_000_000), nowMs);
  expect(timestamps.isRefused(at(-4_000_000), nowMs + 1_000)).toBe(true);
  expect([-1, 0, 1e12].map((ageMs) => timestamps.isRefused(at(ageMs), nowMs))).toEqual([true, false, false]);
});

test('after an old one, those of its age and older are refused', () => {
  const timestamps = new LetterTimestamps();
  timestamps.refused(at(5_000), nowMs);
  timestamps.refused(at(9_000), nowMs);
  expect([-1, 4_999, 5_000].map((ageMs) => timestamps.isRefused(at(ageMs), nowMs))).toEqual([false, false, true]);
});
