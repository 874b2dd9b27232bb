import { expect, test } from 'vitest';
import { type CpuProfile, sharesOf } from './cpu-profile.ts';

const frame = (functionName: string, url = '') => ({ functionName, url });

test('a frame belongs to its own stage, else to that of who called it; idle time and the start do not count', () => {
  const profile: CpuProfile = {
    nodes: [
      { id: 1, callFrame: frame('(root)'), children: [2, 4, 5, 6] },
      { id: 2, callFrame: frame('read', 'file:///x/apps/schema-validator/src/formats/json.ts'), children: [3] },
      { id: 3, callFrame: frame('utf8Slice') },
      { id: 4, callFrame: frame('(garbage collector)') },
      { id: 5, callFrame: frame('(idle)') },
      { id: 6, callFrame: frame('load', 'node:internal/modules/esm/loader') },
    ],
    samples: [2, 3, 4, 5, 6],
    timeDeltas: [100, 200, 100, 9_000, 9_000],
  };
  expect([...sharesOf(profile)]).toEqual([
    ['parsing', 0.75],
    ['garbage collection', 0.25],
  ]);
});
