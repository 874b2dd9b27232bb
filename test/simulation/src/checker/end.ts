import type { LoggedRecord } from '../kafka/record-log.ts';
import type { Evidence, Ledger } from './ledger.ts';
import type { Violation } from './violation.ts';

/** The rules that hold at the end of a run, when everything has worked again for long enough. */
export function checkEnd(evidence: Evidence, ledger: Ledger): readonly Violation[] {
  return [...checkDone(evidence), ...checkMissing(evidence, ledger), ...checkTable(evidence), ...checkTotals(evidence)];
}

function checkDone({ isDone, committed, ends }: Evidence): readonly Violation[] {
  if (isDone) return [];
  const message = `work does not come to its end: committed ${committed.join(' and ')} of ${ends.join(' and ')}`;
  return [{ rule: 'stuck', message }];
}

function checkMissing({ log }: Evidence, ledger: Ledger): readonly Violation[] {
  return log.flatMap((_, partition) =>
    [...ledger.records(partition)].flatMap((state): Violation[] => {
      if (ledger.isFinished(state)) return [];
      const { kind, key, offset } = state.record;
      return [{ rule: 'missing', message: `offset ${offset} (${kind}) has no end`, partition, key, offset }];
    }),
  );
}

/** By key, the offset of the row that a fold of the log leaves. */
export function fold(log: readonly (readonly LoggedRecord[])[]): ReadonlyMap<number, number> {
  const rows = new Map<number, number>();
  for (const { kind, key, offset } of log.flat()) {
    if (kind === 'row') rows.set(key, offset);
    else if (kind === 'delete') rows.delete(key);
  }
  return rows;
}

function checkTable({ insertMode, log, rows }: Evidence): readonly Violation[] {
  if (insertMode === 'insert') return [];
  const expected = fold(log);
  const keys = new Set([...expected.keys(), ...rows.keys()]);
  return [...keys].flatMap((key): Violation[] => {
    const [found, wanted] = [rows.get(key), expected.get(key)];
    if (found === wanted) return [];
    const shown = (offset: number | undefined) => (offset === undefined ? 'no row' : `the row of offset ${offset}`);
    const partition = log.findIndex((records) => records.some((record) => record.key === key));
    return [{ rule: 'stale', message: `key ${key} has ${shown(found)} instead of ${shown(wanted)}`, partition, key }];
  });
}

/** Every record is counted by some consumer, and none counts what did not happen. */
function checkTotals({ happenings, log }: Evidence): readonly Violation[] {
  const total = { ended: 0, written: 0, deadLettered: 0 };
  let [rows, letters] = [0, 0];
  for (const event of happenings) {
    if (event.kind === 'letter') letters += 1;
    else if (event.kind === 'effect') rows += event.changes.filter(({ offset }) => offset !== undefined).length;
    else if (event.kind === 'counted') {
      const { written, superseded, deleted, filtered, deadLettered } = event.counted;
      total.ended += written + superseded + deleted + filtered + deadLettered;
      total.written += written;
      total.deadLettered += deadLettered;
    }
  }
  const records = log.flat().length;
  const violations: Violation[] = [];
  const violate = (message: string) => violations.push({ rule: 'counters', message });
  if (total.ended < records) violate(`the consumers count the end of ${total.ended} records, there are ${records}`);
  if (total.written > rows) violate(`the consumers count ${total.written} rows, ${rows} took effect`);
  if (total.deadLettered > letters) violate(`the consumers count ${total.deadLettered} letters, there are ${letters}`);
  return violations;
}
