import { expect, test } from 'vitest';
import { type FlowStatus, flowLine } from './flow-line.ts';

const none = { written: 0, superseded: 0, deleted: 0, filtered: 0, deadLettered: 0 };
const status = (name: string, written: number, lag: number, bottleneck?: { is: string; why: string }): FlowStatus => ({
  name,
  millrace: { records: { ...none, written }, lag, ...(bottleneck && { bottleneck }) },
});
const kafka = { is: 'kafka', why: 'everything there is has been read' };
const milvus = { is: 'milvus', why: 'windows are full; a batch takes 500 ms' };

test('the rate and the lag of all connectors, and what limits the one that is furthest behind', () => {
  const before = [status('shop', 100, 0, kafka), status('mail', 0, 0, kafka)];
  const now = [status('shop', 2_100, 0, kafka), status('mail', 3_000, 12_000, milvus)];
  expect(flowLine(before, now, 2)).toEqual({
    text: '2,500 records/s, 12,000 behind  mail is limited by Milvus: windows are full; a batch takes 500 ms',
    limits: 'mail is limited by Milvus',
  });
});

test('nothing is said of what nobody knows yet', () => {
  expect(flowLine([], [status('shop', 0, 0)], 2)).toEqual({ text: '0 records/s, 0 behind', limits: '' });
});

test('a consumer that has begun anew counts from zero, and not backwards', () => {
  expect(flowLine([status('shop', 500, 0)], [status('shop', 3, 0)], 2).text).toMatch(/^0 records/);
});
