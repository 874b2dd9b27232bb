import { ManualClock } from '@millrace/delivery';
import { beforeEach, expect, test } from 'vitest';
import { History } from '../history.ts';
import { Random } from '../world/random.ts';
import { GroupCoordinator, type Membership } from './group-coordinator.ts';

let clock: ManualClock;
let group: GroupCoordinator;
beforeEach(() => {
  clock = new ManualClock(0);
  const history = new History(() => clock.now());
  group = new GroupCoordinator({ clock, random: new Random(1), history, partitionCount: 2, sessionTimeoutMs: 10_000 });
});

/** Joins; the membership is there once its generation has formed. */
function join(memberId?: string): { is?: Membership } {
  const membership: { is?: Membership } = {};
  group.join(memberId, 'c', (joined) => {
    membership.is = joined;
  });
  return membership;
}

const commitOf = (offset: number) => [{ partition: 0, offset, metadata: null }];

test('a second member starts a generation that the first has to join; until then the old one counts', () => {
  const first = join();
  expect(first.is).toMatchObject({ generation: 1, partitions: [0, 1] });
  const second = join();
  expect(second.is).toBeUndefined();
  expect(() => group.heartbeat('member-1', 1)).toThrow('REBALANCE_IN_PROGRESS');
  group.commit('member-1', 1, commitOf(3));
  const again = join('member-1');
  expect([again.is?.generation, second.is?.generation]).toEqual([2, 2]);
  expect([...(again.is?.partitions ?? []), ...(second.is?.partitions ?? [])].sort()).toEqual([0, 1]);
});

test('once a generation has formed, a commit of an earlier one is refused and changes nothing', () => {
  join();
  group.commit('member-1', 1, commitOf(3));
  group.rebalance();
  join('member-1');
  expect(() => group.commit('member-1', 1, commitOf(9))).toThrow('ILLEGAL_GENERATION');
  expect(group.committed(0)?.offset).toBe(3);
});

test('who sends no heartbeat loses its place, and its partitions go to the others', () => {
  join();
  join();
  join('member-1');
  clock.advance(6_000);
  group.heartbeat('member-2', 2);
  clock.advance(6_000);
  expect(() => group.commit('member-1', 2, commitOf(3))).toThrow('UNKNOWN_MEMBER_ID');
  expect(join('member-2').is).toMatchObject({ generation: 3, partitions: [0, 1] });
});
