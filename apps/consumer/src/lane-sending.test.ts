import { expect, test } from 'vitest';
import { LaneScene } from '../test/lane-scene.ts';

test('a lane opens a stream when there are records, not before, and settles in order', () => {
  const scene = new LaneScene();
  expect(scene.validator.streams).toHaveLength(0);
  scene.fetch(4);
  expect(scene.stream.batches).toHaveLength(0);
  scene.stream.opened();
  expect(scene.stream.ranges).toEqual(['0-1', '2-3']);
  expect(scene.watermark).toBe(0);
  scene.stream.applied();
  expect(scene.watermark).toBe(2);
  scene.stream.applied();
  expect(scene.watermark).toBe(4);
  expect(scene.counters).toMatchObject({ read: 4, written: 4 });
});

test('every batch says when it expires and what it counts for', () => {
  const scene = new LaneScene();
  scene.fetch(2, 100);
  scene.clock.advance(500);
  scene.stream.opened();
  expect(scene.stream.batches[0]).toMatchObject({
    notAfterUnixMs: BigInt(scene.clock.now() + 10_000),
    byteCount: 264n,
    attempt: 0,
  });
});

test('the window bounds unanswered batches', () => {
  const scene = new LaneScene({ window: { batches: 2, bytes: 1_000_000 } });
  scene.fetch(10);
  scene.stream.opened();
  expect(scene.stream.batches).toHaveLength(2);
  scene.stream.applied();
  expect(scene.stream.batches).toHaveLength(3);
});

test('the window bounds unanswered bytes', () => {
  // A batch of two records counts 2 * (32 + 100) = 264.
  const scene = new LaneScene({ window: { batches: 9, bytes: 600 }, batchBytesMax: 264 });
  scene.fetch(10, 100);
  scene.stream.opened();
  expect(scene.stream.batches).toHaveLength(2);
  scene.stream.applied();
  expect(scene.stream.batches).toHaveLength(3);
});

test('a grant lowers the window, in batches and in bytes', () => {
  const byBatches = new LaneScene({ window: { batches: 9, bytes: 1_000_000 } });
  byBatches.fetch(10);
  byBatches.stream.opened({ grantBatches: 1 });
  expect(byBatches.stream.batches).toHaveLength(1);

  const byBytes = new LaneScene({ window: { batches: 9, bytes: 1_000_000 }, batchBytesMax: 264 });
  byBytes.fetch(10, 100);
  byBytes.stream.opened({ grantBytes: 600n });
  expect(byBytes.stream.batches).toHaveLength(2);
});

test('a single record larger than a batch waits until the granted bytes have room for it', () => {
  const scene = new LaneScene({ window: { batches: 9, bytes: 1_000 }, batchBytesMax: 100 });
  scene.fetch(1, 500);
  scene.fetch(1, 600);
  scene.stream.opened();
  expect(scene.stream.ranges).toEqual(['0-0']);
  scene.stream.applied();
  expect(scene.stream.ranges).toEqual(['0-0', '1-1']);
});

test("a record above the server's limit is rejected here, in its turn, and crosses no hop", async () => {
  const scene = new LaneScene();
  scene.fetch(2);
  scene.fetch(1, 5_000);
  scene.fetch(2);
  scene.stream.opened({ batchBytesMax: 1_000n });
  expect(scene.stream.ranges).toEqual(['0-1']);
  scene.stream.applied();
  await scene.letters.take();
  expect(scene.letters.written).toEqual([2n]);
  expect(scene.watermark).toBe(3);
  expect(scene.stream.ranges).toEqual(['0-1', '3-4']);
  expect(scene.unaccounted).toBe(0);
});

test('reading pauses above the buffer limit and goes on at half of it', () => {
  // Ten batches of 264 bytes; the limit is crossed by the fifth.
  const scene = new LaneScene({ bufferBytesMax: 1_200, window: { batches: 1, bytes: 1_000_000 } });
  scene.fetch(8, 100);
  expect(scene.pauses).toEqual([]);
  scene.fetch(2, 100);
  expect(scene.pauses).toEqual([true]);
  scene.stream.opened();
  scene.stream.applied();
  scene.stream.applied();
  expect(scene.pauses).toEqual([true]);
  scene.stream.applied();
  expect(scene.pauses).toEqual([true, false]);
});

test('control records move the watermark, also behind records', () => {
  const scene = new LaneScene();
  scene.fetchControls(3);
  expect(scene.watermark).toBe(3);
  scene.fetch(1);
  scene.fetchControls(1);
  expect(scene.watermark).toBe(3);
  scene.stream.opened();
  scene.stream.applied();
  expect(scene.watermark).toBe(5);
});

test('an idle stream is given back and opened again for the next record', () => {
  const scene = new LaneScene();
  scene.fetch(1);
  scene.stream.opened();
  scene.stream.applied();
  scene.clock.advance(19_999);
  expect(scene.stream.isHalfClosed).toBe(false);
  scene.clock.advance(1);
  expect(scene.stream.isHalfClosed).toBe(true);
  scene.fetch(1);
  scene.stream.end();
  expect(scene.validator.streams).toHaveLength(2);
  scene.stream.opened();
  expect(scene.stream.ranges).toEqual(['1-1']);
});

test('a server that drains gets no more, answers what it has, and the lane goes on elsewhere at once', () => {
  const scene = new LaneScene();
  scene.fetch(6);
  scene.stream.opened();
  const first = scene.stream;
  first.drain();
  expect(first.isHalfClosed).toBe(true);
  first.applied();
  first.applied();
  expect(first.ranges).toEqual(['0-1', '2-3']);
  first.end();
  expect(scene.validator.streams).toHaveLength(2);
  scene.stream.opened();
  expect(scene.stream.ranges).toEqual(['4-5']);
});

test('a lane that ends leaves no timer behind', () => {
  const scene = new LaneScene();
  scene.fetch(2);
  scene.stream.opened();
  scene.lane.close();
  expect(scene.stream.isCancelled).toBe(true);
  expect(scene.clock.pending).toBe(0);
  expect(scene.counters).toMatchObject({ read: 2, released: 2 });
});
