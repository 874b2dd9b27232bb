import assert from 'node:assert/strict';
import {
  FieldType,
  PrimaryKeyMode,
  RecordOptions,
  Source,
  Tombstones,
  UnknownFields,
  ValueFormat,
} from '@millrace/contracts';
import fc from 'fast-check';
import { planLane } from '../plan-lane.ts';
import { collection, field } from './collections.ts';
import { checkRecords, openLaneFor, rejectionsOf } from './encode-rows.ts';
import { decodeColumns } from './milvus-decoder.ts';
import {
  type PlainRecord,
  referenceKeyFormat,
  type Shaped,
  shapeByReference,
  textBytesMax,
} from './reference-shaping.ts';

const text = { maxLength: textBytesMax };
const fields = [
  field('id', FieldType.VARCHAR, { ...text, isPrimaryKey: true }),
  field('a', FieldType.VARCHAR, { ...text, isNullable: true }),
  field('b', FieldType.INT64, { isNullable: true }),
  field('c', FieldType.JSON, { isNullable: true }),
];

const scalars = fc.constantFrom<unknown>(
  null,
  true,
  'x',
  'd',
  'two words',
  'longer than is allowed',
  7,
  -1,
  1.5,
  'é"\\',
);
const names = fc.constantFrom('id', 'a', 'b', 'c', 'x', 'y', 'op', 'doc');
const segments = fc.constantFrom('id', 'a', 'x', '0', '1');
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 2 },
    { weight: 3, arbitrary: scalars },
    { weight: 1, arbitrary: fc.array(tie('tree'), { maxLength: 2 }) },
    { weight: 2, arbitrary: fc.dictionary(segments, tie('tree'), { maxKeys: 3, noNullPrototype: true }) },
  ),
}));
/** Most values fit the field of their name. */
const members = fc.record(
  {
    id: fc.oneof({ weight: 8, arbitrary: fc.constantFrom('i1', 'i2', 'x', 'd') }, { weight: 1, arbitrary: tree }),
    a: fc.oneof({ weight: 4, arbitrary: fc.constantFrom('x', 'd', null) }, { weight: 1, arbitrary: tree }),
    b: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(7, -1, null) }, { weight: 1, arbitrary: tree }),
    c: tree,
    x: tree,
    y: tree,
    op: fc.oneof(fc.constantFrom('d', 'u'), tree),
    doc: fc.record(
      { id: fc.constantFrom('i3', 'i4'), a: scalars, x: tree },
      { requiredKeys: [], noNullPrototype: true },
    ),
  },
  { requiredKeys: ['id'] },
);
const shuffled = members.chain((of) =>
  fc.shuffledSubarray(Object.entries(of), { minLength: 1 }).map(Object.fromEntries),
);
const keys = fc.oneof(fc.constantFrom<unknown>('k1', 'k2', { id: 'k3' }, { x: 'k4', id: 5 }), tree);
const record: fc.Arbitrary<PlainRecord> = fc.record({
  value: fc.option(fc.oneof({ weight: 3, arbitrary: members }, { weight: 1, arbitrary: shuffled }), { freq: 8 }),
  key: fc.option(keys, { nil: undefined, freq: 6 }),
  header: fc.option(fc.constantFrom('', 'text', 'longer than is allowed'), { nil: undefined }),
  timestampMs: fc.constantFrom(0, 1_767_225_600_123),
  offset: fc.constant(100),
});

const few = <T>(items: fc.Arbitrary<T>, most = 2) =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant<T[]>([]) },
    { weight: 1, arbitrary: fc.uniqueArray(items, { maxLength: most }) },
  );
