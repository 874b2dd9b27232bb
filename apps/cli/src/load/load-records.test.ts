import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { badCount, loadRecord } from './load-records.ts';

const plan = { dim: 8, keys: 5, badShare: 0 };

describe('a record of a load', () => {
  it('has the fields of the tutorial, a vector of the asked length, and keys that take turns', () => {
    const records = Array.from({ length: 12 }, (_, index) => loadRecord(index, { ...plan, dim: 3 }));
    const rows = records.map(({ value }) => JSON.parse(value));
    expect(rows.map(({ id }) => id)).toEqual([0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1]);
    expect(records.map(({ key }) => key)).toEqual(rows.map(({ id }) => String(id)));
    expect(rows[7]).toEqual({ id: 2, title: 'record 7', title_vector: [0.656987, 0.989358, 0.412118], link: '' });
  });

  it('is bad as often as asked, whatever the share, and told so', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.double({ min: 0, max: 1, noNaN: true }), (count, badShare) => {
        const records = Array.from({ length: count }, (_, index) => loadRecord(index, { ...plan, badShare }));
        expect(records.filter(({ isBad }) => isBad).length).toBe(badCount(count, badShare));
      }),
    );
  });

  it('has one defect when bad, another each time: a short vector, text for a number, a field less, cut off', () => {
    const [short, text, less, cut] = [0, 1, 2, 3].map((index) => loadRecord(index, { ...plan, badShare: 1 }).value);
    expect(JSON.parse(short ?? '').title_vector).toHaveLength(7);
    expect(JSON.parse(text ?? '').id).toBe('1');
    expect(Object.keys(JSON.parse(less ?? ''))).toEqual(['id', 'title', 'link']);
    expect(() => JSON.parse(cut ?? '')).toThrow(SyntaxError);
  });
});
