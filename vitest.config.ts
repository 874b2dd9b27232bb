import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';

/** `npm run test:long` runs the full-size tests, and only them. */
const long = process.env.MILLRACE_LONG === '1';
const longTests = '**/*.long.test.ts';
/** Measures, so nothing else may run beside it. */
const costGuard = '**/cost.guard.test.ts';

const folders = ['apps', 'libs', 'tools'].flatMap((parent) =>
  readdirSync(parent, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `${parent}/${entry.name}`),
);

const include = [long ? longTests : '**/*.test.ts'];
const exclude = long ? configDefaults.exclude : [...configDefaults.exclude, longTests];

const project = (root: string, more: object = {}) => ({
  extends: true as const,
  root,
  test: { name: `@millrace/${basename(root)}`, include, exclude, ...more },
});

export default defineConfig({
  test: {
    // Under the name 'test' the Milvus SDK writes every request and answer to the console.
    env: { NODE_ENV: 'development' },
    silent: 'passed-only',
    maxWorkers: 2,
    // It ends what hangs; on a busy machine with two cores a sound property test may take over ten seconds.
    testTimeout: 30_000,
    hookTimeout: 300_000,
    passWithNoTests: true,
    reporters: ['default', './tools/test-report.ts'],
    projects: [
      ...folders.map((folder) => project(folder)),
      project('test/simulation'),
      project('bench', { exclude: [...exclude, costGuard] }),
      // Whole services and servers run in these: one file at a time, after everything else.
      project('test/e2e', {
        fileParallelism: false,
        sequence: { groupOrder: 1 },
        globalSetup: ['./src/harness/global-setup.ts'],
      }),
      ...(long
        ? []
        : [
            project('bench', {
              name: 'cost guard',
              include: [costGuard],
              fileParallelism: false,
              sequence: { groupOrder: 2 },
            }),
          ]),
      ...(long ? [] : [project('tools', { name: 'tools', include: ['*.test.ts', 'bootstrap/*.test.ts'] })]),
    ],
  },
});
