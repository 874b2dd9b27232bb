import fc from 'fast-check';

/** A JSON value as it may be written: members in order, keys repeated and spelled freely, numbers in any form. */
export type Written = WrittenObject | readonly Written[] | string;
export interface WrittenObject {
  readonly members: readonly (readonly [key: Spelled, value: Written])[];
}
/** A text and the JSON string, quotes included, that stands for it. */
export interface Spelled {
  readonly text: string;
  readonly json: string;
}

const names = fc.oneof(
  fc.constantFrom('a', 'b', '', 'é', '__proto__', 'constructor', 'toString', '\0', 'a"b', '😀', 'o p'),
  fc.string({ unit: 'binary', maxLength: 5 }),
);

/** Small choices, one after the other, that follow from a number. */
function choices(seed: number, below: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** A text in one of its spellings: characters as they are, or as escapes in either case. */
export function spelled(texts: fc.Arbitrary<string>): fc.Arbitrary<Spelled> {
  return fc.tuple(texts, fc.nat()).map(([text, seed]) => {
    const choice = choices(seed, 4);
    const units = [...text].map((character) => {
      const how = choice();
      if (how < 2) return JSON.stringify(character).slice(1, -1);
      const codes = character.split('').map((unit) => unit.charCodeAt(0).toString(16).padStart(4, '0'));
      return codes.map((hex) => `\\u${how === 2 ? hex : hex.toUpperCase()}`).join('');
    });
    return { text, json: `"${units.join('')}"` };
  });
}

const digits = fc.stringMatching(/^[0-9]{1,25}$/);
const numbers = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.oneof(fc.constant('0'), fc.stringMatching(/^[1-9][0-9]{0,20}$/)),
    fc.option(digits, { nil: '' }),
    fc.option(fc.tuple(fc.constantFrom('e', 'E'), fc.constantFrom('', '+', '-'), digits), { nil: undefined }),
  )
  .map(([sign, whole, fraction, power]) => `${sign}${whole}${fraction && `.${fraction}`}${power?.join('') ?? ''}`);

export const { value: anyWritten } = fc.letrec<{ value: Written }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(
      fc.constantFrom('null', 'true', 'false'),
      numbers,
      spelled(fc.string({ unit: 'binary', maxLength: 20 })).map(({ json }) => json),
    ),
    fc.array(tie('value'), { maxLength: 6 }),
    fc.array(fc.tuple(spelled(names), tie('value')), { maxLength: 6 }).map((members) => ({ members })),
  ),
}));

export const anyObject: fc.Arbitrary<WrittenObject> = fc
  .array(fc.tuple(spelled(names), anyWritten), { maxLength: 8 })
  .map((members) => ({ members }));

/** The document's text, with white space wherever some may stand. */
export function textOf(value: Written, space: () => string): string {
  if (typeof value === 'string') return value;
  if ('members' in value) {
    const members = value.members.map(([key, member]) => {
      return `${space()}${key.json}${space()}:${space()}${textOf(member, space)}${space()}`;
    });
    return `{${members.length === 0 ? space() : members.join(',')}}`;
  }
  return `[${value.length === 0 ? space() : value.map((item) => `${space()}${textOf(item, space)}${space()}`).join(',')}]`;
}

/** White space to put between tokens, one piece at each call. */
export const anySpace: fc.Arbitrary<() => string> = fc.nat().map((seed) => {
  const choice = choices(seed, 7);
  return () => ['', '', '', ' ', '\n', '\r\n', '\t'][choice()] ?? '';
});

/** Changes bytes of a document in one place. */
export interface Damage {
  readonly position: number;
  readonly removed: number;
  readonly inserted: Uint8Array;
}

/** What readers are most often wrong about. */
const fragments = [
  ...'{}[],:"\\/0123456789.eE+-\n\t \u0001\u00a0\u2028\ufeff',
  ...['\\ud800\\ue000', '\\ud83d\\ude00'],
  ...['\\u', '\\ud800', '\\uDBFF', '\\udc00', '\\ue000', '\\u00g0', '\\v', '\\x41', "\\'", '\\0', '""', "'", '\\"'],
  ...[
    '00',
    '-0',
    '.5',
    '1.',
    'e+',
    '0x1',
    'NaN',
    'Infinity',
    'true',
    'fals',
    'null',
    'undefined',
    '/**/',
    '//',
    ',,',
    '1_0',
  ],
].map((text) => Uint8Array.from(Buffer.from(text)));
const badUtf8 = [[0xff], [0xc0, 0xaf], [0xe2, 0x82], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80]];

export const anyDamage: fc.Arbitrary<readonly Damage[]> = fc.array(
  fc.record({
    position: fc.nat(),
    removed: fc.nat(4),
    inserted: fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...fragments) },
      { weight: 1, arbitrary: fc.constantFrom(...badUtf8).map((bytes) => Uint8Array.from(bytes)) },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 2 }) },
    ),
  }),
  { maxLength: 3 },
);

export function damaged(document: Buffer, damages: readonly Damage[]): Buffer {
  return damages.reduce((bytes, { position, removed, inserted }) => {
    const at = position % (bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at + removed)]);
  }, document);
}
