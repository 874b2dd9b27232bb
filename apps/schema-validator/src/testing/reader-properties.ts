import assert from 'node:assert/strict';
import fc from 'fast-check';
import { json } from '../formats/json.ts';
import { type JsonValue, stringText } from '../formats/json-value.ts';
import { Report } from '../report.ts';
import { elementPath, memberPath } from '../shown-text.ts';
import { anyDamage, anyObject, anySpace, anyWritten, damaged, textOf, type Written } from './random-documents.ts';

const unlimited = { depthMax: 1_000, keysMax: 1_000_000 };
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Violations that say that the bytes are no JSON document; the others tell what the RFC leaves open. */
const refusals = ['V001', 'V002', 'V003'];

/** Our reader against the engine's own, on documents whose bytes were damaged in up to three places. */
export function checkAcceptance(numRuns: number): void {
  fc.assert(
    fc.property(anyWritten, anySpace, anyDamage, (value, space, damages) => {
      const bytes = damaged(Buffer.from(`${space()}${textOf(value, space)}${space()}`), damages);
      const report = new Report(100);
      const members = json.newReader(unlimited).read(bytes, report);
      const codes = report.take().violations.map(({ code }) => code);
      const parsed = parse(bytes);
      assert.equal(!codes.some((code) => refusals.includes(code)), parsed !== undefined);
      if (!parsed) return;
      assert.equal(codes.includes('V007'), !isObject(parsed.value));
      if (codes.includes('V006')) return;
      assert.equal(codes.includes('V004'), !isWellFormed(parsed.value));
      if (!isObject(parsed.value)) return;
      const read = new Map<string, unknown>();
      for (const { name, value } of members ?? []) read.set(name, contentOf(bytes, value));
      assert.deepEqual(read, new Map(Object.entries(parsed.value)));
    }),
    { numRuns },
  );
}

/** Every key that repeats one of the same object is told with its path, whatever the spelling and the depth. */
export function checkDuplicates(numRuns: number): void {
  fc.assert(
    fc.property(anyObject, anySpace, (value, space) => {
      const expected = duplicatesOf(value, '$');
      fc.pre(expected.length <= 32);
      const report = new Report(100);
      json.newReader(unlimited).read(Buffer.from(textOf(value, space)), report);
      const { violations } = report.take();
      assert.deepEqual(
        violations.map(({ code, path }) => [code, path]),
        expected.map((path) => ['V006', path]),
      );
    }),
    { numRuns },
  );
}

/** So many keys as a document has are allowed by that limit, and refused by one less. */
export function checkKeyCount(numRuns: number): void {
  fc.assert(
    fc.property(anyObject, anySpace, (value, space) => {
      const bytes = Buffer.from(textOf(value, space));
      const keys = keyCount(value);
      const codesWith = (keysMax: number) => {
        const report = new Report(100);
        json.newReader({ depthMax: 1_000, keysMax }).read(bytes, report);
        return report.take().violations.map(({ code }) => code);
      };
      assert.ok(!codesWith(keys).includes('V024'));
      if (keys > 0) assert.deepEqual(codesWith(keys - 1), ['V024']);
    }),
    { numRuns },
  );
}

function parse(bytes: Buffer): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(decoder.decode(bytes)) };
  } catch {
    return undefined;
  }
}

function contentOf(bytes: Buffer, { kind, start, end, escaped }: JsonValue): unknown {
  return kind === 'string' ? stringText(bytes, start, end, escaped) : JSON.parse(bytes.toString('utf8', start, end));
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isWellFormed(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, member]) => key.isWellFormed() && isWellFormed(member));
}

function duplicatesOf(value: Written, path: string): readonly string[] {
  if (typeof value === 'string') return [];
  if (!('members' in value)) return value.flatMap((item, index) => duplicatesOf(item, elementPath(path, index)));
  const seen = new Set<string>();
  return value.members.flatMap(([{ text }, member]) => {
    const memberIs = memberPath(path, text);
    const repeated = seen.has(text) ? [memberIs] : [];
    seen.add(text);
    return [...repeated, ...duplicatesOf(member, memberIs)];
  });
}

function keyCount(value: Written): number {
  if (typeof value === 'string') return 0;
  if (!('members' in value)) return value.reduce((sum, item) => sum + keyCount(item), 0);
  return value.members.reduce((sum, [, member]) => sum + 1 + keyCount(member), 0);
}
