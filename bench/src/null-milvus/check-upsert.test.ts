import { expect, test } from 'vitest';
import { encodeRows } from '../encode-rows.ts';
import { checkedRowCount } from './check-upsert.ts';

const workload = { dim: 8, partitions: 1, form: 'json', count: 300, seed: 1 } as const;
const [request = Buffer.alloc(0)] = encodeRows(workload, 'bench_8_json_1', 300);

test('a request of the services or the script counts its rows', () => {
  expect(checkedRowCount(request, 8)).toBe(300);
});

test('a request whose vectors are of another dimension is refused', () => {
  expect(() => checkedRowCount(request, 4)).toThrow('a field has 600 elements for 300 rows');
});

test('a request that is cut off is refused', () => {
  expect(() => checkedRowCount(request.subarray(0, -10), 8)).toThrow();
});
