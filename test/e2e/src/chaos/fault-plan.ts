import type { ToxicStream } from '@millrace/testing';
import { type ServiceName, serviceNames } from '../harness/pipeline.ts';
import { seededRandom } from '../reference/random.ts';
import { type FaultKind, faultKinds } from './history.ts';

/** Least and most, in ms. */
export type Range = readonly [least: number, most: number];

export interface FaultPlan {
  readonly counts: Readonly<Record<FaultKind, number>>;
  /** Between two faults. */
  readonly gapMs: Range;
  /** Of one pause. */
  readonly pauseMs: Range;
  /** How long one toxic lasts. */
  readonly toxicMs: Range;
}

export interface PlannedFault {
  readonly kind: FaultKind;
  /** After the fault before it. */
  readonly gapMs: number;
  /** Meant for a pause. */
  readonly pauseMs: number;
  /** Meant for a toxic, as the stream is. */
  readonly toxicMs: number;
  readonly stream: ToxicStream;
  /** Whose process a kill or a pause strikes. Each service has its turn. */
  readonly service: ServiceName;
  /** Chooses among the possible targets, in [0, 1). */
  readonly draw: number;
}

/**
 * The faults of a seed, in the order of the seed. It goes on for as long as it is asked: behind the planned ones come
 * more of the kinds that `wanting` names, for those that met no work.
 */
export function* planFaults(
  seed: number,
  { counts, gapMs, pauseMs, toxicMs }: FaultPlan,
  wanting: () => readonly FaultKind[],
): Generator<PlannedFault, void> {
  const random = seededRandom(seed);
  const within = ([least, most]: Range): number => Math.round(least + random() * (most - least));
  const planned = faultKinds.flatMap((kind) => new Array<FaultKind>(counts[kind]).fill(kind));
  const draw = <Value>(values: Value[]): Value | undefined => values.splice(Math.floor(random() * values.length), 1)[0];
  const turns = new Map<FaultKind, ServiceName[]>();
  const turnOf = (kind: FaultKind): ServiceName => {
    const left = turns.get(kind) ?? [];
    if (left.length === 0) left.push(...serviceNames);
    turns.set(kind, left);
    return draw(left) ?? 'consumer';
  };
  for (;;) {
    const kind = draw(planned) ?? draw([...wanting()]);
    if (kind === undefined) return;
    yield {
      kind,
      gapMs: within(gapMs),
      pauseMs: within(pauseMs),
      toxicMs: within(toxicMs),
      stream: random() < 0.5 ? 'upstream' : 'downstream',
      service: turnOf(kind),
      draw: random(),
    };
  }
}
