import type { ColumnBuilder } from '../column-builder.ts';
import type { JsonValue } from '../formats/json-value.ts';
import { readFloat32 } from '../numbers/float32.ts';
import { readInteger } from '../numbers/integer.ts';
import type { Report } from '../report.ts';
import { shownRange, shownValue } from '../shown-text.ts';
import { type Field, reportWrongType } from './field.ts';
import type { SparseLeast } from './since.ts';
import { type SparseEntries, sparseEntries } from './sparse-forms.ts';

/** Milvus keeps the largest number of 32 bits for itself. */
const indexMax = 2 ** 32 - 2;

const expected = 'a sparse vector: {"7": 0.5}, {"indices": [7], "values": [0.5]} or [[7, 0.5]]';
const expectedIndex = `an integer from 0 to ${indexMax}`;
const expectedWeight = 'a number from 0 to 3.4028235e38 (float32)';

interface Entry {
  readonly index: number;
  readonly weight: number;
  /** In the record's order. */
  readonly place: number;
}

/**
 * A sparse vector of float32 by index (sparse-forms.ts). Entries may come in any order and are sent by ascending index;
 * each index occurs once. Values are the nearest float32 to their text. What Milvus refuses is refused (its
 * ValidateSparseFloatRows): values that are negative or not finite, and the index 2^32 - 1. A value of zero stays an
 * entry, and a vector may have no entries where the server takes that.
 */
export const sparseFloatVector: Field = {
  expected: () => expected,
  encode(document, value, plan, column, report) {
    if (value.kind !== 'object' && value.kind !== 'array') {
      return reportWrongType(document, value, plan, expected, report);
    }
    const given = sparseEntries(document, value, plan.path, report);
    if (!given) return;
    const entries = readEntries(document, given, report);
    if (entries.length < given.entries.length) return;
    if (isTooLittle(entries, plan.sparseLeast)) {
      const message = `the server takes no sparse vector without ${plan.sparseLeast}`;
      report.add('V051', { path: plan.path, message, expected: `at least ${plan.sparseLeast}`, found: 'none' });
    }
    addEntries(entries, given, column, report);
  },
};

/** Fewer than given where something is wrong with one, which is reported. */
function readEntries(document: Buffer, given: SparseEntries, report: Report): readonly Entry[] {
  const read: Entry[] = [];
  given.entries.forEach((entry, place) => {
    const index = readIndex(document, entry.index);
    const weight = readWeight(document, entry.value);
    if (index === undefined) {
      const found = typeof entry.index === 'string' ? shownValue(entry.index) : shown(document, entry.index);
      report.add('V048', { path: given.indexPath(place), expected: expectedIndex, found });
    }
    if (typeof weight === 'string') {
      report.add(weight, {
        path: given.valuePath(place),
        expected: expectedWeight,
        found: shown(document, entry.value),
      });
    } else if (index !== undefined) read.push({ index, weight, place });
  });
  return read;
}

/** A value as the nearest float32, or what is wrong with it. */
function readWeight(document: Buffer, { kind, start, end }: JsonValue): number | 'V015' | 'V018' | 'V050' {
  if (kind !== 'number') return 'V018';
  const weight = readFloat32(document, start, end);
  if (!Number.isFinite(weight)) return 'V015';
  // What rounds to zero from below is zero to Milvus.
  return weight < 0 ? 'V050' : weight;
}

function shown(document: Buffer, { start, end }: JsonValue): string {
  return shownRange(document, start, end);
}

/** An index as a number; keys have no sign, no fraction and no leading zeros. */
function readIndex(document: Buffer, given: string | JsonValue): number | undefined {
  if (typeof given === 'string') {
    return /^(0|[1-9]\d{0,9})$/.test(given) && Number(given) <= indexMax ? Number(given) : undefined;
  }
  const index = given.kind === 'number' ? readInteger(document, given.start, given.end) : 'fraction';
  return typeof index !== 'string' && index >= 0 && index <= indexMax ? Number(index) : undefined;
}

function isTooLittle(entries: readonly Entry[], least: SparseLeast): boolean {
  return least === 'a value above zero'
    ? entries.every(({ weight }) => weight === 0)
    : least === 'an entry' && entries.length === 0;
}

function addEntries(read: readonly Entry[], given: SparseEntries, column: ColumnBuilder, report: Report): void {
  const sorted = read.toSorted((a, b) => a.index - b.index);
  const bytes = Buffer.allocUnsafe(8 * sorted.length);
  sorted.forEach(({ index, weight, place }, at) => {
    if (index === sorted[at - 1]?.index) {
      report.add('V049', { path: given.indexPath(place), expected: 'each index once', found: String(index) });
    }
    bytes.writeUInt32LE(index, 8 * at);
    bytes.writeFloatLE(weight, 8 * at + 4);
  });
  column.widen((sorted.at(-1)?.index ?? -1) + 1);
  column.addElement(bytes);
}
