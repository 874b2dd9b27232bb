import assert from 'node:assert/strict';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Report } from '../report.ts';
import { anyDamage, anySpace, anyWritten, damaged, spelled, textOf } from '../testing/random-documents.ts';
import type { FormatReader } from './format.ts';
import { json } from './json.ts';
import { MemberNames } from './member-names.ts';

const limits = { depthMax: 20, keysMax: 10_000 };

function read(reader: FormatReader, bytes: Buffer) {
  const report = new Report(100);
  const members = reader.read(bytes, report);
  return { members, ...report.take() };
}

const members = fc.tuple(spelled(fc.constantFrom('id', 'title', 'vector', 'v', 'é', 'x"y', '')), anyWritten);
const objects = fc.array(members, { maxLength: 6 }).map((all) => ({ members: all }));
/** Mostly one shape, as the records of a topic have. */
const documents = fc.array(fc.tuple(objects, fc.nat(3), fc.option(anyDamage, { nil: [] })), { maxLength: 6 });

test('property: what a reader read before makes no difference to what it reads', () => {
  fc.assert(
    fc.property(documents, anySpace, (all, space) => {
      const reader = json.newReader(limits);
      for (const [object, repeats, damages] of all) {
        for (let repeat = 0; repeat <= repeats; repeat++) {
          const bytes = damaged(Buffer.from(textOf(object, space)), repeat === repeats ? damages : []);
          assert.deepEqual(read(reader, bytes), read(json.newReader(limits), bytes), bytes.toString());
        }
      }
    }),
    { numRuns: 1_000 },
  );
});

test('a name is told as a duplicate when it comes in another spelling, and where another name is due', () => {
  const reader = json.newReader(limits);
  const codes = (text: string) => read(reader, Buffer.from(text)).violations.map(({ code }) => code);
  expect(codes('{"a":1,"b":2,"c":3}')).toEqual([]);
  expect(codes('{"a":1,"b":2,"a":3}')).toEqual(['V006']);
  expect(codes('{"a":1,"b":{"a":1},"\\u0061":3}')).toEqual(['V006']);
  expect(codes('{"\\u0061":1,"a":2}')).toEqual(['V006']);
  expect(codes('{"b":1,"a":2,"b":2}')).toEqual(['V006']);
  expect(codes('{"a":1,"b":2,"c":3}')).toEqual([]);
});

test('half a surrogate pair in a key is told each time', () => {
  const reader = json.newReader(limits);
  for (const _ of [1, 2, 3]) {
    expect(read(reader, Buffer.from('{"a\\ud800":1}')).violations).toMatchObject([{ code: 'V004' }]);
  }
});

test('no more than 256 names are remembered', () => {
  const names = new MemberNames();
  const named = (index: number) => names.named(`${index}`, Buffer.from(`"${index}"`), 0, `${index}`.length + 2, false);
  const first = Array.from({ length: 300 }, (_, index) => named(index));
  names.beginDocument();
  expect(first.filter((name, index) => named(index) === name)).toHaveLength(256);
});

test('more names than are remembered, and longer ones, are read and counted like others', () => {
  const reader = json.newReader(limits);
  const names = Array.from({ length: 600 }, (_, index) => `${'n'.repeat(index)}${index}`);
  const textWith = (all: readonly string[]) => Buffer.from(`{${all.map((name) => `"${name}":1`).join()}}`);
  for (const order of [names, names.toReversed(), names]) {
    const { members: found, violations } = read(reader, textWith(order));
    expect(found?.map(({ name }) => name)).toEqual(order);
    expect(violations).toEqual([]);
  }
  for (const name of [names[3] ?? '', names[500] ?? '']) {
    expect(read(reader, textWith([...names, name])).violations.map(({ code }) => code)).toEqual(['V006']);
  }
});

test('a vector of float32 is read with its document, and scanned like another value where it is none', () => {
  const reader = json.newReader(limits, new Map([['v', 2]]));
  const floats = (text: string) => {
    const value = read(reader, Buffer.from(text)).members?.[0]?.value;
    return value?.floats && [...new Float32Array(Uint8Array.from(value.floats).buffer)];
  };
  expect(floats('{"v":[0.5,-2]}')).toEqual([0.5, -2]);
  expect(floats('{"\\u0076":[1.5,1]}')).toEqual([1.5, 1]);
  for (const other of ['[0.5]', '[0.5,1,2]', '[0.5,1e39]', '[0.5,null]', '"AAAA"', '{"v":[0.5,1]}', '1']) {
    expect(floats(`{"v":${other}}`)).toBeUndefined();
  }
  expect(floats('{"w":[0.5,-2]}')).toBeUndefined();
  const shallow = json.newReader({ depthMax: 1, keysMax: 9 }, new Map([['v', 2]]));
  expect(read(shallow, Buffer.from('{"v":[0.5,1]}')).violations).toMatchObject([{ code: 'V005' }]);
});
