import { expect, test } from 'vitest';
import { toldOnce } from './told-once.ts';

test('a complaint is told once, whatever its numbers, and in words', () => {
  const told: string[] = [];
  const logger = toldOnce((complaint) => told.push(complaint));
  const refused = (port: number) =>
    JSON.stringify({ message: `connect ECONNREFUSED 127.0.0.1:${port}`, stack: 'Error: …' });
  logger.error(refused(4318));
  logger.error(refused(4319));
  logger.warn('dropped', 12, 'spans');
  logger.warn('dropped', 13, 'spans');
  logger.info('started');
  expect(told).toEqual(['connect ECONNREFUSED 127.0.0.1:4318', 'dropped 12 spans']);
});

test('however many kinds there are, a bounded number is told', () => {
  const told: string[] = [];
  const logger = toldOnce((complaint) => told.push(complaint));
  for (let index = 0; index < 1_000; index += 1) logger.error('x'.repeat(index));
  expect(told).toHaveLength(100);
});

test('that a container has no host id is told nobody', () => {
  const told: string[] = [];
  const logger = toldOnce((complaint) => told.push(complaint));
  logger.warn('dropping invalid resource attribute value for key "host.id"');
  expect(told).toEqual([]);
});
