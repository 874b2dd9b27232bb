import { ManualClock } from '@millrace/delivery';
import { expect, test } from 'vitest';
import { Pools } from './pools.ts';
import { testConnection } from './testing/test-connection.ts';

function newPools() {
  const clock = new ManualClock();
  const destroyed: string[] = [];
  let made = 0;
  const pools = new Pools(
    clock,
    ({ key }) => `${key}${++made}`,
    (item) => destroyed.push(item),
  );
  return { clock, destroyed, pools };
}

const echo = async (item: string) => item;

test('an item has one user at a time, and is used again', async () => {
  const { pools } = newPools();
  const both = await Promise.all([pools.use(testConnection('a'), echo), pools.use(testConnection('a'), echo)]);
  expect(both).toEqual(['a1', 'a2']);
  expect(await pools.use(testConnection('a'), echo)).toMatch(/^a[12]$/);
  expect(await pools.use(testConnection('b'), echo)).toBe('b3');
});

test('an item comes back also when its user fails', async () => {
  const { pools } = newPools();
  await expect(pools.use(testConnection('a'), () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await pools.use(testConnection('a'), echo)).toBe('a1');
});

test('what nobody uses is destroyed after a while, or when all is closed', async () => {
  const { clock, destroyed, pools } = newPools();
  await pools.use(testConnection('a'), echo);
  clock.advance(60_000);
  expect(destroyed).toEqual(['a1']);
  await pools.use(testConnection('a'), async () => {
    pools.close();
    expect(destroyed).toEqual(['a1']);
  });
  expect([destroyed, clock.pending]).toEqual([['a1', 'a2'], 0]);
});
