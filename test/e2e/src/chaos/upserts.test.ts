import { expect, it } from 'vitest';
import { Upserts, vectorOf } from './upserts.ts';

const options = { seed: 1, keys: 30, partitions: 4 };

it('updates every key once a round, some more often, each in one partition', () => {
  const upserts = new Upserts(options);
  const updates = new Map<number, number>();
  while (upserts.rounds < 5) {
    for (const { key, partition } of upserts.take(1)) {
      expect(partition).toBe(Number(key) % 4);
      updates.set(Number(key), (updates.get(Number(key)) ?? 0) + 1);
    }
  }
  expect(updates.size).toBe(30);
  expect(Math.min(...updates.values())).toBe(5);
  expect(Math.max(...updates.values())).toBeGreaterThan(5);
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
