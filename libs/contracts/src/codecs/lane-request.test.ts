import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FieldType, InsertRequest } from '../gen/millrace/v1/inserter.ts';
import { OpenLane } from '../gen/millrace/v1/lane.ts';
import { ValidateRequest } from '../gen/millrace/v1/schema_validator.ts';
import { insertRequests, validateRequests } from '../services.ts';
import { gather, type ScatteredRecordBatch } from './scattered-record-batch.ts';

const uint64 = fc.oneof(fc.bigInt({ min: 0n, max: 300n }), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }));
const int64 = fc.oneof(fc.bigInt({ min: -70n, max: 70n }), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }));
const uint32 = fc.oneof(fc.nat(300), fc.nat(0xffff_ffff));
const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), fc.constant('half a pair: \ud800'));
const bytes = fc.uint8Array({ maxLength: 200 }).map((each) => Buffer.from(each));
const pieces = fc.oneof(bytes, fc.array(fc.option(bytes), { maxLength: 5 }));

const recordBatches: fc.Arbitrary<ScatteredRecordBatch> = fc.record({
  sequence: uint64,
  firstOffset: int64,
  offsetDeltas: fc.array(uint64),
  firstTimestampMs: int64,
  timestampDeltasMs: fc.array(int64),
  values: pieces,
  valueSizes: fc.array(uint32),
  keys: pieces,
  keySizes: fc.array(uint32),
  notAfterUnixMs: int64,
  traceparent: text,
  tracestate: text,
  byteCount: uint64,
  attempt: uint32,
  headers: fc.array(fc.record({ name: text, values: pieces, valueSizes: fc.array(uint32) }), { maxLength: 3 }),
});

const fieldTypes = fc.oneof(
  fc.constantFrom(...Object.values(FieldType)),
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }).map((unknown) => unknown as FieldType),
);
const column = fc.record({
  fieldName: text,
  type: fieldTypes,
  elements: bytes,
  valid: bytes,
  dim: uint32,
  isDynamic: fc.boolean(),
  elementType: fieldTypes,
  structName: text,
});
const entityBatches = fc.record({
  sequence: uint64,
  rowCount: uint32,
  firstOffset: int64,
  offsetDeltas: fc.array(uint64),
  columns: fc.array(column, { maxLength: 5 }),
  schemaVersion: fc.option(fc.record({ collectionId: int64, schemaTimestamp: uint64, fingerprint: text }), {
    nil: undefined,
  }),
  notAfterUnixMs: int64,
  traceparent: text,
  tracestate: text,
  byteCount: uint64,
  deletes: fc.option(fc.record({ offsetDeltas: fc.array(uint64), keys: fc.option(column, { nil: undefined }) }), {
    nil: undefined,
  }),
});

const asBatch = <Batch>(value: Batch) => ({ message: { $case: 'batch' as const, value } });
const open = { message: { $case: 'open' as const, value: OpenLane.fromPartial({ connector: 'c', partition: 3 }) } };

/** A request as it is written, and as the generated code has it. */
interface Hop {
  readonly name: string;
  readonly requests: fc.Arbitrary<{ readonly written: Buffer; readonly plain: Buffer }>;
  readonly read: (message: Buffer) => unknown;
  readonly readPlainly: (message: Buffer) => unknown;
}

const hops: readonly Hop[] = [
  {
    name: 'ValidateRequest',
    requests: recordBatches.map((batch) => {
      const value = asBatch(gather(batch));
      const written = validateRequests.encode(asBatch(batch));
      return { written, plain: Buffer.from(ValidateRequest.encode(value).finish()) };
    }),
    read: validateRequests.decode,
    readPlainly: (message) => ValidateRequest.decode(message),
  },
  {
    name: 'InsertRequest',
    requests: entityBatches.map((batch) => {
      const value = asBatch(batch);
      const written = insertRequests.encode(value);
      return { written, plain: Buffer.from(InsertRequest.encode(value).finish()) };
    }),
    read: insertRequests.decode,
    readPlainly: (message) => InsertRequest.decode(message),
  },
];

function byteStringsOf(value: unknown): readonly Buffer[] {
  if (Buffer.isBuffer(value)) return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(byteStringsOf) : [];
}

/** What becomes of a message: the request, or that it is refused. */
function outcomeOf(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
    return 'refused';
  }
}

function varint(value: bigint): number[] {
  const last = Number(value & 0x7fn);
  return value < 0x80n ? [last] : [last | 0x80, ...varint(value >> 7n)];
}

/** Fields of all numbers and wire types, known and unknown, one behind the other; groups and nonsense among them. */
const fieldRuns: fc.Arbitrary<Buffer> = fc.letrec<{ run: Buffer; field: number[] }>((tie) => {
  const payloads = fc.oneof(
    { weight: 3, arbitrary: fc.uint8Array({ maxLength: 12 }).map((each) => [...each]) },
    { weight: 2, arbitrary: fc.array(uint64, { maxLength: 5 }).map((all) => all.flatMap(varint)) },
    { weight: 2, arbitrary: tie('run').map((each) => [...each]) },
  );
  const field = (wireType: number, content: fc.Arbitrary<number[]>) =>
    fc.tuple(fc.nat(17), content).map(([number, after]) => [...varint(BigInt((number << 3) | wireType)), ...after]);
  return {
    field: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      { weight: 4, arbitrary: field(0, uint64.map(varint)) },
      {
        weight: 8,
        arbitrary: field(
          2,
          payloads.map((each) => [...varint(BigInt(each.length)), ...each]),
        ),
      },
      { weight: 1, arbitrary: field(1, fc.constant([1, 2, 3, 4, 5, 6, 7, 8])) },
      { weight: 1, arbitrary: field(5, fc.constant([1, 2, 3, 4])) },
      { weight: 1, arbitrary: fc.nat(17).map((number) => [...varint(BigInt((number << 3) | 3)), (number << 3) | 4]) },
      { weight: 1, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 3 }).map((each) => [...each]) },
    ),
    run: fc.array(tie('field'), { maxLength: 8 }).map((fields) => Buffer.from(fields.flat())),
  };
}).run;

