import { expect, it } from 'vitest';
import { failedForGood, notUp, parseContainers } from './containers.ts';

const container = (Service: string, State: string, Health = '', ExitCode = 0) => ({
  Name: `millrace-round-${Service}-1`,
  Service,
  State,
  Health,
  ExitCode,
});
const parsed = (...containers: object[]) => parseContainers(containers.map((one) => JSON.stringify(one)).join('\n'));

it('reads one container a line, and the list of older versions', () => {
  const expected = [
    { name: 'millrace-round-kafka-1', service: 'kafka', state: 'running', health: 'healthy', exitCode: 0 },
  ];
  expect(parsed(container('kafka', 'running', 'healthy'))).toEqual(expected);
  expect(parseContainers(JSON.stringify([container('kafka', 'running', 'healthy')]))).toEqual(expected);
  expect(parseContainers('\n')).toEqual([]);
  expect(() => parseContainers('{"a":1}')).toThrow('not a container: {"a":1}');
});

it('waits for health, for every instance, and for the end of the tutorial', () => {
  const containers = parsed(
    container('kafka', 'running', 'healthy'),
    container('inserter', 'running', 'healthy'),
    { ...container('inserter', 'running', 'starting'), Name: 'millrace-round-inserter-2' },
    container('consumer', 'running'),
    container('tutorial', 'running'),
  );
  expect(notUp(containers, ['kafka', 'inserter', 'consumer', 'tutorial', 'jaeger'])).toEqual([
    'millrace-round-inserter-2: running starting',
    'millrace-round-consumer-1: running',
    'millrace-round-tutorial-1: running',
    'jaeger: no container',
  ]);
  expect(notUp(parsed(container('tutorial', 'exited')), ['tutorial'])).toEqual([]);
});

it('sees what has failed for good', () => {
  const containers = parsed(container('tutorial', 'exited', '', 1), container('kafka', 'running', 'unhealthy'));
  expect(failedForGood(containers)).toEqual(['millrace-round-tutorial-1 ended with 1']);
});
