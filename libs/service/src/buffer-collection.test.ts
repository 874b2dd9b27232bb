import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

/** Lets a gigabyte of buffers come and go, few at a time, and tells how often V8 marked the whole heap meanwhile. */
const program = (isWeighed: boolean) => `
  import { PerformanceObserver, constants } from 'node:perf_hooks';
  import { weighBuffersGlobally } from ${JSON.stringify(fileURLToPath(new URL('buffer-collection.ts', import.meta.url)))};
  if (${isWeighed}) weighBuffersGlobally();
  let marked = 0;
  const count = (list) => {
    marked += list.getEntries().filter(({ detail }) => detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR).length;
  };
  const observer = new PerformanceObserver(count);
  observer.observe({ entryTypes: ['gc'] });
  const held = [];
  for (let i = 0; i < 4_000; i++) {
    held[i % 8] = Buffer.allocUnsafeSlow(256 * 1024);
    if (i % 10 === 0) await new Promise(setImmediate);
  }
  count({ getEntries: () => observer.takeRecords() });
  process.stdout.write(String(marked));
`;

async function timesMarked(isWeighed: boolean): Promise<number> {
  const run = promisify(execFile);
  return Number((await run(process.execPath, ['--input-type=module', '--eval', program(isWeighed)])).stdout);
}

test('a gigabyte of passing buffers has the heap marked seldom, and often without the flag', async () => {
  const [often, seldom] = [await timesMarked(false), await timesMarked(true)];
  expect(often).toBeGreaterThan(9);
  expect(seldom).toBeLessThan(often / 3);
});
