import { expect, it } from 'vitest';
import { Upserts, vectorOf } from './upserts.ts';

const options = { seed: 1, updates: 5, partitions: 4 };

it('gives each key all its updates and then none, or only one, in one partition', () => {
  const upserts = new Upserts(options);
  const made = upserts.take(20_000);
  const updates = new Map<number, number[]>();
  for (const [index, { key, partition }] of made.entries()) {
    expect(partition).toBe(Number(key) % 4);
    updates.set(Number(key), [...(updates.get(Number(key)) ?? []), index]);
  }
  const counts = [...updates.values()].map(({ length }) => length);
  expect(Math.max(...updates.keys())).toBeLessThan(upserts.keys);
  expect(counts.filter((count) => count === 5)).toHaveLength(upserts.finished);
  expect(Math.max(...counts)).toBe(5);
  expect(counts.filter((count) => count === 1).length).toBeGreaterThan(1_500);
});

it('makes last records of keys all the time', () => {
  const keys = new Upserts(options).take(20_000).map(({ key }) => String(key));
  for (let from = 0; from < 15_000; from += 200) {
    const later = new Set(keys.slice(from + 200));
    expect(keys.slice(from, from + 200).filter((key) => !later.has(key)).length).toBeGreaterThan(10);
  }
});

it('numbers the records without gaps, and is the same for the same seed', () => {
  const made = new Upserts(options).take(100);
  expect(made.map(({ value }) => JSON.parse(String(value)).sequence)).toEqual(made.map((_, index) => index));
  expect(new Upserts(options).take(100)).toEqual(made);
});

it('gives records that follow each other different vectors, which 32 bits hold', () => {
  for (let sequence = 1; sequence < 2_000_000; sequence += 997) {
    const vector = vectorOf(sequence);
    expect(Array.from(Float32Array.from(vector))).toEqual(vector);
    expect(vector).not.toEqual(vectorOf(sequence - 1));
  }
});
