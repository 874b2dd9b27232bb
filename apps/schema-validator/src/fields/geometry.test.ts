import { FieldType } from '@millrace/contracts';
import { decodeRowsWithSdk } from '@millrace/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { collection, field } from '../testing/collections.ts';
import { check, encoderFor, findings } from '../testing/encode-rows.ts';
import { geometries } from '../testing/field-values.ts';
import { encodeUpsert } from '../testing/milvus-decoder.ts';
import { wktProblem } from './wkt.ts';

const places = collection([
  field('id', FieldType.INT64, { isPrimaryKey: true }),
  field('where', FieldType.GEOMETRY, { isNullable: true }),
]);
const withWhere = (text: string) => `{"id":1,"where":${text}}`;

const squares = '((0 0, 4 0, 4 4, 0 4, 0 0), (1 1, 1 2, 2 2, 1 1))';

test.each([
  'POINT (8.5 47.4)',
  'POINT(1 2)',
  ' point\t( -1.5e-3\n2E+2 ) ',
  'Point Empty',
  'LINESTRING (0 0, 1 1)',
  'LINESTRING EMPTY',
  `POLYGON ${squares}`,
  'POLYGON((0 0,1 0,1 1,-0.0 0e5))',
  'POLYGON EMPTY',
  'MULTIPOINT (1 2, (3 4))',
  'MULTILINESTRING ((0 0, 1 1), (2 2, 3 3, 4 4))',
  `MULTIPOLYGON (${squares}, ((9 9, 9 8, 8 8, 9 9)))`,
  'GEOMETRYCOLLECTION (POINT (1 2), LINESTRING EMPTY, GEOMETRYCOLLECTION (POINT EMPTY))',
  'GEOMETRYCOLLECTION EMPTY',
])('%s is a geometry and keeps its text', (text) => {
  const encoder = encoderFor(places);
  expect(findings(encoder, withWhere(JSON.stringify(text)))).toEqual([]);
  expect(decodeRowsWithSdk(encodeUpsert([encoder.take()], 1))).toEqual([{ id: 1n, where: text }]);
});

test.each([
  ['', 0],
  ['CIRCLE (1 2)', 0],
  ['POINTZ (1 2 3)', 0],
  ['SRID=4326;POINT (1 2)', 0],
  ['POINT', 5],
  ['POINT ()', 7],
  ['POINT (1)', 8],
  ['POINT (1, 2)', 8],
  ['POINT (1 2 3)', 11],
  ['POINT Z (1 2 3)', 6],
  ['POINT (1 2', 10],
  ['POINT (1 2))', 11],
  ['POINT (1 2) x', 12],
  ['POINT (EMPTY)', 7],
  ['POINT (NaN 1)', 7],
  ['POINT (1 Infinity)', 9],
  ['POINT (1e309 1)', 7],
  ['POINT (+1 1)', 7],
  ['POINT (1. 1)', 7],
  ['POINT (.5 1)', 7],
  ['POINT (0x1 1)', 7],
  ['POINT (1-2)', 7],
  ['LINESTRING (1 1)', 15],
  ['LINESTRING (1 1,)', 16],
  ['POLYGON (0 0, 1 0, 1 1, 0 0)', 9],
  ['POLYGON ((0 0, 1 0, 0 0))', 23],
  ['POLYGON ((0 0, 1 0, 1 1, 0 1))', 28],
  ['POLYGON (())', 10],
  ['MULTIPOINT ()', 12],
  ['MULTILINESTRING (0 0, 1 1)', 17],
  ['MULTIPOLYGON ((0 0, 1 0, 1 1, 0 0))', 15],
  ['GEOMETRYCOLLECTION (1 2)', 20],
  ['GEOMETRYCOLLECTION (POINT (1 2)', 31],
  ['1'.repeat(500), 0],
])('%s is no geometry from character %i', (text, at) => {
  expect(wktProblem(text)?.at).toBe(at);
  const encoder = encoderFor(places);
  expect(findings(encoder, withWhere(JSON.stringify(text)))).toEqual(['V045 $.where']);
  expect(encoder.rowCount).toBe(0);
});

test('a violation says where and what', () => {
  const { violations } = check(encoderFor(places), withWhere('"POLYGON ((0 0, 1 0, 1 1, 0 1))"'));
  expect(violations[0]).toMatchObject({
    message: 'the text is no geometry: character 29 should be the first point of the ring again, to close it',
    found: '))',
  });
});

test('collections nest 16 deep and no deeper, whatever the text', () => {
  const nested = (depth: number) => `${'GEOMETRYCOLLECTION('.repeat(depth)}POINT(1 2)${')'.repeat(depth)}`;
  expect(wktProblem(nested(16))).toBeUndefined();
  expect(wktProblem(nested(17))?.wanted).toBe('at most 16 levels deep');
  expect(wktProblem('GEOMETRYCOLLECTION('.repeat(100_000))?.wanted).toBe('at most 16 levels deep');
});

test.each(['12', 'true', '["POINT (1 2)"]', '{"type":"Point","coordinates":[1,2]}'])('%s is no text', (value) => {
  expect(findings(encoderFor(places), withWhere(value))).toEqual(['V012 $.where']);
});

test('property: a geometry cut off anywhere is none', () => {
  fc.assert(
    fc.property(geometries, fc.nat(), (text, place) => {
      expect(wktProblem(text.slice(0, place % text.length))).toBeDefined();
    }),
    { numRuns: 1_000 },
  );
});

test('property: words and signs of geometries in any order never throw', () => {
  const signs = fc.constantFrom('POINT', 'POLYGON', 'MULTIPOINT', 'EMPTY', '(', ')', ',', ' ', '1', '-2e5', '?');
  fc.assert(
    fc.property(fc.array(signs), (parts) => {
      const encoder = encoderFor(places);
      const { violations } = check(encoder, withWhere(JSON.stringify(parts.join(''))));
      expect(encoder.rowCount).toBe(violations.length === 0 ? 1 : 0);
    }),
    { numRuns: 2_000 },
  );
});
