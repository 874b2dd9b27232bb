import { type Field, FieldType } from '@millrace/contracts';
import fc from 'fast-check';
import type { RecordFieldType } from '../fields/table.ts';
import { field } from './collections.ts';
import { type FloatForm, floatForms } from './exact-number.ts';
import { floatTexts, integerTexts } from './number-texts.ts';
import { anySpace, anyWritten, spelled, textOf } from './random-documents.ts';

/** How random values of a type are made; what they mean is for reference-values.ts to say. */
interface Generator {
  /** What the collection says of the field besides its type. */
  readonly shape: fc.Arbitrary<Partial<Field>>;
  /** JSON texts of values that the field takes, nearly all of them. */
  texts(field: Field): fc.Arbitrary<string>;
}

/** A field of the type in any of its shapes. */
export function anyField(type: RecordFieldType, isNullable: boolean): fc.Arbitrary<Field> {
  return generators[type].shape.map((shape) => field('v', type, { ...shape, isNullable }));
}

/** JSON texts of values for the field, nearly all of them good. */
export function valueTexts(of: Field): fc.Arbitrary<string> {
  return generators[of.typeCode as RecordFieldType].texts(of);
}

const noShape = fc.constant({});
const dims = fc.integer({ min: 1, max: 9 });

const scalar = (texts: fc.Arbitrary<string>): Generator => ({ shape: noShape, texts: () => texts });

/** Texts of at most `bytes` bytes of UTF-8, some of exactly so many, in any spelling. */
const stringOf = (bytes: number) =>
  spelled(fc.string({ unit: 'binary', maxLength: bytes }).map((text) => cutToBytes(text, bytes))).map(
    ({ json }) => json,
  );

const bounded: Generator = {
  shape: fc.record({ maxLength: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constant(200)) }),
  texts: ({ maxLength }) => stringOf(maxLength),
};

/** A list of texts with white space wherever some may stand. */
function listOf(texts: fc.Arbitrary<string>, length: { readonly minLength?: number; readonly maxLength?: number }) {
  return fc.tuple(fc.array(texts, length), anySpace).map(([items, space]) => textOf(items, space));
}

const exactly = (length: number) => ({ minLength: length, maxLength: length });

/** A vector as a list, or as base64 of the bytes; `\/` is another spelling of a slash. */
const vectorOf = (texts: fc.Arbitrary<string>, count: number, bytes: fc.Arbitrary<Buffer>) =>
  fc.oneof(
    listOf(texts, exactly(count)),
    fc.tuple(bytes, fc.boolean()).map(([content, isEscaped]) => {
      const text = JSON.stringify(content.toString('base64'));
      return isEscaped ? text.replaceAll('/', '\\/') : text;
    }),
  );

const bytesVector = (least: number, most: number, countOf: (dim: number) => number, shape: Generator['shape']) => ({
  shape,
  texts: ({ dim }: Field) => {
    const count = countOf(dim);
    const bytes = fc.uint8Array(exactly(count)).map((content) => Buffer.from(content));
    const integers = fc.oneof(
      fc.integer({ min: least, max: most }).map(String),
      fc.integer({ min: least, max: most }).map((value) => `${value}.0`),
      fc.constantFrom('1e1', '-0', '100E0'),
    );
    return vectorOf(integers, count, bytes);
  },
});

const floatVector = (form: FloatForm, bytesEach: number): Generator => ({
  shape: fc.record({ dim: dims }),
  texts: ({ dim }) => {
    const bytes = fc
      .tuple(fc.uint8Array(exactly(dim * bytesEach)), fc.constantFrom(...Array(7).fill(-1), dim - 1))
      .map(([content, odd]) => Buffer.from(content.map((byte, at) => withExponent(byte, at, bytesEach, odd))));
    return vectorOf(floatTexts(form), dim, bytes);
  },
});

/**
 * Of a number's bytes the last holds the sign and the first bits of the exponent. One bit less of it keeps the number
 * finite; all of them make the number at `odd` an infinity, no number at all, or a large one.
 */
function withExponent(byte: number, at: number, bytesEach: number, odd: number): number {
  if (at % bytesEach !== bytesEach - 1) return byte;
  return Math.floor(at / bytesEach) === odd ? byte | 0x7f : byte & 0xbf;
}

