import fc from 'fast-check';
import { expect, test } from 'vitest';
import { spreadPartitions } from './subscribed-assigner.ts';

const partitions = (topic: string, count: number) =>
  Array.from({ length: count }, (_, partition) => ({ topic, partition }));

test('members with the same topics take turns over all of them', () => {
  const members = ['b', 'a'].map((memberId) => ({ memberId, topics: ['x', 'y'] }));
  const spread = spreadPartitions(members, [...partitions('x', 3), ...partitions('y', 1)]);
  expect(Object.fromEntries(spread)).toEqual({
    a: [
      { topic: 'x', partition: 0 },
      { topic: 'x', partition: 2 },
    ],
    b: [
      { topic: 'x', partition: 1 },
      { topic: 'y', partition: 0 },
    ],
  });
});

test('every partition that anybody wants has one member, who wants it; shares of equals differ by one at most', () => {
  const topics = ['t0', 't1', 't2'];
  const member = fc.record({ memberId: fc.uuid(), topics: fc.subarray(topics) });
  fc.assert(
    fc.property(
      fc.uniqueArray(member, { selector: ({ memberId }) => memberId, minLength: 1, maxLength: 6 }),
      fc.array(fc.nat({ max: 8 }), { minLength: 3, maxLength: 3 }),
      (members, counts) => {
        const all = topics.flatMap((topic, index) => partitions(topic, counts[index] ?? 0));
        const spread = spreadPartitions(members, all);
        const given = [...spread].flatMap(([memberId, own]) => own.map((each) => ({ memberId, ...each })));
        const wanted = all.filter(({ topic }) => members.some((each) => each.topics.includes(topic)));
        const id = ({ topic, partition }: { topic: string; partition: number }) => `${topic}-${partition}`;
        expect(given.map(id).toSorted()).toEqual(wanted.map(id).toSorted());
        for (const { memberId, topic } of given) {
          expect(members.find((each) => each.memberId === memberId)?.topics).toContain(topic);
        }
        if (!members.every((each) => each.topics.length === topics.length)) return;
        const shares = members.map(({ memberId }) => spread.get(memberId)?.length ?? 0);
        expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
      },
    ),
  );
});
