import { ManualClock } from '@millrace/delivery';
import { expect, test } from 'vitest';
import { SharedByConnection } from './shared-by-connection.ts';
import { testConnection } from './testing/test-connection.ts';

test('all users of one endpoint and token share one item, until nobody has used it for a while', async () => {
  const clock = new ManualClock();
  const destroyed: string[] = [];
  let made = 0;
  const shared = new SharedByConnection({
    clock,
    create: ({ key }) => `${key}${++made}`,
    destroy: (item) => destroyed.push(item),
    idleMs: 1_000,
  });
  const echo = async (item: string) => item;
  const use = (key: string) => shared.use(testConnection(key), echo);
  expect(await Promise.all([use('a'), use('a'), use('b')])).toEqual(['a1', 'a1', 'b2']);
  clock.advance(999);
  await shared.use(testConnection('a'), async () => clock.advance(10_000));
  expect(destroyed).toEqual(['b2']);
  clock.advance(1_000);
  expect(destroyed).toEqual(['b2', 'a1']);
  expect(await use('a')).toBe('a3');
  shared.close();
  expect([destroyed.length, clock.pending]).toEqual([3, 0]);
});