const indexTexts = fc
  .oneof(fc.nat(300), fc.integer({ min: 2 ** 32 - 4, max: 2 ** 32 - 2 }), fc.nat(2 ** 32 - 2))
  .map(String);
const weightTexts = floatTexts(floatForms.float32).map((text) =>
  /^-.*[1-9].*(e|$)/i.test(text) ? text.slice(1) : text,
);
const sparse: Generator = {
  shape: noShape,
  texts: () => {
    const entries = fc.uniqueArray(fc.tuple(indexTexts, weightTexts), { selector: ([index]) => index, maxLength: 8 });
    return fc.tuple(entries, fc.nat(2), anySpace).map(([pairs, form, space]) => {
      if (form === 0) return textOf(pairs, space);
      if (form === 1) return textOf({ members: pairs.map(([index, value]) => [quoted(index), value]) }, space);
      const lists = [pairs.map(([index]) => index), pairs.map(([, value]) => value)] as const;
      return textOf(
        {
          members: [
            [quoted('values'), lists[1]],
            [quoted('indices'), lists[0]],
          ],
        },
        space,
      );
    });
  },
};

const quoted = (text: string) => ({ text, json: JSON.stringify(text) });

const moments = fc
  .record({
    atMs: fc.integer({ min: Date.UTC(101, 0), max: Date.UTC(9998, 0) }),
    fraction: fc.option(fc.stringMatching(/^\d{1,6}0{0,3}$/)),
    offset: fc.integer({ min: -12 * 60, max: 14 * 60 }),
    isUtc: fc.boolean(),
  })
  .map(({ atMs, fraction, offset, isUtc }) => {
    const pad = (number: number) => String(number).padStart(2, '0');
    const sign = offset < 0 ? '-' : '+';
    const zone = `${sign}${pad(Math.trunc(Math.abs(offset) / 60))}:${pad(Math.abs(offset) % 60)}`;
    const text = new Date(Math.floor(atMs / 1_000) * 1_000).toISOString().slice(0, 19);
    return `${text}${fraction === null ? '' : `.${fraction}`}${isUtc ? 'Z' : zone}`;
  });

const coordinate = fc.double({ noNaN: true, noDefaultInfinity: true });
const point = fc.tuple(coordinate, coordinate).map((pair) => pair.join(' '));
const parts = (part: fc.Arbitrary<string>, minLength = 1) =>
  fc.array(part, { minLength, maxLength: 4 }).map((all) => `(${all.join(', ')})`);
const ring = fc.array(point, { minLength: 3, maxLength: 6 }).map((points) => `(${[...points, points[0]].join(',')})`);

/** Well-known texts of every kind. */
export const { geometry: geometries } = fc.letrec<{ geometry: string }>((tie) => ({
  geometry: fc.oneof(
    { depthSize: 'small', maxDepth: 4 },
    fc.constantFrom('POINT EMPTY', 'MULTIPOLYGON EMPTY'),
    point.map((pair) => `POINT (${pair})`),
    parts(point, 2).map((line) => `LINESTRING ${line}`),
    parts(ring).map((rings) => `POLYGON ${rings}`),
    parts(point).map((points) => `MULTIPOINT ${points}`),
    parts(parts(point, 2)).map((lines) => `MULTILINESTRING${lines}`),
    parts(parts(ring)).map((polygons) => `MULTIPOLYGON${polygons}`),
    parts(tie('geometry')).map((all) => `GEOMETRYCOLLECTION ${all}`),
  ),
}));

/** Of those with keys and numbers in any form many are refused: a key twice, or a number beyond the doubles. */
const documents = fc.oneof(
  { weight: 2, arbitrary: fc.json({ maxDepth: 4 }) },
  { weight: 1, arbitrary: fc.tuple(anyWritten, anySpace).map(([value, space]) => textOf(value, space)) },
);

const elementTypes = [
  FieldType.BOOL,
  FieldType.INT8,
  FieldType.INT16,
  FieldType.INT32,
  FieldType.INT64,
  FieldType.FLOAT,
  FieldType.DOUBLE,
  FieldType.VARCHAR,
] as const;

