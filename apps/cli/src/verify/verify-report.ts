import { escapeText } from '@millrace/connector-config';
import { FieldType } from '@millrace/contracts';
import { partitionId } from '@millrace/lanes';
import { bold, dim, green, grouped, red } from '../output.ts';
import type { AuditCollection } from './audit-lanes.ts';
import { textOf } from './key-filter.ts';
import type { LaneRange } from './lane-ranges.ts';
import type { Repaired } from './repair.ts';
import type { Finding, State, Tally } from './tally.ts';

/** Everything that an audit has to tell. */
export interface VerifyReport {
  readonly connector: string;
  readonly group: string;
  readonly deadLetterTopic: string | undefined;
  /** errors.mask.values: no keys are shown. */
  readonly masked: boolean;
  readonly ranges: readonly LaneRange[];
  readonly tally: Tally;
  readonly unmatched: readonly AuditCollection[];
  readonly passes: number;
  readonly seconds: number;
}

/** Findings that are printed; the file of `--json` has more. */
const printedMax = 20;

/** What is looked at, before it is. */
export function describeRanges({ connector, group, ranges }: Pick<VerifyReport, 'connector' | 'group' | 'ranges'>) {
  const lines = [`${bold(connector)}  group ${group}`];
  for (const range of ranges) {
    const { from, to, committed, end } = range;
    const stand = committed === undefined ? 'nothing committed' : `committed ${grouped(committed)}`;
    const what = from === to ? 'nothing to look at' : `offsets ${grouped(from)} to ${grouped(to - 1n)}`;
    lines.push(`  ${partitionId(range)}  ${what}  ${dim(`${stand}, end ${grouped(end)}`)}`);
  }
  return lines;
}

const notes: Readonly<Record<State, string>> = {
  written: 'Milvus has what the last record of their key says',
  superseded: 'by a later record of their key',
  deleted: 'the last record of their key deletes it, and it is not there',
  filtered: 'left out by an option of the connector',
  'dead-lettered': '',
  pending: 'at or above the committed offset',
  'not matched': 'rows of a collection in which single records cannot be found',
  missing: 'not in Milvus, and nothing says why',
  stale: 'Milvus has something else than the last record of their key says',
};

/** The counts and the first findings, for a person. */
export function describeTally(report: VerifyReport): string[] {
  const { tally, deadLetterTopic, unmatched } = report;
  const { shown } = tally;
  const lines = [`  ${'records'.padEnd(14)}${grouped(tally.records).padStart(12)}`];
  for (const [state, count] of tally.counts) {
    const isFinding = state === 'missing' || state === 'stale';
    if (count === 0 && (isFinding || state === 'not matched')) continue;
    const note = state === 'dead-lettered' && deadLetterTopic !== undefined ? `in ${deadLetterTopic}` : notes[state];
    const text = `${(isFinding ? state.toUpperCase() : state).padEnd(14)}${grouped(count).padStart(12)}`;
    lines.push(`  ${isFinding ? red(text) : text}   ${dim(note)}`);
  }
  if (tally.extra !== undefined) {
    const note = 'rows of Milvus whose keys no record has, outside the counts above';
    lines.push(`  ${'extra'.padEnd(14)}${grouped(tally.extra).padStart(12)}   ${dim(note)}`);
  }
  for (const { name, rules } of unmatched) {
    const why =
      rules.key === undefined ? 'makes its own keys (autoID)' : 'is inserted into, so a key may have several rows';
    lines.push(`  ${name} ${why}: its rows are only counted`);
  }
  if (shown.length + tally.extraShown.length > 0) lines.push('');
  for (const finding of shown.slice(0, printedMax)) lines.push(describeFinding(finding, report.masked));
  for (const { collection, key } of tally.extraShown.slice(0, printedMax)) {
    lines.push(`  extra    ${collection.name}  key ${report.masked ? '***' : keyText(key, collection)}`);
  }
  const rest = tally.count('missing') + tally.count('stale') - Math.min(printedMax, shown.length);
  if (shown.length > 0 && rest > 0) lines.push(dim(`  and ${grouped(rest)} more; --json FILE lists them`));
  return lines;
}

function describeFinding({ lane, offset, state, key, why }: Finding, masked: boolean): string {
  const shown = key === undefined ? '' : `  key ${masked ? '***' : keyText(key, lane.collection)}`;
  return `  ${red(state.toUpperCase().padEnd(7))}  ${partitionId(lane)} @ ${offset}${shown}  ${why}`;
}

