import { parseArgs } from 'node:util';
import type { Range } from './fault-plan.ts';
import type { FleetSize } from './fleet.ts';
import { type FaultKind, faultKinds, processFaultKinds, type ToxicKind, toxicKinds } from './history.ts';

export interface ChaosSize extends FleetSize {
  readonly partitions: number;
  /** That have all their updates, at least; the feed goes on while faults are outstanding. */
  readonly keys: number;
  readonly updates: number;
  /** That met work in flight, by kind. */
  readonly faults: Readonly<Record<FaultKind, number>>;
  readonly gapMs: Range;
  readonly pauseMs: Range;
  readonly toxicMs: Range;
  /** Records that are kept waiting. */
  readonly backlog: number;
  /** Of the faults, and of all records: after this none is begun, whatever is outstanding. Counts from the first commit. */
  readonly budgetMs: number;
  /** How long everything may take to be committed once nothing is done to it any more. */
  readonly settleMs: number;
}

export interface ChaosOptions {
  readonly size: ChaosSize;
  readonly seed: number;
  /** Receives the report. */
  readonly jsonFile: string | undefined;
  /** Keeps logs and data. */
  readonly keep: boolean;
}

const toxics = (ofEach: number) =>
  Object.fromEntries(toxicKinds.map((kind) => [kind, ofEach])) as Record<ToxicKind, number>;

const short: ChaosSize = {
  consumers: 2,
  validators: 2,
  inserters: 2,
  partitions: 4,
  keys: 500,
  updates: 10,
  faults: { kill: 3, pause: 1, rebalance: 2, 'broker restart': 1, 'Milvus restart': 1, ...toxics(0) },
  gapMs: [200, 1_500],
  pauseMs: [5_000, 6_000],
  toxicMs: [2_000, 6_000],
  backlog: 6_000,
  budgetMs: 40_000,
  settleMs: 45_000,
};

const long: ChaosSize = {
  consumers: 3,
  validators: 2,
  inserters: 2,
  partitions: 12,
  keys: 20_000,
  updates: 50,
  faults: { kill: 50, pause: 20, rebalance: 50, 'broker restart': 5, 'Milvus restart': 5, ...toxics(3) },
  gapMs: [200, 5_000],
  pauseMs: [5_000, 60_000],
  toxicMs: [2_000, 30_000],
  backlog: 12_000,
  budgetMs: 4 * 3_600_000,
  settleMs: 300_000,
};

const sizeFlags = {
  keys: 'keys',
  updates: 'updates',
  partitions: 'partitions',
  consumers: 'consumers',
  validators: 'validators',
  inserters: 'inserters',
} as const;

const toxicFlag = 'toxics';
const faultFlags: Readonly<Record<FaultKind, string>> = {
  ...(Object.fromEntries(toxicKinds.map((kind) => [kind, toxicFlag])) as Record<ToxicKind, string>),
  kill: 'kills',
  pause: 'pauses',
  rebalance: 'rebalances',
  'broker restart': 'broker-restarts',
  'Milvus restart': 'milvus-restarts',
};

export const usage = `npm run chaos -- [--short | --long] [--seed N] [--json FILE] [--budget SECONDS] [--keep]

Runs Kafka, Milvus and several processes of each service, feeds upserts, injects faults that follow from the
seed, waits until all is committed, and compares every row with a fold of the topic.

--short (default)  about a minute: ${describe(short)}
--long             ${describe(long)}
--seed N           of records and faults; drawn by default
--json FILE        writes the report there
--budget SECONDS   begins no fault and makes no record later than that after the first commit
--keep             keeps data and logs
--toxics N         of each of ${toxicKinds.length} kinds, by a toxiproxy between the hops, which is built with Go; 0: without it
Other sizes: ${[...Object.values(sizeFlags), ...processFaultKinds.map((kind) => faultFlags[kind])].map((flag) => `--${flag} N`).join(', ')}

Exit code: 0 nothing wrong, 1 a violation, 2 nothing wrong but fewer faults or updates than asked for,
64 wrong usage, 70 the run itself failed, 78 the machine lacks something, 130 interrupted.`;

function describe({ keys, updates, partitions, faults }: ChaosSize): string {
  const counts = processFaultKinds.map((kind) => `${faults[kind]} ${kind}s`).join(', ');
  const toxics = toxicKinds.reduce((sum, kind) => sum + faults[kind], 0);
  return `${keys} keys × ${updates} updates, ${partitions} partitions, ${counts}, ${toxics} toxics`;
}

/** What the arguments ask for; undefined for the help. @throws TypeError that says what is wrong with them */
export function readOptions(args: readonly string[]): ChaosOptions | undefined {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const numbers = ['seed', 'budget', ...Object.values(sizeFlags), ...Object.values(faultFlags)];
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...Object.fromEntries(numbers.map((name) => [name, text])),
      short: flag,
      long: flag,
      keep: flag,
      help: flag,
      json: text,
    },
  });
  const given = values as Readonly<Record<string, string | boolean | undefined>>;
  if (given.help) return undefined;
  if (given.short && given.long) throw new TypeError('--short and --long exclude each other');
  const whole = (name: string, byDefault: number, least: number): number => {
    const value = given[name];
    if (value === undefined) return byDefault;
    if (typeof value !== 'string' || !/^\d{1,9}$/.test(value) || Number(value) < least)
      throw new TypeError(`--${name} wants a whole number of at least ${least}, found ${value}`);
    return Number(value);
  };
  const size = given.long ? long : short;
  const sizes = Object.entries(sizeFlags).map(([key, name]) => [key, whole(name, size[key as keyof FleetSize], 1)]);
  const faults = faultKinds.map((kind) => [kind, whole(faultFlags[kind], size.faults[kind], 0)]);
  return {
    size: {
      ...size,
      ...Object.fromEntries(sizes),
      faults: Object.fromEntries(faults) as ChaosSize['faults'],
      budgetMs: whole('budget', size.budgetMs / 1_000, 1) * 1_000,
    },
    seed: whole('seed', Math.floor(Math.random() * 1_000_000_000), 0),
    jsonFile: typeof given.json === 'string' ? given.json : undefined,
    keep: given.keep === true,
  };
}
