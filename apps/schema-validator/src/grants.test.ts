import { expect, test } from 'vitest';
import { type Drainable, Grants } from './grants.ts';

class Stream implements Drainable {
  readonly reasons: string[] = [];
  makeRoom(reason: string): void {
    this.reasons.push(reason);
  }
}

const streams = () => [new Stream(), new Stream(), new Stream(), new Stream()] as const;
const limits = { bytes: 200, batchBytes: 100, streamBatches: 1 };

test('each stream that waits drains one more of those that are open longest, and is served in turn', async () => {
  const grants = new Grants(limits, 10);
  const [a, b, c, d] = streams();
  await grants.take(a);
  await grants.take(b);
  const waited = [grants.take(c), grants.take(d)];
  expect([a.reasons.length, b.reasons.length]).toEqual([1, 1]);
  expect([grants.openStreams, grants.waitingStreams, grants.grantedBytes]).toEqual([2, 2, 200]);
  grants.release(b);
  expect(await waited[0]).toEqual({ batches: 1, bytes: 100 });
  grants.release(a);
  expect(await waited[1]).toEqual({ batches: 1, bytes: 100 });
  grants.release(c);
  grants.release(c);
  grants.release(d);
  expect([grants.openStreams, grants.grantedBytes]).toEqual([0, 0]);
});

test('the number of streams that wait is bounded', async () => {
  const grants = new Grants({ ...limits, bytes: 100 }, 1);
  const [a, b, c] = streams();
  await grants.take(a);
  const waited = grants.take(b);
  expect(await grants.take(c)).toBeUndefined();
  grants.release(b);
  expect(await waited).toBeUndefined();
});

test('streams that come to hold a grant drain in their turn while others still wait', async () => {
  const grants = new Grants({ ...limits, bytes: 100 }, 10);
  const [a, b, c, d] = streams();
  await grants.take(a);
  const waited = [grants.take(b), grants.take(c), grants.take(d)];
  grants.release(a);
  expect(await waited[0]).toBeDefined();
  expect([a, b, c, d].map(({ reasons }) => reasons.length)).toEqual([1, 1, 0, 0]);
  grants.release(b);
  expect(await waited[1]).toBeDefined();
  grants.release(c);
  expect(await waited[2]).toBeDefined();
  expect([a, b, c, d].map(({ reasons }) => reasons.length)).toEqual([1, 1, 1, 0]);
});
