import { FieldType } from '@millrace/contracts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyEntries } from './bisect.ts';
import { Entries } from './entries.ts';
import { quoted } from './failures.ts';
import { MergedEntries, type Selection } from './merge.ts';
import { classifyStatus, type Refusal } from './milvus-errors.ts';
import type { WriteResult } from './milvus-writer.ts';
import { entityBatch, type TestRow } from './testing/entity-batch.ts';
import { inParts } from './testing/random-rows.ts';

const fields = [
  { name: 'key', type: FieldType.INT64 },
  { name: 'good', type: FieldType.BOOL },
];
const refusal = refused({ code: 1100 });

function refused(status: { code: number }): Refusal {
  return classifyStatus({ errorCode: 0, reason: quoted('no'), detail: '', retriable: false, extraInfo: {}, ...status });
}

/** A table that refuses a whole call for one bad row, as Milvus does. */
class Table {
  readonly #rows: readonly (readonly TestRow[])[];
  readonly state = new Map<unknown, TestRow>();
  calls = 0;

  constructor(rows: readonly (readonly TestRow[])[]) {
    this.#rows = rows;
  }

  readonly write = async ({ ranges }: Selection): Promise<WriteResult> => {
    this.calls += 1;
    const rows = ranges.flatMap(({ part, from, to }) => this.#rows[part]?.slice(from, to) ?? []);
    if (new Set(rows.map(({ key }) => key)).size !== rows.length) throw new Error('a key twice in one call');
    if (rows.some(({ good }) => !good)) return { kind: 'refused', refusal };
    for (const row of rows) this.state.set(row.key, row);
    return { kind: 'done' };
  };
}

function merged(parts: readonly (readonly TestRow[])[]): MergedEntries {
  return new MergedEntries(parts.map((part) => new Entries(entityBatch(fields, part))));
}

const anyRows = fc.array(fc.record({ key: fc.bigInt({ min: 0n, max: 6n }), good: fc.boolean() }), { maxLength: 40 });
const cuts = fc.array(fc.nat({ max: 100 }), { maxLength: 3 });
const noOther = async () => undefined;

test('whatever rows are bad: these are rejected, and the table holds the last good row of each key', async () => {
  await fc.assert(
    fc.asyncProperty(anyRows, cuts, async (all, places) => {
      const parts = inParts(all, places);
      const table = new Table(parts);
      const rows = merged(parts);
      const applied = await applyEntries(rows, {
        select: (from, to) => rows.selectLast(from, to, 'key'),
        write: table.write,
        whyNotTheData: noOther,
        stopAtRejection: false,
      });
      expect(applied.end).toBeUndefined();
      const states = applied.states.flat();
      all.forEach(({ good }, index) => {
        // A bad row may also have been left out for a later one that was written.
        if (good) expect(states[index]).toMatch(/^(done|superseded)$/);
        else expect(states[index]).toMatch(/^(rejected|superseded)$/);
      });
      const expected = new Map(all.filter(({ good }) => good).map((row) => [row.key, row]));
      expect(table.state).toEqual(expected);
      expect(applied.refusals.map((ofPart) => ofPart.size)).toEqual(
        applied.states.map((ofPart) => ofPart.filter((state) => state === 'rejected').length),
      );
    }),
  );
});

test('a lane that stops at its first rejection has written the rows before it and none behind it', async () => {
  await fc.assert(
    fc.asyncProperty(anyRows, async (all) => {
      const rows = merged([all]);
      const applied = await applyEntries(rows, {
        select: (from, to) => rows.select(from, to),
        write: async (selection) =>
          selection.ranges.some(({ from, to }) => all.slice(from, to).some(({ good }) => !good))
            ? { kind: 'refused', refusal }
            : { kind: 'done' },
        whyNotTheData: noOther,
        stopAtRejection: true,
      });
      const bad = all.findIndex(({ good }) => !good);
      const expected = all.map((_, index) =>
        bad === -1 || index < bad ? 'done' : index === bad ? 'rejected' : 'untouched',
      );
      expect(applied.states[0]).toEqual(expected);
    }),
  );
});

test('one bad row of a thousand is found in about twice as many calls as it takes to halve them', async () => {
  const all = Array.from({ length: 1_000 }, (_, index) => ({ key: BigInt(index), good: index !== 617 }));
  const table = new Table([all]);
  const rows = merged([all]);
  const options = { whyNotTheData: noOther, stopAtRejection: false };
  await applyEntries(rows, { ...options, select: (from, to) => rows.selectLast(from, to, 'key'), write: table.write });
  expect(table.state.size).toBe(999);
  expect(table.calls).toBeLessThanOrEqual(2 * 10 + 1);
});

test('before rows are blamed the collection is asked, once; if it is to blame no row is rejected', async () => {
  const all = [
    { key: 1n, good: false },
    { key: 2n, good: true },
  ];
  const rows = merged([all]);
  const schema = refused({ code: 109 });
  const applied = await applyEntries(rows, {
    select: (from, to) => rows.selectLast(from, to, 'key'),
    write: new Table([all]).write,
    whyNotTheData: async () => schema,
    stopAtRejection: false,
  });
  expect(applied.end).toEqual({ result: { kind: 'refused', refusal: schema }, from: 0, to: 2 });
  expect(applied.states.flat()).toEqual(['untouched', 'untouched']);
});

test('what ends a bisection half-way leaves the rows behind it untouched', async () => {
  const all = [true, true, false, true].map((good, index) => ({ key: BigInt(index), good }));
  const rows = merged([all]);
  const table = new Table([all]);
  const applied = await applyEntries(rows, {
    select: (from, to) => rows.selectLast(from, to, 'key'),
    write: async (selection) => (table.calls === 2 ? { kind: 'expired' } : table.write(selection)),
    whyNotTheData: noOther,
    stopAtRejection: false,
  });
  expect(applied.end).toEqual({ result: { kind: 'expired' }, from: 2, to: 4 });
  expect(applied.states.flat()).toEqual(['done', 'done', 'untouched', 'untouched']);
});

test('rows that are known to be refused are in no call and come back as rejections', async () => {
  await fc.assert(
    fc.asyncProperty(anyRows, cuts, fc.boolean(), async (all, places, stopAtRejection) => {
      const parts = inParts(all, places);
      const known = parts.map(
        (part) => new Map(part.flatMap(({ good }, row) => (good ? [] : [[row, refusal] as const]))),
      );
      const rows = new MergedEntries(
        parts.map((part) => new Entries(entityBatch(fields, part))),
        known,
      );
      const table = new Table(parts);
      const applied = await applyEntries(rows, {
        select: (from, to) => rows.selectLast(from, to, 'key'),
        write: table.write,
        whyNotTheData: noOther,
        stopAtRejection,
        known,
      });
      const bad = all.findIndex(({ good }) => !good);
      const reached = stopAtRejection && bad !== -1 ? all.slice(0, bad + 1) : all;
      expect(applied.states.flat().map((state) => state === 'rejected')).toEqual(
        all.map(({ good }, index) => !good && index < reached.length),
      );
      expect(table.state).toEqual(new Map(reached.filter(({ good }) => good).map((row) => [row.key, row])));
      expect(table.calls).toBe(reached.some(({ good }) => good) ? 1 : 0);
    }),
  );
});
