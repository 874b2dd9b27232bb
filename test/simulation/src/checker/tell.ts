import { epochMs, type Happening } from '../history.ts';
import { reservationIn } from './reservation-text.ts';
import type { Violation } from './violation.ts';

type Kind = Happening['kind'];
type Of<Name extends Kind> = Extract<Happening, { kind: Name }>;

/** Every kind in words; a kind without its words does not compile. */
const words: { readonly [Name in Kind]: (event: Of<Name>) => string } = {
  appended: ({ partition, offset }) => `offset ${offset} is appended to partition ${partition}`,
  read: ({ process, partition, offsets }) => `${process} reads ${ranges(offsets)} of partition ${partition}`,
  sent: ({ process, partition, offsets }) => `${process} sends ${ranges(offsets)} of partition ${partition}`,
  effect: ({ write, by, changes }) =>
    `write ${write} of ${by} takes effect: ${changes.map(({ key, offset }) => `${key} ${offset === undefined ? 'deleted' : `= ${offset}`}`).join(', ')}`,
  answer: ({ write, by, end }) => `${by} learns of write ${write}: ${end}`,
  commit: ({ process, generation, partition, offset, metadata }) =>
    `${process} commits ${offset} of partition ${partition} in generation ${generation}, reserved ${reserved(metadata)}`,
  'commit refused': ({ process, why }) => `a commit of ${process} fails: ${why}`,
  letter: ({ process, partition, offset }) => `${process} writes the letter of ${offset} of partition ${partition}`,
  assigned: ({ process, generation, partitions }) =>
    `${process} is assigned partitions ${partitions.join(', ') || 'none'} in generation ${generation}`,
  answered: ({ partition }) => `the oldest batch of partition ${partition} has its outcome`,
  doubt: ({ process, partition, offsets }) =>
    `${process} cannot know what became of ${ranges(offsets)} of partition ${partition}`,
  fault: ({ what }) => `*** ${what}`,
  counted: ({ process, counted }) =>
    `${process} has counted ${Object.entries(counted)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ')}`,
  log: ({ process, event, message }) => `${process} logs ${event}: ${message}`,
};

/** One happening as a person reads it. */
export function tell(event: Happening): string {
  const tellOne = words[event.kind] as (one: Happening) => string;
  return `${(event.atMs / 1_000).toFixed(3).padStart(9)} s  ${tellOne(event)}`;
}

/** As much of a history as has to do with a violation, in words, up to where it shows. */
export function tellAbout(happenings: readonly Happening[], violation: Violation, linesMax = 150): string {
  const until = violation.place === undefined ? happenings.length : violation.place + 1;
  const told = happenings
    .slice(0, until)
    .filter((event) => concerns(event, violation))
    .map(tell);
  const omitted = told.length - linesMax;
  return [...(omitted > 0 ? [`(${omitted} earlier lines are left out)`] : []), ...told.slice(-linesMax)].join('\n');
}

function concerns(event: Happening, { partition, key }: Violation): boolean {
  if (event.kind === 'effect') {
    return event.changes.some((change) => (key === undefined ? change.partition === partition : change.key === key));
  }
  if ('partition' in event && partition !== undefined) return event.partition === partition;
  return event.kind !== 'read' && event.kind !== 'appended' && event.kind !== 'answered';
}

function reserved(metadata: string | null): string {
  const untilMs = reservationIn(metadata);
  return untilMs === undefined
    ? 'by nobody'
    : untilMs === 0
      ? 'no longer'
      : `until ${((untilMs - epochMs) / 1_000).toFixed(3)} s`;
}

/** `3-5, 9`: runs of offsets. */
function ranges(offsets: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const offset of offsets) {
    const last = runs.at(-1);
    if (last && last[1] === offset - 1) last[1] = offset;
    else runs.push([offset, offset]);
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(', ') || 'nothing';
}
