import { FieldType } from '@millrace/contracts';
import { decodeRowsWithSdk } from '@millrace/testing';
import { describe, expect, test } from 'vitest';
import { collection, field } from '../testing/collections.ts';
import { check, encoderFor, findings } from '../testing/encode-rows.ts';
import { encodeUpsert } from '../testing/milvus-decoder.ts';

const id = field('id', FieldType.INT64, { isPrimaryKey: true });
const sparse = collection([id, field('s', FieldType.SPARSE_FLOAT_VECTOR)]);
const withVector = (text: string) => `{"id":1,"s":${text}}`;

test.each([
  ['{"7": 2, "1": 0.5}', { 1: 0.5, 7: 2 }],
  ['{"indices": [7, 1], "values": [2, 0.5]}', { 1: 0.5, 7: 2 }],
  ['{"values": [2], "indices": [1e3]}', { 1000: 2 }],
  ['[[7, 2], [ 1.0 , 0.5 ]]', { 1: 0.5, 7: 2 }],
  ['{"4294967294": 1, "0": 0.1}', { 0: Math.fround(0.1), 4294967294: 1 }],
  ['{"3": 0, "2": -0, "1": 1e-60, "0": -1e-60}', { 0: -0, 1: 0, 2: -0, 3: 0 }],
  ['{"\\u0035": 1.401298464324817e-45}', { 5: 2 ** -149 }],
  ['{}', {}],
  ['[]', {}],
  ['{"indices": [], "values": []}', {}],
] as const)('%s is a vector', (text, entries) => {
  const encoder = encoderFor(sparse);
  expect(findings(encoder, withVector(text))).toEqual([]);
  expect(decodeRowsWithSdk(encodeUpsert([encoder.take()], 1))[0]?.s).toEqual(entries);
});

test.each([
  ['"{}"', ['V012 $.s']],
  ['7', ['V012 $.s']],
  ['{"a": 1}', ['V048 $.s.a']],
  ['{"-1": 1, "01": 1, "1.0": 1, "1e2": 1, "": 1, " 1": 1}', 6],
  ['{"4294967295": 1}', ["V048 $.s['4294967295']"]],
  ['{"99999999999999999999": 1}', ["V048 $.s['99999999999999999999']"]],
  ['{"1": -0.5}', ["V050 $.s['1']"]],
  ['{"1": 1e39, "2": -1e39}', ["V015 $.s['1']", "V015 $.s['2']"]],
  ['{"1": "0.5", "2": null, "3": [1]}', ["V018 $.s['1']", "V018 $.s['2']", "V018 $.s['3']"]],
  ['{"1": 1, "1": 2}', ["V006 $.s['1']"]],
  ['{"indices": [1]}', ['V047 $.s']],
  ['{"indices": [1], "values": [1], "2": 1}', ['V047 $.s']],
  ['{"indices": 1, "values": {}}', ['V047 $.s.indices', 'V047 $.s.values']],
  ['{"indices": [1, 2], "values": [1]}', ['V047 $.s']],
  ['{"indices": [1, 2, 1], "values": [1, 1, 1]}', ['V049 $.s.indices[2]']],
  ['{"indices": [-1, 0.5, "1", 4294967295], "values": [1, 1, -1, null]}', 6],
  ['[[1, 0.5], [1, 0.5]]', ['V049 $.s[1][0]']],
  ['[[1], [1, 2, 3], 1, []]', ['V047 $.s[0]', 'V047 $.s[1]', 'V047 $.s[2]', 'V047 $.s[3]']],
  ['[1, 0.5]', ['V047 $.s[0]', 'V047 $.s[1]']],
  ['[[4294967295, 1], [0, -1]]', ['V048 $.s[0][0]', 'V050 $.s[1][1]']],
  ['null', ['V011 $.s']],
] as const)('%s is refused', (text, expected) => {
  const encoder = encoderFor(sparse);
  const found = findings(encoder, withVector(text));
  expect(typeof expected === 'number' ? found.length : found).toEqual(expected);
  expect(encoder.rowCount).toBe(0);
});

test('lists of different lengths are told apart by their lengths', () => {
  const { violations } = check(encoderFor(sparse), withVector('{"indices": [1, 2], "values": [1]}'));
  expect(violations[0]).toMatchObject({
    message: 'the sparse vector has 2 indices and 1 values',
    found: '2 indices and 1 values',
  });
});

describe('the dim of a column', () => {
  const dimAfter = (...texts: readonly string[]) => {
    const encoder = encoderFor(sparse);
    for (const text of texts) check(encoder, withVector(text));
    return encoder.take()[1]?.dim;
  };

  test('is the largest index plus 1, of the rows that it has and no others', () => {
    expect(dimAfter('{"7": 1}', '{"3": 1}')).toBe(8);
    expect(dimAfter('{"4294967294": 1}')).toBe(4294967295);
    expect(dimAfter('{"7": 1}', '{"99": 1, "100": -1}')).toBe(8);
    expect(dimAfter('{"7": 1}', '[[99, 1], [99, 2]]')).toBe(8);
    expect(dimAfter('{}', '[]')).toBe(0);
  });

  test('begins anew with each batch', () => {
    const encoder = encoderFor(sparse);
    check(encoder, withVector('{"7": 1}'));
    encoder.take();
    check(encoder, withVector('{"3": 1}'));
    expect(encoder.take()[1]?.dim).toBe(4);
  });
});

describe('what a server takes no empty vector of', () => {
  const on = (serverVersion: string, text: string, isNullable = false) => {
    const fields = [id, field('s', FieldType.SPARSE_FLOAT_VECTOR, { isNullable })];
    return check(encoderFor(collection(fields, { serverVersion })), withVector(text)).violations;
  };

  test.each([
    ['v2.4.11', '{}', 'the server takes no sparse vector without an entry'],
    ['v2.4.11', '{"1": 0}', undefined],
    ['v2.4.12', '{}', undefined],
    ['milvus_lite-3.2.2', '[]', 'the server takes no sparse vector without a value above zero'],
    ['milvus_lite-3.2.2', '{"1": 0, "2": 1e-60}', 'the server takes no sparse vector without a value above zero'],
    ['milvus_lite-3.2.2', '{"1": 0, "2": 1e-45}', undefined],
  ])('%s: %s', (server, text, message) => {
    expect(on(server, text)).toMatchObject(message === undefined ? [] : [{ code: 'V051', path: '$.s', message }]);
  });

  test('Milvus Lite takes no null, though the collection does', () => {
    const message = 'Milvus Lite takes no null in a sparse vector';
    expect(on('milvus_lite-3.2.2', 'null', true)).toMatchObject([{ code: 'V011', message }]);
    expect(on('v3.0.0', 'null', true)).toEqual([]);
  });
});
