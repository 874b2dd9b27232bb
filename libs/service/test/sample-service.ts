import { writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { ConfigError, commonSettings, integer, oneOf, runService } from '../src/index.ts';

const settings = {
  ...commonSettings(0),
  sample: oneOf('SAMPLE', ['well', 'misconfigured', 'broken', 'rejects', 'hangs', 'slow'], 'well', 'how it behaves'),
  size: integer('SIZE', 3, { min: 1, max: 9 }, 'how much'),
};
const say = (line: string) => writeSync(1, `${line}\n`);

/** A service that keeps the process alive and does what SAMPLE says. */
await runService('sample', settings, async ({ sample }) => {
  if (sample === 'misconfigured') throw new ConfigError('two connectors are called shop');
  if (sample === 'broken') throw new Error('out of order');
  const alive = setInterval(() => {}, 1_000);
  if (sample === 'rejects') setImmediate(() => void Promise.reject(new Error('nobody caught this')));
  say('SAMPLE started');
  return {
    async stop() {
      say('SAMPLE stopping');
      if (sample === 'hangs') await new Promise(() => {});
      if (sample === 'slow') await delay(300);
      clearInterval(alive);
      say('SAMPLE stopped');
    },
  };
});