const inValue = fc.tuple(names, fc.array(segments, { maxLength: 2 })).map(([first, rest]) => [first, ...rest]);
const origin = fc.oneof(
  inValue.map((path) => ({ source: Source.VALUE as Source, path })),
  fc.array(segments, { maxLength: 2 }).map((path) => ({ source: Source.KEY as Source, path })),
  fc.constant({ source: Source.HEADER as Source, path: ['h'] }),
  fc
    .constantFrom<Source>(Source.TIMESTAMP, Source.TOPIC, Source.PARTITION, Source.OFFSET)
    .map((source) => ({ source, path: [] })),
);
const options: fc.Arbitrary<RecordOptions> = fc
  .record({
    unknownFields: fc.oneof(fc.constant(UnknownFields.UNSPECIFIED), fc.constantFrom(...Object.values(UnknownFields))),
    include: few(names, 6),
    exclude: few(names),
    renames: few(fc.record({ from: names, to: names })),
    sources: few(fc.tuple(fc.constantFrom('id', 'a', 'b', 'c'), origin).map(([of, from]) => ({ field: of, ...from }))),
    primaryKeyMode: fc.oneof(
      fc.constant(PrimaryKeyMode.UNSPECIFIED),
      fc.constantFrom(...Object.values(PrimaryKeyMode)),
    ),
    primaryKeyPath: fc.oneof({ weight: 3, arbitrary: fc.constant<string[]>([]) }, { weight: 1, arbitrary: inValue }),
    tombstones: fc.constantFrom(...Object.values(Tombstones)),
    deleteMarker: fc.option(fc.record({ path: inValue, values: fc.constantFrom(['d'], ['true', '7'], ['null']) }), {
      nil: undefined,
    }),
  })
  .map((some) => ({
    ...RecordOptions.create({ valueFormat: ValueFormat.JSON, keyFormat: referenceKeyFormat }),
    ...some,
  }));

async function shape(
  of: PlainRecord,
  recordOptions: RecordOptions,
  hasDynamicField: boolean,
): Promise<Shaped | undefined> {
  const open = { ...openLaneFor(), topic: 't', recordOptions };
  const bounds = { recordBytesMax: 1_000_000, recordDepthMax: 64, recordKeysMax: 1_000 };
  const planning = planLane(open, collection(fields, { hasDynamicField }), bounds);
  if ('failure' in planning) return undefined;
  const { value, key, header, timestampMs } = of;
  const headers: Record<string, string> = header === undefined ? {} : { h: header };
  const given = {
    value: value && JSON.stringify(value),
    key: key === undefined ? undefined : JSON.stringify(key),
    headers,
    timestampMs: BigInt(timestampMs),
  };
  // The second record is there so that the batch has a column of the header.
  const checked = await checkRecords(planning.lane, [given, { value: null, headers: { h: '' } }]);
  const violations = rejectionsOf(checked).flatMap((text) => (text.startsWith('100 ') ? [text.slice(4)] : []));
  if (violations.length > 0) return { violations };
  if (checked.filteredOffsets.includes(100n)) return 'filtered';
  const [part] = checked.parts;
  if (part?.deletes?.offsetDeltas[0] === 0n && part.deletes.keys) {
    return { deleted: decodeColumns([[part.deletes.keys]]).get('id')?.[0] };
  }
  const row = [...decodeColumns([part?.columns ?? []])].map(([name, [cell]]) => [name, plain(name, cell)]);
  return { row: Object.fromEntries(row) };
}

/** A cell of a column as the reference has it. */
function plain(name: string, cell: unknown): unknown {
  if (cell === undefined) return null;
  if (name === 'c' || name === '$meta') return JSON.parse(String(cell));
  return typeof cell === 'bigint' ? Number(cell) : cell;
}

function sorted(shaped: Shaped): Shaped {
  return typeof shaped === 'object' && 'violations' in shaped ? { violations: [...shaped.violations].sort() } : shaped;
}

/** Random records are shaped by random options as a plain implementation does it. */
export async function checkShaping(numRuns: number, seed?: number): Promise<void> {
  const seen = new Map<string, number>();
  const count = (what: string) => seen.set(what, (seen.get(what) ?? 0) + 1);
  await fc.assert(
    fc.asyncProperty(
      options,
      fc.array(record, { minLength: 1, maxLength: 4 }),
      fc.boolean(),
      async (given, records, isDynamic) => {
        for (const each of records) {
          const shaped = await shape(each, given, isDynamic);
          count(shaped === undefined ? 'refused' : typeof shaped === 'string' ? shaped : Object.keys(shaped).join());
          if (shaped) assert.deepEqual(sorted(shaped), sorted(shapeByReference(each, given, isDynamic)));
        }
      },
    ),
    seed === undefined ? { numRuns } : { numRuns, seed },
  );
  // The property says something only if all of it comes about.
  for (const what of ['row', 'deleted', 'violations', 'filtered']) assert.ok((seen.get(what) ?? 0) > 50, what);
}
