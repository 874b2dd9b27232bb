import { status as grpcStatus } from '@grpc/grpc-js';
import { FailureClass } from '@millrace/contracts';
import { Status } from '@millrace/contracts/milvus';
import { describe, expect, test } from 'vitest';
import { classifyGrpc, classifyStatus, notConnected, type RefusalClass } from './milvus-errors.ts';

const answers: Record<RefusalClass, readonly Partial<Status>[]> = {
  later: [
    ...[1, 2, 4, 8, 12, 103, 106, 202, 305, 1002, 1807].map((code) => ({ code })),
    ...[49, 56, 57].map((errorCode) => ({ errorCode })),
    { code: 4711, retriable: true },
  ],
  wait: [
    ...[3, 7, 9, 11, 500, 503, 904, 905].map((code) => ({ code })),
    ...[48, 53, 54, 55].map((errorCode) => ({ errorCode })),
  ],
  schema: [{ code: 109, extraInfo: { is_input_error: 'true' } }, { code: 1700 }, { errorCode: 62 }],
  split: [{ code: 1102, extraInfo: { is_input_error: 'true' } }],
  data: [
    ...[1100, 1101, 1701, 1804].map((code) => ({ code })),
    { code: 65_535, extraInfo: { is_input_error: 'true' } },
    { code: 1, reason: "Expected bytes, got a 'int' object" },
    { code: 1001, reason: 'failed to parse WKT' },
    { code: 1001, reason: 'IO failed: json: cannot unmarshal number 1e999 into Go value of type float64' },
    { code: 65_535, reason: 'dynamic field name cannot include the static field name: text' },
    { code: 65_535, reason: 'cannot set json key to: $meta' },
    { code: 65_535, reason: "value '+Inf' is not a number or infinity" },
    { code: 6, errorCode: 6 },
    { errorCode: 6 },
    { code: 4711, extraInfo: { is_input_error: 'true' } },
  ],
  operator: [...[100, 101, 105, 200, 800, 1400, 1401, 1402, 1800].map((code) => ({ code })), { errorCode: 4 }],
  indefinite: [{ code: 5 }, { code: 65_535 }, { code: 1001, reason: 'disk' }, { code: 4711 }, { errorCode: 1 }],
};

describe('an answer of Milvus', () => {
  const cases = Object.entries(answers).flatMap(([name, statuses]) => statuses.map((status) => ({ name, status })));
  test.each(cases)('is $name: $status', ({ name, status }) => {
    expect(classifyStatus(Status.fromPartial(status as object)).class).toBe(name);
  });

  test('the newer code goes before the older one', () => {
    expect(classifyStatus(Status.fromPartial({ code: 9, errorCode: 6 })).class).toBe('wait');
  });

  test('keeps its code and its words, escaped and shortened', () => {
    const { failure } = classifyStatus(Status.fromPartial({ code: 100, reason: `no \u001b[31m${'x'.repeat(1_000)}` }));
    expect(failure).toMatchObject({
      class: FailureClass.OPERATOR,
      code: 'milvus.collection_not_found',
      milvusCode: 100,
    });
    expect(failure.message).toContain('no \\u{1b}[31mx');
    expect(failure.message.length).toBeLessThan(400);
  });
});

describe('a call that ended with a gRPC status', () => {
  const cases: readonly (readonly [RefusalClass, number, string])[] = [
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
