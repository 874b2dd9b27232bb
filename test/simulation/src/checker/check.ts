import type { Change, Counted, Happening } from '../history.ts';
import { findDuplicates } from './duplicates.ts';
import { checkEnd } from './end.ts';
import { Flights } from './flights.ts';
import { type Evidence, Ledger } from './ledger.ts';
import { reservationIn } from './reservation-text.ts';
import type { Violation } from './violation.ts';

/** Everything that a run has broken, in the order in which it shows. */
export function check(evidence: Evidence): readonly Violation[] {
  const walk = new Walk(evidence);
  for (const [place, happening] of evidence.happenings.entries()) walk.take(happening, place);
  return [...walk.violations, ...findDuplicates(evidence), ...checkEnd(evidence, walk.ledger)];
}

/** Events that services log when they, or their clients, have made a mistake, or are at their wits' end. */
const bugs = new Set(['lane_failed', 'contract_broken', 'stream_refused', 'stream_broke', 'write_broke', 'failed']);

/** The rules that hold at every moment, checked along the history. */
class Walk {
  readonly violations: Violation[] = [];
  readonly ledger: Ledger;
  /** By partition: the records below have been found finished at a commit. */
  readonly #passed: number[];
  readonly #evidence: Evidence;
  readonly #flights = new Flights();
  /** By partition, what its last commit has reserved, and for whom. */
  readonly #reservations = new Map<number, { readonly process: string; readonly untilMs: number }>();
  #place = 0;

  constructor(evidence: Evidence) {
    this.#evidence = evidence;
    this.ledger = new Ledger(evidence);
    this.#passed = evidence.log.map(() => 0);
  }

  take(event: Happening, place: number): void {
    this.#place = place;
    if (event.kind === 'sent') this.#sent(event, place);
    else if (event.kind === 'answered') this.#flights.answered(event.partition, event.stream);
    else if (event.kind === 'effect') for (const change of event.changes) this.#effect(change);
    else if (event.kind === 'letter') this.#letter(event.partition, event.offset);
    else if (event.kind === 'commit') this.#commit(event);
    else if (event.kind === 'counted') this.#counted(event.process, event.counted);
    else if (event.kind === 'log' && bugs.has(event.event)) {
      this.#violate({ rule: 'bug', message: `${event.process} says ${event.event}: ${event.message}` });
    }
  }

  #violate(violation: Violation): void {
    this.violations.push({ ...violation, place: this.#place });
  }

  #sent(event: Extract<Happening, { kind: 'sent' }>, place: number): void {
    const { partition, offsets, process } = event;
    const other = this.#flights.sent(event);
    if (other) {
      const message = `${process} sends ${offsets[0]} while ${other.offsets[0]}, which ${other.process} sent, may still land`;
      this.#violate({ rule: 'fence', message, partition });
    }
    const reserved = this.#reservations.get(partition);
    if (reserved?.process === process && event.notAfterMs > reserved.untilMs) {
      const message = `${process} sends ${offsets[0]}, which may land later than its last commit has reserved`;
      this.#violate({ rule: 'reservation', message, partition });
    }
    this.ledger.sent(partition, offsets, place);
  }

  #effect(change: Change): void {
    const { ledger } = this;
    const { key, partition } = change;
    const offset = change.offset ?? ledger.latestDelete(key);
    const watermark = ledger.committed[partition] ?? 0;
    const at = { partition, key, offset };
    if (offset < watermark) {
      const message = `offset ${offset} takes effect although everything below ${watermark} was committed`;
      this.#violate({ rule: 'late effect', message, ...at });
    }
    const { last } = ledger.key(key) ?? {};
    if (change.offset !== undefined && last !== undefined && change.offset < last) {
      const older = ledger.record(partition, change.offset);
      const newer = ledger.record(partition, last);
      if (older && newer && older.lastSent <= newer.firstSent) {
        const message = `offset ${offset} takes effect after ${last} of the same key, without having been sent after it`;
        this.#violate({ rule: 'order', message, ...at });
      }
    }
    ledger.took(change);
  }

  #letter(partition: number, offset: number): void {
    const state = this.ledger.record(partition, offset);
    if (!state) return;
    state.letters += 1;
    const { kind, key } = state.record;
    if (kind === 'invalid' || kind === 'refused') return;
    const message = `offset ${offset} (${kind}) became a dead letter`;
    this.#violate({ rule: 'good letter', message, partition, key, offset });
  }

  #reserve({ process, partition, metadata, atMs }: Extract<Happening, { kind: 'commit' }>): void {
    const untilMs = reservationIn(metadata) ?? 0;
    this.#reservations.set(partition, { process, untilMs });
    const other = this.#flights.beyond(partition, atMs, untilMs);
    if (!other) return;
    const message = `a commit of ${process} does not cover ${other.offsets[0]}, which ${other.process} sent and which may still land`;
    this.#violate({ rule: 'reservation', message, partition });
  }

  #commit(event: Extract<Happening, { kind: 'commit' }>): void {
    this.#reserve(event);
    const { partition, offset } = event;
    const { ledger } = this;
    const before = ledger.committed[partition] ?? 0;
    if (offset < before) {
      const message = `offset ${offset} is committed after ${before}`;
      this.#violate({ rule: 'backwards commit', message, partition, offset });
    }
    ledger.committed[partition] = offset;
    const records = this.#evidence.log[partition] ?? [];
    let place = this.#passed[partition] ?? 0;
    for (let record = records[place]; record && record.offset < offset; record = records[++place]) {
      const state = ledger.record(partition, record.offset);
      if (!state || ledger.isFinished(state)) continue;
      const message = `offset ${offset} is committed, yet ${record.offset} (${record.kind}) has no end`;
      this.#violate({ rule: 'watermark', message, partition, key: record.key, offset: record.offset });
    }
    this.#passed[partition] = place;
  }

  #counted(process: string, counted: Counted): void {
    const { read, unsettled, ...ends } = counted;
    const sum = Object.values(ends).reduce((all, count) => all + count, unsettled);
    if (sum === read) return;
    const message = `${process} has read ${read} records and accounts for ${sum}`;
    this.#violate({ rule: 'counters', message });
  }
}
