import { FieldType } from '@millrace/contracts';
import { expect, test } from 'vitest';
import { recordsOf } from './record-batch.ts';
import { Report } from './report.ts';
import { shareOf } from './stripe-share.ts';
import { collection, field } from './testing/collections.ts';
import { laneFor } from './testing/encode-rows.ts';
import { recordBatch } from './testing/record-batches.ts';

const numbered = collection([
  field('id', FieldType.INT64, { isPrimaryKey: true }),
  field('vector', FieldType.FLOAT_VECTOR, { dim: 1 }),
]);
const named = collection([
  field('id', FieldType.VARCHAR, { isPrimaryKey: true, maxLength: 100 }),
  field('vector', FieldType.FLOAT_VECTOR, { dim: 1 }),
]);

const automatic = collection([
  field('id', FieldType.INT64, { isPrimaryKey: true, isAutoId: true }),
  field('vector', FieldType.FLOAT_VECTOR, { dim: 1 }),
]);

/** The stripes that the records of one batch go to, as the checker asks for them. */
function stripesOf(ids: readonly string[], stripeCount: number, of = numbered) {
  const lane = laneFor(of);
  const share = shareOf(lane.plan, lane.newEncoder, stripeCount);
  expect(share.encoders.length).toBe(stripeCount);
  return (batch: readonly string[] = ids) => {
    share.beginBatch();
    return [...recordsOf(recordBatch(batch.map((id) => ({ value: `{"id":${id},"vector":[0]}` }))))].map((record) => {
      lane.reader.read(record, new Report(1));
      return share.stripeOf(lane.reader.row);
    });
  };
}

test('a key goes to one stripe, however it is spelled, in a batch and over batches', () => {
  const stripes = stripesOf(['7', '7.0', '70e-1', '7'], 5);
  const [first] = stripes();
  expect(new Set([...stripes(), ...stripes(['7'])])).toEqual(new Set([first]));
  const text = stripesOf(['"a/b"', '"a\\/b"', '"\\u0061/b"'], 5, named);
  expect(new Set(text()).size).toBe(1);
});

test.each([2, 3, 4, 7, 16])('successive keys spread evenly over %d stripes', (stripeCount) => {
  const keyCount = 4_000;
  const ids = Array.from({ length: keyCount }, (_, id) => String(id));
  for (const stripes of [
    stripesOf(ids, stripeCount)(),
    stripesOf(
      ids.map((id) => `"user-${id}"`),
      stripeCount,
      named,
    )(),
  ]) {
    const counts = Array.from({ length: stripeCount }, (_, stripe) => stripes.filter((of) => of === stripe).length);
    // Five standard deviations of a fair share; the keys are fixed, so this does not vary.
    const share = keyCount / stripeCount;
    for (const count of counts) expect(Math.abs(count - share)).toBeLessThan(5 * Math.sqrt(share));
  }
});

test('a key that is none has a stripe too, and leaves nothing behind', () => {
  const stripes = stripesOf(['"no number"', 'null', '1'], 4);
  const afterwards = stripes()[2];
  expect(stripes(['1'])[0]).toBe(afterwards);
});

test('where Milvus makes the keys whole batches take the stripes in turn', () => {
  const stripes = stripesOf(['1', '2'], 3, automatic);
  expect([stripes(), stripes(), stripes(), stripes()]).toEqual([
    [0, 0],
    [1, 1],
    [2, 2],
    [0, 0],
  ]);
});

test('one stripe takes all, and no key is hashed', () => {
  expect(stripesOf(['1', '2', '3'], 1)()).toEqual([0, 0, 0]);
});
