import { status as grpcStatus } from '@grpc/grpc-js';
import { FailureClass } from '@millrace/contracts';
import { Status } from '@millrace/contracts/milvus';
import { failureEntry, type MilvusClass } from '@millrace/errors';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { classifyGrpc, classifyStatus, notConnected, withoutWords } from './milvus-errors.ts';
import { refusalTable } from './refusal-table.ts';

type Answer = Partial<Status>;
const codes = (...numbers: readonly number[]): readonly Answer[] => numbers.map((code) => ({ code }));
const legacy = (...numbers: readonly number[]): readonly Answer[] => numbers.map((errorCode) => ({ errorCode }));
const inputError = { extraInfo: { is_input_error: 'true' } };

/**
 * What Milvus's sources say of each code (`merr/errors.go`, `error_classification_test.go`, `common.proto`), written down
 * apart from the table.
 */
const named: Readonly<Record<MilvusClass, readonly Answer[]>> = {
  later: [...codes(1, 2, 4, 8, 12, 103, 106, 110, 202, 305, 1002, 1003, 1807), ...legacy(49, 56, 57)],
  wait: [...codes(3, 7, 9, 11, 500, 503, 904, 905), ...legacy(48, 53, 54, 55)],
  schema: [{ code: 109, ...inputError }, { code: 1700 }, { code: 1700, ...inputError }, { errorCode: 62 }],
  split: [{ code: 1102, ...inputError }],
  data: [
    ...codes(1100, 1101, 1701, 1804),
    { code: 65_535, ...inputError },
    { code: 1, reason: "Expected bytes, got a 'int' object" },
    { code: 1001, reason: 'failed to parse WKT' },
    { code: 1001, reason: 'IO failed: json: cannot unmarshal number 1e999 into Go value of type float64' },
    { code: 65_535, reason: 'dynamic field name cannot include the static field name: text' },
    { code: 65_535, reason: 'cannot set json key to: $meta' },
    { code: 65_535, reason: "value '+Inf' is not a number or infinity" },
    { code: 6, errorCode: 6 },
    ...legacy(5, 6),
  ],
  operator: [
    ...codes(100, 101, 105, 200, 201, 800, 1400, 1401, 1402, 1800),
    ...legacy(3, 4, 28),
    // Input errors of Milvus's sources that no row can be to blame for.
    ...[102, 104, 107, 108, 300, 301, 302, 303, 702, 801, 802, 1801, 1802, 2100, 2201].map((code) => ({
      code,
      ...inputError,
    })),
  ],
  indefinite: [...codes(5, 1001, 65_535)],
};
const every = Object.entries(named).flatMap(([name, answers]) => answers.map((answer) => ({ name, answer })));
const refusal = (answer: Answer) => classifyStatus(Status.fromPartial(answer as object));

describe('an answer of Milvus', () => {
  test.each(every)('is $name: $answer', ({ name, answer }) => {
    expect(refusal(answer).class).toBe(name);
  });

  test.each(every)('has a row by its number: $answer', ({ answer: { code, errorCode } }) => {
    const [from, number] = code === undefined ? ['legacy', errorCode] : ['code', code];
    expect(refusalTable.filter((row) => row.from === from && row.number === number)).not.toEqual([]);
  });

  test.each<[MilvusClass, string, Answer]>([
    ['later', 'passes where the server says so', { code: 4711, retriable: true }],
    ['operator', 'of the input is no dead letter', { code: 4711, ...inputError }],
    ['indefinite', 'with nothing else', { code: 4711 }],
    ['indefinite', 'of the older kind', { errorCode: 1 }],
    ['wait', 'is what its older code says', { code: 4711, errorCode: 53 }],
  ])('is %s with an unknown code that %s', (name, _, answer) => {
    expect(refusal(answer).class).toBe(name);
  });

  test('the newer code goes before the older one', () => {
    expect(refusal({ code: 9, errorCode: 6 }).class).toBe('wait');
  });

  test("code 6 is milvus-lite's bad row, and Milvus's cross cluster routing", () => {
    expect(refusal({ code: 6, reason: 'service: cross cluster routing' }).class).toBe('later');
  });

  test('makes a dead letter only where the table names its number for that', () => {
    const numbers = fc.oneof(fc.integer({ min: 0, max: 5_000 }), fc.constantFrom(-1, 65_535));
    const blamed = refusalTable.filter((row) => row.class === 'data' || row.class === 'split');
    fc.assert(
      fc.property(numbers, numbers, fc.boolean(), fc.boolean(), (code, errorCode, retriable, isInput) => {
        const answer = { code, errorCode, retriable, reason: 'no', ...(isInput && inputError) };
        const { class: name, failure } = refusal(answer);
        expect(failureEntry(failure.code)?.milvusClass).toBe(name);
        if (name !== 'data' && name !== 'split') return;
        expect(blamed.some((row) => row.number === (row.from === 'code' ? code : errorCode))).toBe(true);
      }),
    );
  });

  test('keeps its code and its words, escaped and shortened', () => {
    const { failure } = refusal({ code: 100, reason: `no \u001b[31m${'x'.repeat(1_000)}` });
    expect(failure).toMatchObject({
      class: FailureClass.OPERATOR,
      code: 'milvus.collection_not_found',
      milvusCode: 100,
    });
    expect(failure.message).toContain('no \\u{1b}[31mx');
    expect(failure.message.length).toBeLessThan(400);
  });

  test('of an unknown code for the input may repeat a value, so its words are masked where values are', () => {
    const { failure } = withoutWords(refusal({ code: 4711, reason: 'bad value secret', ...inputError }));
    expect(failure.message).toBe('Milvus refused the write with code 4711; its words are masked');
  });
});

describe('a call that ended with a gRPC status', () => {
  const cases: readonly (readonly [MilvusClass, number, string])[] = [
    ['split', grpcStatus.RESOURCE_EXHAUSTED, 'received message larger than max (70 vs. 64)'],
    ['indefinite', grpcStatus.RESOURCE_EXHAUSTED, 'anything else'],
    ['operator', grpcStatus.UNAUTHENTICATED, ''],
    ['operator', grpcStatus.PERMISSION_DENIED, ''],
    ['operator', grpcStatus.UNIMPLEMENTED, ''],
    ['indefinite', grpcStatus.DEADLINE_EXCEEDED, ''],
    ['indefinite', grpcStatus.UNAVAILABLE, 'Connection dropped'],
    ['indefinite', grpcStatus.INTERNAL, 'Received RST_STREAM with code 0'],
    ['indefinite', grpcStatus.CANCELLED, ''],
    ['indefinite', grpcStatus.UNKNOWN, ''],
  ];
  test.each(cases)('is %s: %i %s', (name, code, details) => {
    expect(classifyGrpc({ code, details }, 'http://m:1').class).toBe(name);
  });
});

test('without a connection nothing was sent, and it passes by itself', () => {
  const { class: name, failure } = notConnected('http://m:1');
  expect([name, failure.class]).toEqual(['later', FailureClass.LATER]);
  expect(failure.message).toBe('Milvus at http://m:1 is not reachable');
  expect(failure.hint).not.toBe('');
});
