import { DataType } from '@zilliz/milvus2-sdk-node';
import { type Accepted, accept, code, everywhere, type Kind, modern, PerServer, refuse, refuseAll } from './kinds.ts';
import { demanded } from './scalar-kinds.ts';

const jsonBytesMax = 65_536;
const jsonOfBytes = (count: number): string => `{"x": "${'x'.repeat(count - 9)}"}`;

/** What arrives is the text itself; the SDK parses what it reads from a server. */
function json(text: string, options: Parameters<typeof accept>[2] = {}): Accepted {
  const parsed: unknown = JSON.parse(text);
  const stored = new PerServer({ 'milvus-lite': parsed, 'Milvus 2.3.5': parsed, 'recording server': text });
  return accept(text, stored, { becomes: code(text), ...options });
}

/** The text is sent as it is; Milvus makes a moment of it, in UTC. */
const moment = (text: string, utc: string): Accepted =>
  accept(`"${text}"`, new PerServer({ 'milvus-lite': utc, 'recording server': text }), { becomes: code(utc) });

const geometry = (text: string): Accepted => {
  const isInLite = /^(POINT|POLYGON) \(/.test(text);
  return accept(`"${text}"`, text, isInLite ? {} : { on: ['recording server'] });
};

export const textKinds: readonly Kind[] = [
  {
    title: 'JSON',
    shape: 'plain',
    field: { name: 'json', type: DataType.JSON },
    on: everywhere,
    note: 'Milvus 2.3.5 takes objects only; milvus-lite takes no number and no literal and hands out a text without its quotes',
    accepts: [
      json('{"a": {"b": [1, null, "x"]}}'),
      json('[1, "x"]', { on: modern }),
      json('"text"', { on: ['recording server'] }),
      json('7', { on: ['recording server'] }),
      json('false', { on: ['recording server'] }),
      json('{"n": 9007199254740993.10}'),
      json('{"__proto__": 1}'),
      json(jsonOfBytes(jsonBytesMax), { shown: '65,536 bytes', becomes: '65,536 bytes' }),
    ],
    refuses: [
      ...demanded,
      refuse(jsonOfBytes(jsonBytesMax + 1), 'V040', { shown: '65,537 bytes' }),
      refuse('{"a": 1, "a": 2}', 'V006', { path: '$.json.a' }),
      refuse('{"a": [1e999]}', 'V015', { path: '$.json.a[0]' }),
      refuse('[1, "x"]', 'milvus.row_refused', { path: '$', on: ['Milvus 2.3.5'] }),
      refuse('"text"', 'milvus.row_refused', { path: '$', on: ['Milvus 2.3.5'] }),
      refuse('7', 'milvus.row_refused', { path: '$', on: ['milvus-lite', 'Milvus 2.3.5'] }),
      refuse('false', 'milvus.row_refused', { path: '$', on: ['milvus-lite', 'Milvus 2.3.5'] }),
    ],
  },
  {
    title: 'Text',
    shape: 'plain',
    field: { name: 'text', type: DataType.Text },
    on: ['recording server'],
    accepts: [
      accept('"text"', 'text'),
      accept('""', ''),
      accept('"🚂\\u0000"', '🚂\0'),
      accept(`"${'é'.repeat(50_000)}"`, 'é'.repeat(50_000), { shown: '100,000 bytes', becomes: '100,000 bytes' }),
    ],
    refuses: [...demanded, ...refuseAll('V012', ['7', 'true', '{"a": 1}'])],
  },
  {
    title: 'Timestamptz',
    shape: 'plain',
    field: { name: 'timestamptz', type: DataType.Timestamptz },
    on: modern,
    accepts: [
      moment('2026-01-31T12:00:00Z', '2026-01-31T12:00:00Z'),
      moment('2026-01-31T23:59:59.999999+14:00', '2026-01-31T09:59:59.999999Z'),
      moment('1969-12-31T12:00:00.500000000-12:00', '1970-01-01T00:00:00.500000Z'),
      moment('2024-02-29T00:00:00Z', '2024-02-29T00:00:00Z'),
    ],
    refuses: [
      ...demanded,
      ...refuseAll('V012', ['1769860800', 'true']),
      ...refuseAll('V043', [
        '"2026-01-31T12:00:00"',
        '"2026-01-31"',
        '"2026-02-29T00:00:00Z"',
        '"2026-01-31T24:00:00Z"',
        '"2026-12-31T23:59:60Z"',
        '"2026-01-31T12:00:00+15:00"',
        '""',
      ]),
      refuse('"2026-01-31T12:00:00.0000001Z"', 'V044'),
    ],
  },
  {
    title: 'Geometry',
    shape: 'plain',
    field: { name: 'geometry', type: DataType.Geometry },
    on: modern,
    note: 'milvus-lite has points and polygons only',
    accepts: [
      geometry('POINT (8.5 47.4)'),
      geometry('POLYGON ((0 0, 4 0, 4 4, 0 0))'),
      geometry('LINESTRING (0 0, 1 1)'),
      geometry('MULTIPOINT (1 2, (3 4))'),
      geometry('MULTILINESTRING ((0 0, 1 1), (2 2, 3 3))'),
      geometry('MULTIPOLYGON (((0 0, 4 0, 4 4, 0 0)))'),
      geometry('GEOMETRYCOLLECTION (POINT (1 2), LINESTRING EMPTY)'),
      geometry('POINT EMPTY'),
    ],
    refuses: [
      ...demanded,
      ...refuseAll('V012', ['[8.5, 47.4]', '{"type": "Point", "coordinates": [8.5, 47.4]}']),
      ...refuseAll('V045', [
        '"POINT (1)"',
        '"POINT (NaN 1)"',
        '"POINT Z (1 2 3)"',
        '"SRID=4326;POINT (1 2)"',
        '"LINESTRING (1 1)"',
        '"POLYGON ((0 0, 1 0, 1 1, 0 1))"',
        '"CIRCLE (1 2)"',
        '""',
      ]),
    ],
  },
];
