import { expect, it } from 'vitest';
import { readOptions } from './options.ts';

it('takes docker compose and all services unless told otherwise', () => {
  const plain = { compose: ['docker', 'compose'], rate: 200, without: [], json: undefined, help: false };
  expect(readOptions([], {})).toEqual(plain);
  expect(readOptions([], { COMPOSE: ' ' })).toEqual(plain);
});

it('takes the words of COMPOSE, a rate, a file and what is left out', () => {
  const args = ['--rate', '50', '--without', 'grafana', '--json', 'verdict.json'];
  expect(readOptions(args, { COMPOSE: 'podman  compose' })).toEqual({
    compose: ['podman', 'compose'],
    rate: 50,
    without: ['grafana'],
    json: 'verdict.json',
    help: false,
  });
});

it.each([
  [['--rate', '0'], '--rate must be a whole number from 1 to 999999'],
  [['--rate', '1e3'], '--rate must be a whole number from 1 to 999999'],
  [['--without', 'kafka'], '--without takes grafana, not kafka'],
  [['--jsn', 'x'], "Unknown option '--jsn'"],
  [['more'], "Unexpected argument 'more'"],
])('refuses %j', (args, message) => {
  expect(readOptions(args, {})).toContain(message);
});
