import { expect, it } from 'vitest';
import { toxicKinds } from './history.ts';
import { hopOf, toxicsOf } from './toxics.ts';

it('does to one way what the plan says, or the same to both', () => {
  expect(toxicsOf('blackhole', 'upstream').map(({ stream }) => stream)).toEqual(['upstream']);
  expect(toxicsOf('latency', 'upstream').map(({ stream }) => stream)).toEqual(['upstream', 'downstream']);
});

it('never keeps bytes before Milvus longer than the margin that the claim assumes', () => {
  const before = toxicKinds.filter((kind) => hopOf(kind) === 'Milvus').flatMap((kind) => toxicsOf(kind, 'upstream'));
  expect(new Set(before.map(({ type }) => type))).toEqual(new Set(['latency', 'reset_peer', 'slicer', 'timeout']));
  for (const { type, attributes } of before) {
    if (type === 'latency') expect((attributes.latency ?? 0) + (attributes.jitter ?? 0)).toBeLessThan(1_000);
    if (type === 'slicer') expect(attributes.delay).toBe(0);
    // Only without a time of its own does a blackhole last until it is removed, which closes the connection.
    if (type === 'timeout') expect(attributes.timeout).toBe(0);
  }
});
