import { type DescribeCollectionResponse, Target } from '@millrace/contracts';
import { ManualClock } from '@millrace/delivery';
import { expect, test } from 'vitest';
import { failure } from './failures.ts';
import { InserterUnreachable } from './inserter-client.ts';
import { SchemaCache } from './schema-cache.ts';
import { books } from './testing/collections.ts';

type Answer = () => Promise<DescribeCollectionResponse>;
const found: Answer = async () => ({ result: { $case: 'collection', value: books } });
const missing: Answer = async () => ({ result: { $case: 'failure', value: failure('V101', 'missing') } });
const target = Target.create({ collection: 'books' });

function cacheOf(answer: { now: Answer }) {
  const asked: boolean[] = [];
  const clock = new ManualClock();
  const describe = (_: Target, refresh: boolean) => {
    asked.push(refresh);
    return answer.now();
  };
  return { cache: new SchemaCache(describe, 1_000, clock), asked, clock };
}

test('a description is asked for once, whoever wants it at the same time, until it is too old', async () => {
  const { cache, asked, clock } = cacheOf({ now: found });
  const both = await Promise.all([cache.get(target), cache.get(target)]);
  expect(both).toEqual([{ collection: books }, { collection: books }]);
  clock.advance(999);
  await cache.get(target);
  expect(asked).toEqual([false]);
  clock.advance(1);
  await cache.get(target);
  expect(asked).toEqual([false, false]);
});

test('targets are kept apart, also by their token', async () => {
  const { cache, asked } = cacheOf({ now: found });
  await cache.get(target);
  await cache.get({ ...target, token: 'other' });
  expect(asked).toHaveLength(2);
});

test('an expired description is asked for past all caches, until that succeeds', async () => {
  const answer = { now: found };
  const { cache, asked } = cacheOf(answer);
  await cache.get(target);
  cache.expire(target);
  answer.now = missing;
  await cache.get(target);
  answer.now = found;
  await cache.get(target);
  await cache.get(target);
  expect(asked).toEqual([false, true, true]);
});

test('a description that expires while it is asked for is asked for again', async () => {
  const { cache, asked } = cacheOf({ now: found });
  const first = cache.get(target);
  cache.expire(target);
  await first;
  await cache.get(target);
  expect(asked).toEqual([false, true]);
});

test('failures and outages are not kept', async () => {
  const answer = { now: missing };
  const { cache, asked } = cacheOf(answer);
  expect(await cache.get(target)).toMatchObject({ failure: { code: 'V101' } });
  answer.now = async () => {
    throw new InserterUnreachable('inserter not reachable at x');
  };
  expect(await cache.get(target)).toMatchObject({ failure: { code: 'V103', message: 'inserter not reachable at x' } });
  answer.now = found;
  expect(await cache.get(target)).toEqual({ collection: books });
  expect(asked).toHaveLength(3);
});

test('anything else than an outage is not taken for one', async () => {
  const { cache } = cacheOf({
    now: async () => {
      throw new TypeError('a bug');
    },
  });
  await expect(cache.get(target)).rejects.toThrow('a bug');
});
