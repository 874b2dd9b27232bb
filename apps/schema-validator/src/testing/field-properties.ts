import assert from 'node:assert/strict';
import { type Field, FieldType, UnknownFields } from '@millrace/contracts';
import fc from 'fast-check';
import { isRecordFieldType, type RecordFieldType } from '../fields/table.ts';
import { collection, field } from './collections.ts';
import { check, encoderFor } from './encode-rows.ts';
import { anyField, valueTexts } from './field-values.ts';
import { encodeUpsert } from './milvus-decoder.ts';
import { anyDamage, anySpace, anyWritten, damaged, textOf } from './random-documents.ts';
import { type ReferenceJson, readReferenceJson } from './reference-json.ts';
import { referenceValue, type Verdict } from './reference-values.ts';

/** Decodes an Upsert with message types that are not this project's. */
export type ForeignDecoder = (upsert: Buffer) => readonly Readonly<Record<string, unknown>>[];

export interface Run {
  readonly type: RecordFieldType;
  readonly decode: ForeignDecoder;
  readonly numRuns: number;
  readonly seed?: number;
}

/** Every type of the contract, with its name there. */
export const recordFieldTypes = Object.entries(FieldType).flatMap(([name, type]) =>
  isRecordFieldType(type) ? [{ name, type }] : [],
);

const id = field('id', FieldType.INT64, { isPrimaryKey: true });

/**
 * Random values as records, cut into batches at random places, come back from the joined columns as the reference has
 * them, and those that it refuses leave no trace among them. Returns how many values were checked.
 */
export function checkValues({ type, decode, ...parameters }: Run): number {
  const rows = fc.boolean().chain((isNullable) =>
    anyField(type, isNullable).chain((of) =>
      fc.record({
        of: fc.constant(of),
        texts: fc.array(isNullable ? fc.option(valueTexts(of), { nil: 'null' }) : valueTexts(of), {
          minLength: 1,
          maxLength: 12,
        }),
        cuts: fc.uniqueArray(fc.nat(12), { maxLength: 3 }),
      }),
    ),
  );
  let checked = 0;
  let refusals = 0;
  fc.assert(
    fc.property(rows, ({ of, texts, cuts }) => {
      const encoder = encoderFor(collection([id, of]), UnknownFields.ERROR);
      const batches: ReturnType<typeof encoder.take>[] = [];
      const stored: unknown[] = [];
      texts.forEach((text, index) => {
        if (cuts.includes(index)) batches.push(encoder.take());
        const verdict = verdictOf(text, of);
        const { violations } = check(encoder, recordOf(text));
        assert.equal(violations.length > 0, verdict.kind === 'refused', `${text}: ${violations[0]?.code}`);
        if (verdict.kind !== 'refused') stored.push(verdict.stored);
        else refusals += 1;
      });
      batches.push(encoder.take());
      const decoded = decode(encodeUpsert(batches, stored.length));
      assert.deepEqual(
        decoded.map(({ v }) => v),
        stored,
      );
      checked += texts.length;
    }),
    parameters,
  );
  // A reference that refuses what it should not would hide what the validator does with it.
  assert.ok(refusals <= checked / 3, `${refusals} of ${checked} values are refused`);
  return checked;
}

/**
 * JSON of any kind, and good values with bytes changed, either become the row that the reference has for the same record,
 * or are told and leave none. Returns how many records were checked.
 */
export function checkGarbage({ type, decode, ...parameters }: Run): number {
  const garbage = anyField(type, false).chain((of) =>
    fc.record({
      of: fc.constant(of),
      text: fc.oneof(
        { weight: 3, arbitrary: fc.tuple(valueTexts(of), anyDamage).map(([text, damages]) => damage(text, damages)) },
        { weight: 1, arbitrary: fc.tuple(anyWritten, anySpace).map(([value, space]) => textOf(value, space)) },
        { weight: 1, arbitrary: fc.array(valueTexts(of), { maxLength: 3 }).map((all) => `[${all.join()}]`) },
        { weight: 1, arbitrary: fc.base64String().map((text) => JSON.stringify(text)) },
      ),
    }),
  );
  let checked = 0;
  fc.assert(
    fc.property(garbage, ({ of, text }) => {
      const encoder = encoderFor(collection([id, of]), UnknownFields.ERROR);
      const record = recordOf(text);
      const verdict = recordVerdict(record, text, of);
      const { violations } = check(encoder, record);
      if (verdict.kind !== 'open') assert.equal(violations.length > 0, verdict.kind === 'refused', text);
      const isTaken = violations.length === 0;
      assert.equal(encoder.rowCount, isTaken ? 1 : 0);
      const columns = encoder.take();
      if (isTaken) assert.deepEqual(decode(encodeUpsert([columns], 1)), [{ id: 1n, v: storedOf(verdict) }]);
      else for (const { elements, valid } of columns) assert.equal(elements.length + valid.length, 0);
      checked += 1;
    }),
    parameters,
  );
  return checked;
}

const recordOf = (text: string) => `{"id":1,"v":${text}}`;

/** Damaged in its bytes; what is no UTF-8 any more becomes text again, which reads otherwise but reads. */
const damage = (text: string, damages: Parameters<typeof damaged>[1]) => damaged(Buffer.from(text), damages).toString();

function verdictOf(text: string, of: Field): Verdict {
  const json = readReferenceJson(text);
  return json === undefined ? { kind: 'refused' } : referenceValue(json, trimmed(text), of);
}

/** Of a whole record: garbage may close the value, and bring members of its own. */
function recordVerdict(record: string, text: string, of: Field): Verdict {
  const json = readReferenceJson(record);
  const members = isObject(json) ? Object.keys(json).toSorted() : [];
  return isObject(json) && members.join() === 'id,v' && json.v !== undefined
    ? referenceValue(json.v, trimmed(text), of)
    : { kind: 'refused' };
}

function isObject(json: ReferenceJson | undefined): json is { readonly [key: string]: ReferenceJson } {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function storedOf(verdict: Verdict): unknown {
  return verdict.kind === 'refused' ? undefined : verdict.stored;
}

/** Without JSON's white space around it. */
const trimmed = (text: string) => text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '');
