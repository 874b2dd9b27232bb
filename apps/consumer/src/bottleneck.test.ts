import { describe, expect, test } from 'vitest';
import { bottleneckOf, type FlowSample, stageOf } from './bottleneck.ts';

/** Ten seconds with full windows, in which each of 100 batches took half a second. */
const busy: FlowSample = {
  spanS: 10,
  partitions: 3,
  looks: 20,
  heldLooks: 20,
  batches: 100,
  turnaroundMs: 50_000,
  checkMs: 500,
  writeMs: 6_000,
  milvusMs: 5_000,
  lag: 1_000,
  problem: undefined,
};

test('Kafka is the limit where nothing is held back', () => {
  expect(bottleneckOf({ ...busy, looks: 20, heldLooks: 4, lag: 0 })).toEqual({
    is: 'kafka',
    why: 'everything there is has been read',
  });
  expect(bottleneckOf({ ...busy, looks: 20, heldLooks: 9 }).why).toBe(
    '1000 records are on their way; no window is full',
  );
  expect(bottleneckOf({ ...busy, looks: 0, heldLooks: 0 }).is).toBe('kafka');
  expect(bottleneckOf({ ...busy, partitions: 0 })).toEqual({
    is: 'kafka',
    why: 'no partition is assigned to this process',
  });
});

describe('where windows are full it is who takes longest over a batch', () => {
  test('Milvus', () => {
    expect(bottleneckOf(busy)).toEqual({
      is: 'milvus',
      why: 'windows are full; a batch takes 500 ms: Milvus 50 ms, inserter 10 ms, schema-validator 5 ms, waiting 435 ms',
    });
  });

  test('the inserter, with what of its write is not Milvus', () => {
    expect(bottleneckOf({ ...busy, writeMs: 12_000 }).is).toBe('inserter');
  });

  test('the schema-validator', () => {
    expect(bottleneckOf({ ...busy, checkMs: 5_001 }).is).toBe('validator');
  });

  test('unknown as long as nobody answers; then the last hop is named', () => {
    const silent = { ...busy, batches: 0, turnaroundMs: 0, checkMs: 0, writeMs: 0, milvusMs: 0 };
    expect(bottleneckOf(silent)).toEqual({
      is: 'milvus',
      why: 'windows are full and no batch was answered for 10 s',
    });
  });

  test('clocks that differ by a millisecond make no time negative', () => {
    expect(bottleneckOf({ ...busy, milvusMs: 7_000, turnaroundMs: 6_000 }).why).toContain('inserter 0 ms');
    expect(bottleneckOf({ ...busy, milvusMs: 7_000, turnaroundMs: 6_000 }).why).toContain('waiting 0 ms');
  });
});

test('a problem comes before all figures', () => {
  const problem = { code: 'milvus.quota', message: 'memory is full' };
  expect(bottleneckOf({ ...busy, heldLooks: 0, problem })).toEqual({
    is: 'milvus',
    why: 'milvus.quota: memory is full',
  });
});

test.each([
  ['kafka.no_reservation', 'kafka'],
  ['dead_letter.refused', 'kafka'],
  ['hop.unavailable', 'validator'],
  ['V105', 'validator'],
  ['V104', 'inserter'],
  ['lane.no_grant', 'inserter'],
  ['milvus.unreachable', 'milvus'],
  ['target.collection_missing', 'milvus'],
])('%s is a matter of %s', (code, stage) => {
  expect(stageOf(code)).toBe(stage);
});
