import type { ChooseTopics } from '@millrace/connector-config';
import { ManualClock } from '@millrace/delivery';
import { expect, test } from 'vitest';
import { settled } from '../test/fake-dead-letters.ts';
import { TopicWatch } from './topic-watch.ts';

const all: ChooseTopics = (present) => {
  if (present.length === 0) throw new Error('no topic');
  return { topics: [...present].sort(), clashes: new Map() };
};

function scene(present: readonly string[]) {
  const clock = new ManualClock();
  const told: string[] = [];
  const state: { topics: readonly string[] | Error; recreated: readonly string[] } = { topics: present, recreated: [] };
  const list = async () => {
    if (state.topics instanceof Error) throw state.topics;
    return state.topics;
  };
  const watch = new TopicWatch(all(present), {
    list,
    choose: all,
    recreated: async () => state.recreated,
    toldRecreated: (topics) => told.push(`recreated ${topics.join()}`),
    intervalMs: 1_000,
    clock,
    changed: () => told.push('changed'),
    failed: (error) => told.push(String(error)),
  });
  const look = async () => {
    clock.advance(1_000);
    await settled();
  };
  return { state, told, look, watch };
}

test('nothing is told while the topics are the same, in whatever order', async () => {
  const { state, told, look } = scene(['a', 'b']);
  await look();
  state.topics = ['b', 'a'];
  await look();
  expect(told).toEqual([]);
});

test.each([
  ['comes', ['a', 'b', 'c']],
  ['goes', ['a']],
  ['is the last to go', []],
])('a topic that %s is told, once', async (_, topics) => {
  const { state, told, look } = scene(['a', 'b']);
  await look();
  state.topics = topics;
  await look();
  await look();
  expect(told).toEqual(['changed']);
});

test('a cluster that does not answer is told, and asked again', async () => {
  const { state, told, look } = scene(['a']);
  state.topics = new Error('away');
  await look();
  await look();
  expect(told).toEqual(['Error: away', 'Error: away']);
  state.topics = ['a', 'b'];
  await look();
  expect(told.at(-1)).toBe('changed');
});

test('once it has ended nothing is told, not even of a look that is under way', async () => {
  const { state, told, look, watch } = scene(['a']);
  state.topics = ['b'];
  const looking = look();
  watch.end();
  await looking;
  await look();
  expect(told).toEqual([]);
});

test('topics that were created again are told once each, and the watch goes on', async () => {
  const { state, told, look } = scene(['a', 'b']);
  await look();
  state.recreated = ['a'];
  await look();
  await look();
  state.recreated = ['a', 'b'];
  await look();
  expect(told).toEqual(['recreated a', 'recreated b']);
  state.topics = ['a'];
  await look();
  expect(told).toEqual(['recreated a', 'recreated b', 'changed']);
});
