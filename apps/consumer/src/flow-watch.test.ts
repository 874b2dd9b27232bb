import { ManualClock } from '@millrace/delivery';
import { expect, test } from 'vitest';
import type { Bottleneck } from './bottleneck.ts';
import { type Flowing, FlowWatch } from './flow-watch.ts';

const timing = { checkMs: 1, writeMs: 60, milvusMs: 50 };
const lane = (more: Partial<Flowing> = {}): Flowing => ({
  isHeldBack: false,
  lag: 0,
  unsettledRecords: 0,
  problem: undefined,
  ...more,
});
const held = lane({ isHeldBack: true, lag: 10, unsettledRecords: 5 });

function watch(lanes: Flowing[]) {
  const clock = new ManualClock();
  const told: Bottleneck['is'][] = [];
  const flow = new FlowWatch({
    clock,
    lanes: () => lanes,
    problem: () => undefined,
    changed: ({ is }) => told.push(is),
  });
  flow.start();
  return { clock, flow, told, lanes };
}

test('a limit is told once it has been found twice, and never again while it stays', () => {
  const { clock, flow, told } = watch([held, lane()]);
  flow.answered(500, { timing });
  clock.advance(1_000);
  expect(flow.bottleneck).toBeUndefined();
  clock.advance(1_000);
  expect(flow.bottleneck).toMatchObject({ is: 'milvus', why: expect.stringContaining('a batch takes 500 ms') });
  clock.advance(5_000);
  expect(told).toEqual(['milvus']);
  flow.end();
  expect(clock.pending).toBe(0);
});

test('when nothing is held back any more it is Kafka, after the seconds that are judged together', () => {
  const { clock, told, lanes } = watch([held]);
  clock.advance(10_000);
  lanes[0] = lane({ lag: 3 });
  clock.advance(4_000);
  expect(told).toEqual(['milvus']);
  clock.advance(6_000);
  expect(told).toEqual(['milvus', 'kafka']);
});

test('a problem of some lanes is not the limit of a connector that flows', () => {
  const problem = { code: 'V104', message: 'lost', hint: '', needsAction: false, retrying: true, sinceMs: 0 };
  const { clock, told, lanes } = watch([lane({ lag: 1, problem }), lane({ lag: 1 }), lane({ lag: 1 })]);
  clock.advance(3_000);
  expect(told).toEqual(['kafka']);
  lanes[1] = lane({ lag: 1, problem });
  clock.advance(2_000);
  expect(told).toEqual(['kafka', 'inserter']);
});
