import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { progressOn } from './progress.ts';
import { Scene } from './scene.ts';
import { measureCosts } from './sections/costs.ts';

/**
 * CPU per record of the services against that of the one-process script, by dimension, as this test measured it last. Its runs
 * are short, so that more of them is compiling than in docs/performance.md.
 */
const baseline: Readonly<Record<string, number>> = JSON.parse(
  readFileSync(new URL('../baseline.json', import.meta.url), 'utf8'),
);

/** How much worse it may get before somebody has to look. */
const toleratedFactor = 1.25;

describe('CPU per record against the one-process script, both measured in turn in this run', () => {
  test.each(Object.entries(baseline))('dim %s', { timeout: 300_000 }, async (dim, ratio) => {
    const scene = await Scene.start({ progress: progressOn(process.stdout), seed: 1, scale: 0.4 });
    try {
      const workload = scene.workload({ dim: Number(dim), partitions: 4, form: 'json' });
      const [services, script] = await measureCosts(scene, [workload], ['services', 'script'], 3);
      if (!services || !script) throw new Error('one of the two was not measured');
      const found = services.cpuSeconds.median / script.cpuSeconds.median;
      console.log(`dim ${dim}: ${found.toFixed(2)} times the script's CPU, ${ratio} at the baseline`);
      expect(found).toBeLessThanOrEqual(ratio * toleratedFactor);
    } finally {
      await scene.remove();
    }
  });
});
