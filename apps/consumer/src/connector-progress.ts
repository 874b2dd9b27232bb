import type { Cancel, Clock } from '@millrace/delivery';
import { partitionId } from '@millrace/lanes';
import type { Source } from './connector-kafka.ts';
import type { LaneEvents } from './events.ts';
import type { Lane } from './lane.ts';
import { type LaneProblem, noProgress } from './lane-problem.ts';
import { ProgressWatch, type Stall, type Watched } from './progress-watch.ts';

/** What reads for a connector now. */
export interface Reader {
  /** Undefined while there is none: before a new try, and while the old one leaves. */
  readonly source: Pick<Source, 'isJoined' | 'turns' | 'inspect'> | undefined;
  /** Counts the sources there have been. */
  readonly tries: number;
  readonly lanes: readonly Pick<Lane, 'at' | 'fetches' | 'isReading' | 'unreadRecords' | 'endsAt'>[];
}

export interface ProgressParts {
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly connector: string;
  readonly reader: () => Reader;
  readonly events: Pick<LaneEvents, 'stalled' | 'endsUnknown'>;
  /** A stall has lasted for twice the timeout. */
  readonly hangs: (message: string) => void;
}

/**
 * Sees three ways to hang in a process that is alive: a group that is not joined though nothing fails; a loop of fetches
 * that stands still, and the heartbeats with it; and a partition that the loop passes by while records wait in it.
 */
export class ConnectorProgress {
  readonly #parts: ProgressParts;
  readonly #watch: ProgressWatch;
  #stall: LaneProblem | undefined;
  #isLookingUpEnds = false;
  #cancel: Cancel = () => {};

  constructor(parts: ProgressParts) {
    this.#parts = parts;
    this.#watch = new ProgressWatch(parts.clock, parts.timeoutMs);
  }

  /** The worst stall there is now. */
  get stall(): LaneProblem | undefined {
    return this.#stall;
  }

  start(): void {
    this.#cancel = this.#parts.clock.after(this.#watch.intervalMs, () => {
      this.start();
      this.#look();
    });
  }

  end(): void {
    this.#cancel();
  }

  #look(): void {
    const { clock, events, hangs } = this.#parts;
    const [worst] = this.#stalls();
    if (!worst) {
      this.#stall = undefined;
      return;
    }
    const isNews = this.#stall === undefined;
    this.#stall = noProgress(worst.message, this.#stall?.sinceMs ?? clock.now() - worst.silentMs);
    if (isNews) events.stalled(this.#stall);
    if (worst.isFinal) hangs(worst.message);
  }

  #stalls(): readonly Stall[] {
    const { connector, timeoutMs } = this.#parts;
    const reader = this.#parts.reader();
    const lanes = reader.source?.isJoined ? reader.lanes : [];
    const stalls = this.#watch.look([membership(connector, reader), ...lanes.map(reading)]);
    const silent = lanes.filter(({ at }) => this.#watch.silentMs(partitionId(at)) >= timeoutMs / 2);
    if (silent.length > 0) void this.#lookUpEnds(reader, silent);
    const caughtUp = silent.filter(({ unreadRecords }) => unreadRecords === 0n).map(({ at }) => partitionId(at));
    return stalls.filter(({ watched }) => !caughtUp.includes(watched.id));
  }

  /** Only a fetch tells where a partition ends, and there is none. */
  async #lookUpEnds({ source }: Reader, lanes: Reader['lanes']): Promise<void> {
    if (this.#isLookingUpEnds || !source) return;
    this.#isLookingUpEnds = true;
    try {
      const ends = await source.inspect(lanes.map(({ at }) => at));
      const byPartition = new Map(ends.map((end) => [partitionId(end), end.high]));
      for (const lane of lanes) {
        const offset = byPartition.get(partitionId(lane.at));
        if (offset !== undefined) lane.endsAt(offset);
      }
    } catch (error) {
      this.#parts.events.endsUnknown(error);
    } finally {
      this.#isLookingUpEnds = false;
    }
  }
}

/** Neither id is that of a partition. */
function membership(connector: string, { source, tries }: Reader): Watched {
  const signs = source?.turns ?? 0;
  const isIdle = source === undefined;
  return source?.isJoined
    ? { id: 'fetches', signs, isIdle, complaint: `connector ${connector} is in its group and has fetched nothing` }
    : { id: `join ${tries}`, signs, isIdle, complaint: `connector ${connector} has been joining its group` };
}

function reading({ at, fetches, isReading, unreadRecords }: Reader['lanes'][number]): Watched {
  const complaint = `${partitionId(at)} has had no fetch, with ${unreadRecords} records to read,`;
  return { id: partitionId(at), signs: fetches, isIdle: !isReading, complaint };
}
