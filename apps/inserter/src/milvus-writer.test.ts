import { MutationResult } from '@millrace/contracts/milvus';
import { ManualClock } from '@millrace/delivery';
import { expect, test } from 'vitest';
import type { MilvusClient, WriteAnswer, WriteMethod } from './milvus-client.ts';
import { MilvusWriter, type WriteResult } from './milvus-writer.ts';
import { testConnection } from './testing/test-connection.ts';

const answered = (result: object): WriteAnswer => ({ kind: 'answer', result: MutationResult.fromPartial(result) });
const written = answered({ status: {}, upsertCnt: 3n, insertCnt: 3n });
const busy = answered({ status: { code: 8, reason: 'rate limit' } });

interface Attempt {
  readonly answers: readonly WriteAnswer[];
  readonly method?: WriteMethod;
  readonly notAfterInMs?: number;
  readonly goesOn?: (calls: number) => boolean;
}

/** Writes against the given answers, turning the clock whenever the writer waits. */
async function attempt({ answers, method = 'Upsert', notAfterInMs = 10_000, goesOn = () => true }: Attempt) {
  const clock = new ManualClock();
  const left = [...answers];
  let calls = 0;
  const delays: number[] = [];
  const client = {
    async write() {
      calls += 1;
      return left.shift() ?? busy;
    },
  };
  const writer = new MilvusWriter({
    clock,
    budgetMinMs: 200,
    withClient: (_, work) => work(client as unknown as MilvusClient),
  });
  const startMs = clock.now();
  const writing = writer.write(
    {
      method,
      request: Buffer.alloc(0),
      database: '',
      notAfterMs: startMs + notAfterInMs,
      trace: { traceparent: '', tracestate: '' },
      count: 3,
      connection: testConnection(),
    },
    { goesOn: () => goesOn(calls), called: () => {}, retried: (_, delayMs) => delays.push(delayMs) },
  );
  let result: WriteResult | undefined;
  void writing.then((settled) => {
    result = settled;
  });
  while (!result) {
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (clock.pending > 0) clock.advance(100);
  }
  return { result, calls, delays, tookMs: clock.now() - startMs };
}

const refusedAs = (result: WriteResult) => (result.kind === 'refused' ? result.refusal.class : result.kind);

test('an answer that acknowledges every row is a success', async () => {
  expect(await attempt({ answers: [written] })).toMatchObject({ result: { kind: 'done' }, calls: 1 });
  expect(await attempt({ answers: [written], method: 'Insert' })).toMatchObject({ result: { kind: 'done' } });
});

test.each([
  ['a row is missing in the count', { status: {}, upsertCnt: 2n, insertCnt: 3n }],
  ['only inserts are counted', { status: {}, insertCnt: 3n }],
  ['rows failed', { status: {}, upsertCnt: 3n, errIndex: [1] }],
])('an answer that contradicts itself is indefinite: %s', async (_, result) => {
  const { result: got, calls } = await attempt({ answers: [answered(result)] });
  expect([refusedAs(got), calls]).toEqual(['indefinite', 1]);
});

test('an answer without a status is no success: the server does not know the call', async () => {
  const { result } = await attempt({ answers: [answered({})] });
  expect(result).toMatchObject({
    kind: 'refused',
    refusal: { class: 'operator', failure: { code: 'milvus.not_implemented' } },
  });
});

test('"later" is tried again with growing delays', async () => {
  const { result, calls, delays } = await attempt({ answers: [busy, busy, busy, written] });
  expect([result.kind, calls]).toEqual(['done', 4]);
  [100, 200, 400].forEach((ceilingMs, index) => {
    expect(delays[index]).toBeGreaterThanOrEqual(ceilingMs / 2);
    expect(delays[index]).toBeLessThanOrEqual(ceilingMs);
  });
});

test('"later" is tried again inside not_after only', async () => {
  const { result, calls, tookMs } = await attempt({ answers: [], notAfterInMs: 2_000 });
  expect(refusedAs(result)).toBe('later');
  expect(calls).toBeGreaterThan(2);
  expect(tookMs).toBeLessThanOrEqual(1_800);
});

test.each([
  ['wait', answered({ status: { code: 9 } })],
  ['schema', answered({ status: { code: 109 } })],
  ['data', answered({ status: { code: 1100 } })],
  ['operator', answered({ status: { code: 100 } })],
  ['indefinite', answered({ status: { code: 5 } })],
  ['indefinite', { kind: 'failed', error: { code: 14, details: 'Connection dropped' } }],
  ['later', { kind: 'not connected' }],
] as const)('%s is not tried again in place', async (name, answer) => {
  const { result, calls } = await attempt({ answers: [answer, written] });
  expect([refusedAs(result), calls]).toEqual([name, 1]);
});

test('too near to not_after no call is made', async () => {
  expect(await attempt({ answers: [written], notAfterInMs: 199 })).toMatchObject({
    result: { kind: 'expired' },
    calls: 0,
  });
  expect(await attempt({ answers: [written], notAfterInMs: 200 })).toMatchObject({
    result: { kind: 'done' },
    calls: 1,
  });
});

test('a write that nobody wants any more is not tried again', async () => {
  const { result, calls } = await attempt({ answers: [busy, written], goesOn: (made) => made === 0 });
  expect([result.kind, calls]).toEqual(['given up', 1]);
});
