import { type EntityBatch, InsertMode, NotAppliedReason, type Outcome, Result } from '@millrace/contracts';
import { describe, expect, test } from 'vitest';
import { failure } from './failures.ts';
import { joinOutcomes } from './join-outcomes.ts';
import { applied, indefinite, notApplied } from './outcomes.ts';

const part = (firstOffset: bigint, offsetDeltas: readonly bigint[]): EntityBatch => ({
  sequence: 0n,
  rowCount: offsetDeltas.length,
  firstOffset,
  offsetDeltas,
  columns: [],
  schemaVersion: undefined,
  notAfterUnixMs: 0n,
  traceparent: '',
  tracestate: '',
  byteCount: 0n,
  deletes: undefined,
});
const parts = [part(10n, [0n, 1n]), part(10n, [4n, 5n])];
const rejection = (offset: bigint) => ({
  offset,
  violations: [],
  stage: 5 as const,
  milvusCode: 0,
  violationsOmitted: 0,
  primaryKey: '',
  schemaVersion: '',
});
const written = (rows: number, more: Partial<Outcome> = {}): Outcome => ({ ...applied(), writtenRows: rows, ...more });
const broken = indefinite(failure('V104', 'gone'));
const expired = notApplied(NotAppliedReason.EXPIRED);
/** The parts' outcomes, all of one stripe. */
const join = (outcomes: readonly Outcome[], mode: InsertMode = InsertMode.UPSERT) =>
  joinOutcomes(
    parts.flatMap((of, index) => {
      const outcome = outcomes[index];
      return outcome ? [{ stripe: 0, part: of, outcome }] : [];
    }),
    mode,
  );

describe('outcomes of parts are joined', () => {
  test('APPLIED with the sums', () => {
    const { outcome } = join([
      written(1, { supersededRows: 1, deletedRows: 2, filteredRows: 1 }),
      written(1, { deletedRows: 1, rejections: [rejection(14n)] }),
    ]);
    expect(outcome).toMatchObject({ result: Result.APPLIED, writtenRows: 2, supersededRows: 1, stopped: false });
    expect(outcome).toMatchObject({ deletedRows: 3, filteredRows: 1 });
    expect(outcome.rejections).toEqual([rejection(14n)]);
  });

  test('INDEFINITE if any is, whatever the others say', () => {
    expect(join([expired, broken]).outcome).toMatchObject({ result: Result.INDEFINITE, failure: { code: 'V104' } });
    expect(join([broken, expired]).outcome.result).toBe(Result.INDEFINITE);
    expect(join([written(2), broken]).outcome.result).toBe(Result.INDEFINITE);
  });

  test('else NOT_APPLIED if any is, for the first reason and without counts', () => {
    const { outcome } = join([written(2), expired]);
    expect(outcome).toMatchObject({ result: Result.NOT_APPLIED, reason: NotAppliedReason.EXPIRED, writtenRows: 0 });
  });

  test('up to a part that a rejection stopped', () => {
    const stopped = written(1, { stopped: true, rejections: [rejection(11n)] });
    const { outcome } = join([stopped, notApplied(NotAppliedReason.NOT_STARTED)]);
    expect(outcome).toMatchObject({
      result: Result.APPLIED,
      stopped: true,
      writtenRows: 1,
      rejections: [rejection(11n)],
    });
  });
});

describe('in insert mode', () => {
  test('what is known to be written is listed with an outcome that is not APPLIED', () => {
    const { outcome } = join(
      [written(1, { rejections: [rejection(11n)] }), { ...broken, writtenOffsets: [15n] }],
      InsertMode.INSERT,
    );
    expect(outcome.writtenOffsets).toEqual([10n, 15n]);
  });

  test('a stopped part counts up to its rejection', () => {
    const stopped = written(1, { stopped: true, rejections: [rejection(11n)] });
    expect(join([stopped], InsertMode.INSERT).writtenOffsets).toEqual([10n]);
  });

  test('and known for the lane where the outcome is APPLIED', () => {
    const joined = join([written(2), written(2)], InsertMode.INSERT);
    expect(joined.writtenOffsets).toEqual([10n, 11n, 14n, 15n]);
    expect(joined.outcome.writtenOffsets).toEqual([]);
  });
});

describe('over several stripes', () => {
  /** Rows at offsets 10, 11 and 14, 15 of stripe 0, rows 12, 16 and a delete 13 of stripe 1. */
  const other = { ...part(10n, [2n, 6n]), deletes: { offsetDeltas: [3n], keys: undefined } };
  const joined = (first: Outcome, second: Outcome, ofOther: Outcome, mode = InsertMode.UPSERT) => {
    const [a, b] = parts;
    if (!a || !b) throw new Error('there are two parts');
    return joinOutcomes(
      [
        { stripe: 0, part: a, outcome: first },
        { stripe: 1, part: other, outcome: ofOther },
        { stripe: 0, part: b, outcome: second },
      ],
      mode,
    );
  };

  test('rejections come in offset order, and all counts', () => {
    const { outcome } = joined(
      written(2),
      written(1, { rejections: [rejection(14n)] }),
      written(1, { deletedRows: 1, rejections: [rejection(12n)] }),
    );
    expect(outcome.rejections.map(({ offset }) => offset)).toEqual([12n, 14n]);
    expect(outcome).toMatchObject({ writtenRows: 4, deletedRows: 1, stopped: false });
  });

  test('one that is INDEFINITE, or NOT_APPLIED, makes the batch so', () => {
    expect(joined(written(2), written(2), broken).outcome.result).toBe(Result.INDEFINITE);
    expect(joined(written(2), written(2), expired).outcome.result).toBe(Result.NOT_APPLIED);
    expect(joined(expired, notApplied(NotAppliedReason.NOT_STARTED), broken).outcome.result).toBe(Result.INDEFINITE);
  });

  test('a rejection that stops one stripe stops the batch: of the others counts what is below it', () => {
    const stop = written(0, { stopped: true, rejections: [rejection(14n)] });
    const { outcome } = joined(written(2), stop, written(1, { supersededRows: 1, deletedRows: 1 }));
    expect(outcome).toMatchObject({ result: Result.APPLIED, stopped: true, writtenRows: 3, deletedRows: 1 });
    expect(outcome.rejections).toEqual([rejection(14n)]);
  });

  test('of two that stop, the first counts and the other is forgotten', () => {
    const early = written(0, { stopped: true, rejections: [rejection(12n)] });
    const late = written(0, { stopped: true, rejections: [rejection(14n)] });
    const { outcome } = joined(written(2), late, early);
    expect(outcome.rejections).toEqual([rejection(12n)]);
    expect(outcome).toMatchObject({ stopped: true, writtenRows: 2, deletedRows: 0 });
  });
});

test('the time of a batch is that of its slowest part, and none is made up', () => {
  const took = (writeMs: number, milvusMs: number) => written(1, { timing: { checkMs: 0, writeMs, milvusMs } });
  expect(join([took(5, 4), took(60, 50)]).outcome.timing).toEqual({ checkMs: 0, writeMs: 60, milvusMs: 50 });
  expect(join([took(60, 50), expired]).outcome.timing).toEqual({ checkMs: 0, writeMs: 60, milvusMs: 50 });
  expect(join([written(1), broken]).outcome.timing).toBeUndefined();
});