describe.each(hops)('$name', ({ requests, read, readPlainly }) => {
  test('is written byte by byte as by the generated code', () => {
    fc.assert(
      fc.property(requests, ({ written, plain }) => {
        expect(written.equals(plain)).toBe(true);
      }),
    );
  });

  test('is read as by the generated code', () => {
    fc.assert(
      fc.property(requests, ({ plain }) => {
        expect(read(plain)).toEqual(readPlainly(plain));
      }),
    );
  });

  test('is refused or read as by the generated code where a byte is changed, missing or too many', () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat(2), fc.uint8Array({ maxLength: 3 })), { maxLength: 3 });
    fc.assert(
      fc.property(requests, changes, ({ plain }, all) => {
        let message = plain;
        for (const [where, removed, added] of all) {
          const at = where % (message.length + 1);
          message = Buffer.concat([message.subarray(0, at), added, message.subarray(at + removed)]);
        }
        expect(outcomeOf(() => read(message))).toEqual(outcomeOf(() => readPlainly(message)));
      }),
      { numRuns: 1_000 },
    );
  });

  test('is refused or read as by the generated code wherever it is cut off', () => {
    fc.assert(
      fc.property(requests, ({ plain }) => {
        for (let length = 0; length < plain.length; length++) {
          const message = plain.subarray(0, length);
          expect(outcomeOf(() => read(message))).toEqual(outcomeOf(() => readPlainly(message)));
        }
      }),
      { numRuns: 20 },
    );
  });

  test('takes fields in any order, of any wire type, several times and unknown ones as the generated code does', () => {
    const inBatch = fieldRuns.map((run) => Buffer.from([0x12, ...varint(BigInt(run.length)), ...run]));
    const messages = fc.oneof(
      { weight: 4, arbitrary: inBatch },
      { weight: 1, arbitrary: fieldRuns },
      { weight: 1, arbitrary: fc.tuple(inBatch, inBatch, fieldRuns).map((all) => Buffer.concat(all)) },
    );
    fc.assert(
      fc.property(messages, (message) => {
        expect(outcomeOf(() => read(message))).toEqual(outcomeOf(() => readPlainly(message)));
      }),
      { numRuns: 2_000 },
    );
  });

  test('shows its byte strings where they lie in the message', () => {
    fc.assert(
      fc.property(requests, ({ plain }) => {
        const views = byteStringsOf(read(plain));
        plain.fill(0xff);
        for (const view of views) expect(view.every((byte) => byte === 0xff)).toBe(true);
      }),
    );
  });
});

test('a lane is opened, and an empty request told, as by the generated code', () => {
  for (const request of [open, { message: undefined }]) {
    const validate = validateRequests.encode(request);
    expect(validate).toEqual(Buffer.from(ValidateRequest.encode(request).finish()));
    expect(validateRequests.decode(validate)).toEqual(request);
    const insert = insertRequests.encode(request);
    expect(insert).toEqual(Buffer.from(InsertRequest.encode(request).finish()));
    expect(insertRequests.decode(insert)).toEqual(request);
  }
});

test('of several messages the last counts, whatever it is', () => {
  const { encode, decode } = insertRequests;
  const batch = asBatch(InsertRequest.decode(Buffer.from([0x12, 2, 8, 7])).message?.value);
  const batchBytes = Buffer.from([0x12, 2, 8, 7]);
  expect(decode(Buffer.concat([encode(open), batchBytes]))).toEqual(batch);
  expect(decode(Buffer.concat([batchBytes, encode(open)]))).toEqual(open);
});

test('a number that its field cannot hold is not written', () => {
  const good = ValidateRequest.decode(Buffer.from([0x12, 0])).message?.value;
  const bad: readonly Partial<ScatteredRecordBatch>[] = [
    { sequence: -1n },
    { sequence: 2n ** 64n },
    { firstOffset: 2n ** 63n },
    { offsetDeltas: [0n, 2n ** 64n] },
    { offsetDeltas: [-1n] },
    { timestampDeltasMs: [-(2n ** 63n) - 1n] },
    { valueSizes: [2 ** 32] },
    { valueSizes: [-1] },
    { valueSizes: [0.5] },
    { attempt: -1 },
  ];
  for (const change of bad) {
    const batch = { ...good, ...change } as ScatteredRecordBatch;
    expect(() => validateRequests.encode(asBatch(batch)), JSON.stringify(Object.keys(change))).toThrow();
    expect(() => ValidateRequest.encode(asBatch(gather(batch)))).toThrow();
  }
});
