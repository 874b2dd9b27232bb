import { expect, it } from 'vitest';
import { readOptions, usage } from './options.ts';

it('takes a size and changes of it', () => {
  expect(readOptions(['--long'])?.size).toMatchObject({
    partitions: 12,
    keys: 20_000,
    updates: 50,
    faults: { kill: 50, pause: 20, rebalance: 50, blackhole: 3, 'blackhole to Milvus': 3 },
    pauseMs: [5_000, 60_000],
  });
  const changed = readOptions([
    '--short',
    '--kills',
    '0',
    '--keys',
    '7',
    '--budget',
    '9',
    '--seed',
    '3',
    '--json',
    'x',
  ]);
  expect(changed).toMatchObject({
    seed: 3,
    jsonFile: 'x',
    size: { keys: 7, budgetMs: 9_000, partitions: 4, faults: { kill: 0, pause: 1, latency: 0 } },
  });
  expect(readOptions(['--toxics', '2'])?.size.faults).toMatchObject({ latency: 2, 'reset to Milvus': 2 });
  expect(readOptions(['--help'])).toBeUndefined();
});

it.each([
  [['--short', '--long'], '--short and --long exclude each other'],
  [['--kills', 'many'], '--kills wants a whole number of at least 0, found many'],
  [['--consumers', '0'], '--consumers wants a whole number of at least 1, found 0'],
  [['more'], "Unexpected argument 'more'"],
])('refuses %s', (args, message) => {
  expect(() => readOptions(args)).toThrow(message);
});

it('describes every option', () => {
  for (const option of ['--budget', '--keep', '--partitions', '--inserters', '--broker-restarts', '--toxics']) {
    expect(usage).toContain(option);
  }
});