/** The last line: whether all is well, and what it took. */
export function describeVerdict({ tally, passes, seconds }: VerifyReport): string {
  const rate = `${grouped(tally.records)} records in ${seconds.toFixed(1)} s, ${grouped(passes)} ${passes === 1 ? 'pass' : 'passes'}`;
  if (tally.isWhole) return `${green('✓')} every offset is accounted for: ${rate}`;
  const open = grouped(tally.count('missing') + tally.count('stale'));
  return `${red('✗')} ${open} not accounted for: ${rate}`;
}

/** What came of `--repair`. */
export interface RepairReport extends Repaired {
  /** What a second look at the same lanes found. */
  readonly left: Tally;
}

/** What was written again, what could not be, and what is left. */
export function describeRepair(
  { sent, unwritable, left }: RepairReport,
  { masked, unmatched }: Pick<VerifyReport, 'masked' | 'unmatched'>,
): string[] {
  const lines = [
    '',
    `  ${grouped(sent)} ${sent === 1 ? 'record' : 'records'} written again, in the order of their offsets`,
  ];
  for (const { lane, rejection } of unwritable.slice(0, printedMax)) {
    const { code = '', message = '' } = rejection.violations[0] ?? {};
    lines.push(`  ${red('cannot be written')}  ${partitionId(lane)} @ ${rejection.offset}  ${code}: ${message}`);
  }
  for (const finding of left.shown.slice(0, printedMax)) lines.push(describeFinding(finding, masked));
  const open = left.count('missing') + left.count('stale');
  if (unmatched.length > 0 && open > 0)
    lines.push('  rows that are only counted cannot be repaired: nobody knows which are missing');
  lines.push(
    open === 0
      ? `${green('✓')} read back: all is well`
      : `${red('✗')} read back: ${grouped(open)} still not accounted for`,
  );
  return lines;
}

/** The report as JSON; offsets are text. Findings beyond those with details have their place alone. */
export function reportJson(report: VerifyReport, repaired: RepairReport | undefined): string {
  const { connector, group, ranges, tally, passes, seconds, masked } = report;
  const shown = new Set(tally.shown.map(({ lane, offset }) => `${lane.index} ${offset}`));
  return JSON.stringify(
    {
      connector,
      group,
      ranges: ranges.map(({ topic, partition, from, to, committed, end }) => ({
        topic,
        partition,
        from: String(from),
        to: String(to),
        committed: committed === undefined ? null : String(committed),
        end: String(end),
      })),
      records: tally.records,
      counts: Object.fromEntries([...tally.counts].map(([state, count]) => [state.replaceAll(/[ -]/g, '_'), count])),
      findings: tally.shown.map(({ lane, offset, state, key, why }) => ({
        state,
        topic: lane.topic,
        partition: lane.partition,
        offset: String(offset),
        ...(key === undefined ? {} : { key: masked ? '***' : plainKey(key, lane.collection) }),
        why,
      })),
      further: [...tally.offsets].flatMap(([lane, offsets]) =>
        offsets
          .filter((offset) => !shown.has(`${lane.index} ${offset}`))
          .map((offset) => ({ topic: lane.topic, partition: lane.partition, offset: String(offset) })),
      ),
      ...(tally.extra !== undefined && {
        extra: tally.extra,
        extra_keys: tally.extraShown.map(({ collection, key }) => ({
          collection: collection.name,
          key: masked ? '***' : plainKey(key, collection),
        })),
      }),
      passes,
      seconds,
      ...(repaired && { repair: repairJson(repaired) }),
    },
    undefined,
    2,
  );
}

function repairJson({ sent, unwritable, left }: RepairReport) {
  return {
    sent,
    unwritable: unwritable.map(({ lane, rejection }) => ({
      topic: lane.topic,
      partition: lane.partition,
      offset: String(rejection.offset),
      code: rejection.violations[0]?.code ?? '',
    })),
    left: { missing: left.count('missing'), stale: left.count('stale') },
  };
}

const plainKey = (key: string, { rules }: AuditCollection): string =>
  rules.key?.type === FieldType.VARCHAR ? textOf(key) : key;

const keyText = (key: string, collection: AuditCollection): string => {
  const plain = plainKey(key, collection);
  return collection.rules.key?.type === FieldType.VARCHAR ? `"${escapeText(plain, 80)}"` : plain;
};
