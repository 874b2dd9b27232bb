import type { TopicPartition } from '@millrace/lanes';
import { InvalidArgumentError } from 'commander';

/** One end of a range: an offset, or the first record at or after a moment (milliseconds since the Unix epoch). */
export type Bound = { readonly offset: bigint } | { readonly timeMs: number };

/** What `--from` or `--to` says: for all partitions, and for single ones. */
export class RangeBounds {
  readonly #all: Bound | undefined;
  readonly #single: ReadonlyMap<string, Bound>;

  constructor(all: Bound | undefined, single: ReadonlyMap<string, Bound>) {
    this.#all = all;
    this.#single = single;
  }

  /** What single partitions are called in it: `<partition>` or `<topic>/<partition>`. */
  get places(): Iterable<string> {
    return this.#single.keys();
  }

  /** Undefined where nothing is said of the partition. */
  of({ topic, partition }: TopicPartition): Bound | undefined {
    return this.#single.get(`${topic}/${partition}`) ?? this.#single.get(String(partition)) ?? this.#all;
  }
}

const part = /^(?:((?:[^/=,]+\/)?\d+)=)?(.+)$/;
const moment = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/;

/**
 * Reads a list by comma of `<where>`, `<partition>=<where>` and `<topic>/<partition>=<where>`; `<where>` is an offset or a
 * moment such as `2026-01-31` (UTC) or `2026-01-31T12:00:00Z`.
 */
export function parseBounds(text: string): RangeBounds {
  let all: Bound | undefined;
  const single = new Map<string, Bound>();
  for (const item of text.split(',').map((each) => each.trim())) {
    const [, place, where] = part.exec(item) ?? [];
    const bound = where === undefined ? undefined : boundOf(where);
    const isTaken = place === undefined ? all !== undefined : single.has(place);
    if (bound === undefined || isTaken) {
      const why = isTaken ? 'says it twice' : `does not understand ${JSON.stringify(item)}`;
      throw new InvalidArgumentError(
        `${why}; wants an offset or a moment (2026-01-31T12:00:00Z), or 0=<offset>,1=<offset>`,
      );
    }
    if (place === undefined) all = bound;
    else single.set(place, bound);
  }
  return new RangeBounds(all, single);
}

function boundOf(text: string): Bound | undefined {
  if (/^\d{1,15}$/.test(text)) return { offset: BigInt(text) };
  const timeMs = moment.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(timeMs) ? undefined : { timeMs };
}
