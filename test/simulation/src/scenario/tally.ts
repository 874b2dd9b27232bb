import { Flights } from '../checker/flights.ts';
import type { RunResult } from './run-scenario.ts';

/** What many runs have gone through, so that it shows whether they could have failed. */
export class Tally {
  scenarios = 0;
  records = 0;
  faults = 0;
  /** Faults at which some batch was sent and not answered. */
  faultsInFlight = 0;
  /** Partitions that changed hands, or came back to the same ones. */
  handovers = 0;
  writes = 0;
  /** Writes of which nobody can know whether they take effect. */
  indefiniteWrites = 0;
  /** Of these, the ones that took effect after their writer had given them up. */
  lateEffects = 0;
  letters = 0;
  /** Rows that are there once more, in insert mode. */
  duplicates = 0;
  recoveryMaxMs = 0;
  virtualMs = 0;

  add({ happenings, log, recoveryMs, settings }: RunResult): void {
    this.scenarios += 1;
    this.records += log.flat().length;
    this.recoveryMaxMs = Math.max(this.recoveryMaxMs, recoveryMs);
    this.virtualMs += happenings.at(-1)?.atMs ?? 0;
    const flights = new Flights();
    const givenUp = new Set<number>();
    const written = new Set<string>();
    for (const event of happenings) {
      if (event.kind === 'sent') flights.sent(event);
      else if (event.kind === 'answered') flights.answered(event.partition, event.stream);
      else if (event.kind === 'assigned') this.handovers += event.partitions.length;
      else if (event.kind === 'letter') this.letters += 1;
      else if (event.kind === 'fault') {
        this.faults += 1;
        if (flights.count > 0) this.faultsInFlight += 1;
      } else if (event.kind === 'answer' && event.end === 'indefinite') {
        this.indefiniteWrites += 1;
        givenUp.add(event.write);
      } else if (event.kind === 'effect') {
        this.writes += 1;
        if (givenUp.has(event.write)) this.lateEffects += 1;
        if (settings.insertMode === 'upsert') continue;
        for (const { partition, offset } of event.changes) {
          const id = `${partition}/${offset}`;
          if (written.has(id)) this.duplicates += 1;
          written.add(id);
        }
      }
    }
  }

  /** One line for each figure. */
  toString(): string {
    const shown = Object.entries(this).map(([name, figure]) => `${name} ${Number(figure).toLocaleString('en')}`);
    return shown.join('\n');
  }
}