const array: Generator = {
  shape: fc.record({
    elementTypeCode: fc.constantFrom(...elementTypes),
    maxCapacity: fc.integer({ min: 1, max: 12 }),
    maxLength: fc.integer({ min: 1, max: 60 }),
  }),
  texts: (of) => listOf(valueTexts({ ...of, typeCode: of.elementTypeCode }), { maxLength: of.maxCapacity }),
};

const memberTypes = [
  ...elementTypes,
  FieldType.BINARY_VECTOR,
  FieldType.FLOAT_VECTOR,
  FieldType.FLOAT16_VECTOR,
  FieldType.BFLOAT16_VECTOR,
  FieldType.INT8_VECTOR,
] as const;

/** A member of a struct: an array of scalars or of vectors of the type. */
const member = (name: string, type: (typeof memberTypes)[number]): fc.Arbitrary<Field> => {
  const arrayType = type < FieldType.BINARY_VECTOR ? FieldType.ARRAY : FieldType.ARRAY_OF_VECTOR;
  return generators[type].shape.map((shape) => field(name, arrayType, { ...shape, elementTypeCode: type }));
};

const struct: Generator = {
  shape: fc.record({
    maxCapacity: fc.integer({ min: 1, max: 6 }),
    subFields: fc
      .uniqueArray(fc.tuple(fc.constantFrom('a', 'v', 'é', '__proto__', 'x y'), fc.constantFrom(...memberTypes)), {
        selector: ([name]) => name,
        minLength: 1,
        maxLength: 4,
      })
      .chain((members) => fc.tuple(...members.map(([name, type]) => member(name, type)))),
  }),
  texts: ({ subFields, maxCapacity }) => {
    const members = subFields.map((of) =>
      fc.tuple(spelled(fc.constant(of.name)), valueTexts({ ...of, typeCode: of.elementTypeCode })),
    );
    const object = fc.tuple(
      fc.shuffledSubarray(members, exactly(members.length)).chain((all) => fc.tuple(...all)),
      anySpace,
    );
    return listOf(
      object.map(([all, space]) => textOf({ members: all }, space)),
      { maxLength: maxCapacity },
    );
  },
};

const text: Generator = {
  shape: fc.record({ maxLength: fc.constantFrom(0, 1, 20, 200) }),
  texts: ({ maxLength }) => stringOf(maxLength || 100),
};

const generators: Readonly<Record<RecordFieldType, Generator>> = {
  [FieldType.BOOL]: scalar(fc.constantFrom('true', 'false')),
  [FieldType.INT8]: scalar(integerTexts(8)),
  [FieldType.INT16]: scalar(integerTexts(16)),
  [FieldType.INT32]: scalar(integerTexts(32)),
  [FieldType.INT64]: scalar(integerTexts(64)),
  [FieldType.FLOAT]: scalar(floatTexts(floatForms.float32)),
  [FieldType.DOUBLE]: scalar(floatTexts(floatForms.float64)),
  [FieldType.VARCHAR]: bounded,
  [FieldType.ARRAY]: array,
  [FieldType.JSON]: scalar(documents),
  [FieldType.GEOMETRY]: scalar(spelled(geometries).map(({ json }) => json)),
  [FieldType.TEXT]: text,
  [FieldType.TIMESTAMPTZ]: scalar(spelled(moments).map(({ json }) => json)),
  [FieldType.BINARY_VECTOR]: bytesVector(
    0,
    255,
    (dim) => dim / 8,
    dims.map((bytes) => ({ dim: 8 * bytes })),
  ),
  [FieldType.FLOAT_VECTOR]: floatVector(floatForms.float32, 4),
  [FieldType.FLOAT16_VECTOR]: floatVector(floatForms.float16, 2),
  [FieldType.BFLOAT16_VECTOR]: floatVector(floatForms.bfloat16, 2),
  [FieldType.SPARSE_FLOAT_VECTOR]: sparse,
  [FieldType.INT8_VECTOR]: bytesVector(-128, 127, (dim) => dim, fc.record({ dim: dims })),
  [FieldType.ARRAY_OF_STRUCT]: struct,
};

function cutToBytes(text: string, bytes: number): string {
  let cut = '';
  for (const character of text) {
    if (Buffer.byteLength(cut + character) > bytes) break;
    cut += character;
  }
  return cut;
}
