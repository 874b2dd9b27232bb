/** `npm run chaos`: faults on real processes, and a check that nothing was lost and nothing is stale. */
import { writeFileSync } from 'node:fs';
import { MissingGoError } from '@millrace/testing';
import { runChaos } from './chaos-run.ts';
import { check } from './checker.ts';
import { readOptions, usage } from './options.ts';
import { renderReport, reportOf } from './report.ts';

/** Some after sysexits.h. */
const exitCodes = { ok: 0, violated: 1, fewer: 2, usage: 64, software: 70, config: 78, interrupted: 130 } as const;
const codeOf = {
  'nothing wrong': exitCodes.ok,
  violated: exitCodes.violated,
  'fewer than asked for': exitCodes.fewer,
} as const;

/** A terminal and a launcher may both send a signal, one right after the other: they count as one. */
const sameSignalMs = 1_000;

const interruption = new AbortController();
let interruptedMs: number | undefined;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // Every child ends with this process; only files stay behind.
    if (interruptedMs !== undefined && performance.now() - interruptedMs > sameSignalMs) {
      process.exit(exitCodes.interrupted);
    }
    interruptedMs ??= performance.now();
    interruption.abort();
  });
}

process.exit(await main());

async function main(): Promise<number> {
  let options: ReturnType<typeof readOptions>;
  try {
    options = readOptions(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    console.error(`${error.message}\n\n${usage}`);
    return exitCodes.usage;
  }
  if (options === undefined) {
    console.log(usage);
    return exitCodes.ok;
  }
  const startedMs = performance.now();
  console.log(`seed ${options.seed}`);
  try {
    const { signal } = interruption;
    const run = await runChaos(options, { signal, report: (line) => console.log(line) });
    const seconds = Math.round(performance.now() - startedMs) / 1_000;
    const report = reportOf(options, run, check(run.history, run.state), seconds);
    console.log(`\n${renderReport(report)}`);
    if (options.jsonFile) writeFileSync(options.jsonFile, `${JSON.stringify(report, null, 2)}\n`);
    return codeOf[report.verdict];
  } catch (error) {
    if (interruption.signal.aborted) return exitCodes.interrupted;
    if (error instanceof MissingGoError) {
      console.error(`${error.message}\nIt stands between the hops; --toxics 0 goes without it.`);
      return exitCodes.config;
    }
    console.error(error);
    return exitCodes.software;
  }
}
