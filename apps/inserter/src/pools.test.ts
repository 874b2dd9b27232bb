import { Secret } from '@millrace/connector-config';
import { ManualClock } from '@millrace/delivery';
import { expect, test } from 'vitest';
import { Pools } from './pools.ts';
import type { Connection } from './targets.ts';

const connection = (key: string): Connection => ({
  endpoint: { host: 'm', port: 1, tls: false, url: 'http://m:1' },
  token: new Secret(''),
  connectTimeoutMs: 1,
  key,
});

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
  const both = await Promise.all([pools.use(connection('a'), echo), pools.use(connection('a'), echo)]);
  expect(both).toEqual(['a1', 'a2']);
  expect(await pools.use(connection('a'), echo)).toMatch(/^a[12]$/);
  expect(await pools.use(connection('b'), echo)).toBe('b3');
});

test('an item comes back also when its user fails', async () => {
  const { pools } = newPools();
  await expect(pools.use(connection('a'), () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await pools.use(connection('a'), echo)).toBe('a1');
});

test('what nobody uses is destroyed after a while, or when all is closed', async () => {
  const { clock, destroyed, pools } = newPools();
  await pools.use(connection('a'), echo);
  clock.advance(60_000);
  expect(destroyed).toEqual(['a1']);
  await pools.use(connection('a'), async () => {
    pools.close();
    expect(destroyed).toEqual(['a1']);
  });
  expect([destroyed, clock.pending]).toEqual([['a1', 'a2'], 0]);
});
