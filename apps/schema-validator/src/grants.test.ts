import { expect, test } from 'vitest';
import { type Drainable, Grants } from './grants.ts';

class Stream implements Drainable {
  readonly reasons: string[] = [];
  drain(reason: string): void {
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
