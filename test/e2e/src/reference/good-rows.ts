import { type RowText, titleBytesMax, vectorDim } from './rows.ts';

const int64Max = 2n ** 63n - 1n;

/** Texts of numbers whose single is easily got wrong: halfway cases, denormals, the largest, both zeros. */
const hardFloats = [
  '0',
  '-0',
  '-0.0',
  '1',
  '-1',
  '1e0',
  '1E+2',
  '1e-3',
  '0.1',
  '1.000000059604644775390625',
  '1.00000005960464477539062500001',
  '1.00000017881393432617187499999',
  '16777217',
  '9007199254740993',
  '1.401298464324817e-45',
  '1e-45',
  '1.1754942e-38',
  '1.17549435e-38',
  '1e-60',
  '3.4028235e38',
  '-3.4028234663852886e38',
];

const hardDoubles = [
  '0',
  '-0',
  '5e-324',
  '2.2250738585072011e-308',
  '1.7976931348623157e308',
  '0.1',
  '9007199254740993',
];
const titles = [
  '',
  'plain',
  'Zürich',
  '日本語',
  '🚂🚃🚃',
  'tab\tand\nline',
  'quote " and \\',
  '\u0000',
  'e\u0301',
  'constructor',
];

/** Keys at and around the edges of Int64 and of what a double holds exactly. */
export const edgeIds: readonly bigint[] = [
  0n,
  1n,
  2n ** 53n,
  2n ** 53n + 1n,
  2n ** 62n + 1n,
  int64Max - 1n,
  int64Max,
].flatMap((id) => (id === 0n ? [id] : [id, -id]));

/** Draws a row with this key that fits the mixed collection, some of its values at the edges of their types. */
export function goodRow(id: bigint, random: () => number): RowText {
  const float = (): string => (random() < 0.02 ? pick(hardFloats, random) : String(fine(random) * 2 - 1));
  const list = (length: number): string => `[${Array.from({ length }, float).join(random() < 0.5 ? ',' : ', ')}]`;
  return {
    id: String(id),
    flag: random() < 0.5 ? 'true' : 'false',
    tiny: integer(8n, random),
    small: integer(16n, random),
    plain: integer(32n, random),
    long: integer(64n, random),
    single: float(),
    double:
      random() < 0.1 ? pick(hardDoubles, random) : String((random() - 0.5) * 10 ** Math.floor(random() * 40 - 20)),
    title: title(random),
    vector: list(vectorDim),
    pair: list(2),
  };
}

/** A number in [0, 1) with more digits than a single holds, so that rounding is put to the test. */
function fine(random: () => number): number {
  return random() + random() / 2 ** 32;
}

/** Any integer of that many bits, the least and the greatest more often than chance would have it. */
function integer(bits: bigint, random: () => number): string {
  const half = 2n ** (bits - 1n);
  const draw = random();
  if (draw < 0.02) return String(-half);
  if (draw < 0.04) return String(half - 1n);
  const high = BigInt(Math.floor(random() * 2 ** 32));
  const low = BigInt(Math.floor(random() * 2 ** 32));
  return String(BigInt.asIntN(Number(bits), (high << 32n) | low));
}

/** JSON text of a string that fits, up to the last byte now and then, escaped in either way that JSON allows. */
function title(random: () => number): string {
  if (random() < 0.02) return JSON.stringify('🚂'.repeat(titleBytesMax / 4));
  if (random() < 0.3) return JSON.stringify(pick(titles, random));
  if (random() < 0.1) return '"\\u00e9\\ud83d\\ude82\\/"';
  return JSON.stringify(`record ${Math.floor(random() * 1e9)}`);
}

function pick<Value>(values: readonly Value[], random: () => number): Value {
  const value = values[Math.floor(random() * values.length)];
  if (value === undefined) throw new Error('nothing to pick from');
  return value;
}
