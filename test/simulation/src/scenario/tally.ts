import { Flights } from '../checker/flights.ts';
import type { Happening } from '../history.ts';
import { type FaultKind, faultKinds } from './faults.ts';
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
  /** Of these, the ones that went to another process than the one that had them last. */
  takeovers = 0;
  /** Records that were sent once more. */
  resent = 0;
  /** Batches of which their consumer cannot know what became of them. */
  indefiniteBatches = 0;
  writes = 0;
  /** Writes of which nobody can know whether they take effect. */
  indefiniteWrites = 0;
  /** Of these, the ones that took effect after their writer had given them up. */
  lateEffects = 0;
  /** Writes that took effect twice. */
  doubleEffects = 0;
  refusedCommits = 0;
  letters = 0;
  /** Rows that are there once more, in insert mode. */
  duplicates = 0;
  recoveryMaxMs = 0;
  virtualMs = 0;
  /** By kind, faults at which some batch was sent and not answered. */
  readonly hits = new Map<FaultKind, number>(faultKinds.map((kind) => [kind, 0]));

  add({ happenings, log, recoveryMs, settings }: RunResult): void {
    this.scenarios += 1;
    this.records += log.flat().length;
    this.recoveryMaxMs = Math.max(this.recoveryMaxMs, recoveryMs);
    this.virtualMs += happenings.at(-1)?.atMs ?? 0;
    this.#addSending(happenings);
    this.#addWriting(happenings, settings.insertMode === 'insert');
  }

  /** One line for each figure. */
  toString(): string {
    const { hits, ...figures } = this;
    return [...Object.entries(figures), ...[...hits].map(([kind, count]) => [`hit: ${kind}`, count] as const)]
      .map(([name, figure]) => `${name} ${Number(figure).toLocaleString('en')}`)
      .join('\n');
  }

  #addSending(happenings: readonly Happening[]): void {
    const flights = new Flights();
    const owners = new Map<number, string>();
    const sent = new Set<string>();
    for (const event of happenings) {
      if (event.kind === 'sent') {
        flights.sent(event);
        for (const offset of event.offsets) {
          const id = `${event.partition}/${offset}`;
          if (sent.has(id)) this.resent += 1;
          sent.add(id);
        }
      } else if (event.kind === 'answered') flights.answered(event.partition, event.stream);
      else if (event.kind === 'doubt') this.indefiniteBatches += 1;
      else if (event.kind === 'commit refused') this.refusedCommits += 1;
      else if (event.kind === 'letter') this.letters += 1;
      else if (event.kind === 'fault') this.#addFault(event.name, flights.count > 0);
      else if (event.kind === 'assigned') {
        for (const partition of event.partitions) {
          this.handovers += 1;
          const owner = owners.get(partition);
          if (owner !== undefined && owner !== event.process) this.takeovers += 1;
          owners.set(partition, event.process);
        }
      }
    }
  }

  #addFault(name: string | undefined, isInFlight: boolean): void {
    const kind = faultKinds.find((candidate) => candidate === name);
    if (!kind) return;
    this.faults += 1;
    if (!isInFlight) return;
    this.faultsInFlight += 1;
    this.hits.set(kind, (this.hits.get(kind) ?? 0) + 1);
  }

  #addWriting(happenings: readonly Happening[], isInsert: boolean): void {
    const givenUp = new Set<number>();
    const effective = new Set<number>();
    const written = new Set<string>();
    for (const event of happenings) {
      if (event.kind === 'answer' && event.end === 'indefinite') {
        this.indefiniteWrites += 1;
        givenUp.add(event.write);
      } else if (event.kind === 'effect') {
        this.writes += 1;
        if (givenUp.has(event.write)) this.lateEffects += 1;
        if (effective.has(event.write)) this.doubleEffects += 1;
        effective.add(event.write);
        if (!isInsert) continue;
        for (const { partition, offset } of event.changes) {
          const id = `${partition}/${offset}`;
          if (written.has(id)) this.duplicates += 1;
          written.add(id);
        }
      }
    }
  }
}
