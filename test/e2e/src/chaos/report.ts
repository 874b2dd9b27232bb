import type { ChaosRun } from './chaos-run.ts';
import { type Verdict, violationKinds } from './checker.ts';
import { type FaultKind, faultKinds } from './history.ts';
import type { ChaosOptions } from './options.ts';
import { longestStallMs, recoveryMs } from './recovery.ts';

export interface ChaosReport {
  readonly verdict: 'nothing wrong' | 'violated' | 'fewer than asked for';
  readonly seed: number;
  readonly seconds: number;
  readonly records: number;
  readonly keys: number;
  /** Keys that have had this many updates and then none; the other keys had fewer. */
  readonly finished: number;
  readonly updates: number;
  readonly partitions: number;
  readonly processes: Readonly<Record<'consumers' | 'validators' | 'inserters', number>>;
  readonly faults: Readonly<Record<FaultKind, FaultReport>>;
  readonly generations: number;
  readonly longestStallMs: number;
  readonly found: Verdict['counts'];
  readonly violations: Verdict['violations'];
  readonly notes: readonly string[];
}

interface FaultReport {
  readonly wanted: number;
  readonly injected: number;
  /** That met work in flight. */
  readonly hit: number;
  /** From the fault until every partition with work had moved; undefined where none was measured. */
  readonly recoveryMs: { readonly median: number; readonly longest: number } | undefined;
}

/** What a run came to. */
export function reportOf({ size, seed }: ChaosOptions, run: ChaosRun, verdict: Verdict, seconds: number): ChaosReport {
  const { faults, progress, log } = run.history;
  const reports = faultKinds.map((kind): [FaultKind, FaultReport] => {
    const those = faults.filter((fault) => fault.kind === kind);
    const times = those.flatMap((fault) => recoveryMs(fault, progress) ?? []).toSorted((a, b) => a - b);
    const median = times[Math.floor(times.length / 2)];
    return [
      kind,
      {
        wanted: size.faults[kind],
        injected: those.length,
        hit: those.filter(({ hit }) => hit).length,
        recoveryMs: median === undefined ? undefined : { median, longest: times.at(-1) ?? median },
      },
    ];
  });
  const isViolated = Object.values(verdict.counts).some((count) => count > 0);
  const isShort = run.finished < size.keys || reports.some(([, { wanted, hit }]) => hit < wanted);
  return {
    verdict: isViolated ? 'violated' : isShort ? 'fewer than asked for' : 'nothing wrong',
    seed,
    seconds,
    records: log.length,
    keys: new Set(log.map(({ key }) => key)).size,
    finished: run.finished,
    updates: size.updates,
    partitions: size.partitions,
    processes: { consumers: size.consumers, validators: size.validators, inserters: size.inserters },
    faults: Object.fromEntries(reports) as ChaosReport['faults'],
    generations: run.generations,
    longestStallMs: longestStallMs(progress),
    found: verdict.counts,
    violations: verdict.violations,
    notes: run.notes,
  };
}

/** For people. */
export function renderReport(report: ChaosReport): string {
  const { processes, found } = report;
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
  const facts = [
    ['seed', String(report.seed)],
    ['records', `${report.records} of ${report.keys} keys, ${report.finished} of them with ${report.updates} updates`],
    ['partitions', String(report.partitions)],
    [
      'processes',
      `${processes.consumers} consumers, ${processes.validators} validators, ${processes.inserters} inserters`,
    ],
    ['group generations', String(report.generations)],
    ['longest stall', seconds(report.longestStallMs)],
    ['took', seconds(report.seconds * 1_000)],
  ];
  const faults = faultKinds.flatMap((kind) => {
    const { wanted, injected, hit, recoveryMs } = report.faults[kind];
    if (wanted === 0) return [];
    const times = recoveryMs ? [seconds(recoveryMs.median), seconds(recoveryMs.longest)] : ['', ''];
    return [[kind, String(wanted), String(injected), String(hit), ...times]];
  });
  return [
    ...table(facts),
    '',
    ...table([['fault', 'wanted', 'injected', 'hit work', 'recovery median', 'longest'], ...faults]),
    '',
    ...table([[...violationKinds], violationKinds.map((kind) => String(found[kind]))]),
    '',
    ...report.violations.flatMap(({ kind, what, faults: around }) => [
      `${kind}: ${what}`,
      ...around.map((fault) => `    during ${fault.kind} of ${fault.target} at ${new Date(fault.atMs).toISOString()}`),
    ]),
    `${report.verdict}; again with --seed ${report.seed}`,
  ].join('\n');
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
