import { sentBytes } from '@millrace/lanes';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { recordOf } from '../test/lane-scene.ts';
import { RecordQueue } from './record-queue.ts';
import { weigh } from './weighed-records.ts';

const nothingElse = { keys: false, headers: [] };

test('it gives as many as fit, in order, and one at least', () => {
  const queue = new RecordQueue(nothingElse);
  queue.push([100, 100, 500, 100].map((bytes, i) => recordOf(i, bytes)));
  expect(queue.sentBytes).toBe(800 + 4 * 32);
  const taken = () => queue.take(10, 264).records.map(({ offset }) => Number(offset));
  expect(taken()).toEqual([0, 1]);
  expect(taken()).toEqual([2]);
  expect(taken()).toEqual([3]);
  expect(taken()).toEqual([]);
  expect(queue.sentBytes).toBe(0);
  expect(queue.first).toBeUndefined();
});

test('the number of records is limited too', () => {
  const queue = new RecordQueue(nothingElse);
  queue.push([0, 1, 2].map((offset) => recordOf(offset)));
  expect(queue.take(2, 1_000_000).records).toHaveLength(2);
  expect(queue.first?.offset).toBe(2n);
});

test('over any pushes and takes nothing is lost, repeated or miscounted', () => {
  const step = fc.oneof(
    fc.record({ push: fc.integer({ min: 0, max: 3_000 }) }),
    fc.record({ count: fc.integer({ min: 1, max: 3_000 }), bytes: fc.integer({ min: 1, max: 60_000 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const queue = new RecordQueue(nothingElse);
      let pushed = 0;
      let taken = 0;
      let bytes = 0;
      for (const each of steps) {
        if ('push' in each) {
          const records = Array.from({ length: each.push }, (_, i) => recordOf(pushed + i, (pushed + i) % 50));
          pushed += each.push;
          bytes += records.reduce((sum, record) => sum + sentBytes(record, nothingElse), 0);
          queue.push(records);
        } else {
          const weighed = queue.take(each.count, each.bytes);
          const got = weighed.records;
          const gotBytes = got.reduce((sum, record) => sum + sentBytes(record, nothingElse), 0);
          expect(weighed).toEqual(weigh(got, nothingElse));
          expect(got.map(({ offset }) => Number(offset))).toEqual(got.map((_, i) => taken + i));
          if (got.length > 1) expect(gotBytes).toBeLessThanOrEqual(each.bytes);
          if (pushed > taken) expect(got.length).toBeGreaterThan(0);
          taken += got.length;
          bytes -= gotBytes;
        }
        expect(queue.length).toBe(pushed - taken);
        expect(queue.sentBytes).toBe(bytes);
      }
    }),
    { numRuns: 50 },
  );
});

test('an emptied queue starts again', () => {
  const queue = new RecordQueue(nothingElse);
  queue.push([recordOf(0)]);
  queue.clear();
  expect([queue.length, queue.sentBytes, queue.first]).toEqual([0, 0, undefined]);
  queue.push([recordOf(5)]);
  expect(queue.first?.offset).toBe(5n);
});
