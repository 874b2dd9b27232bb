import type { ToldError } from '@millrace/errors';
import { grouped } from './output.ts';
import { textsOf, toViolation } from './told-json.ts';

/** Most places of one problem that are named. */
const placesMax = 3;

/** The problems in the part of a status that is ours: the connector's own, then its lanes', each once with its places. */
export function readProblems(millrace: object): readonly ToldError[] {
  const own = 'problem' in millrace && millrace.problem ? [{ place: '', problem: millrace.problem }] : [];
  const lanes: unknown[] = 'lanes' in millrace && Array.isArray(millrace.lanes) ? millrace.lanes : [];
  const all = [...own, ...lanes.flatMap(problemOfLane)];
  const alike = Map.groupBy(all, ({ problem }) => `${textsOf(problem)('code')}\n${textsOf(problem)('message')}`);
  return [...alike.values()].map((places) => toldProblem(places));
}

interface PlacedProblem {
  readonly place: string;
  readonly problem: unknown;
}

function problemOfLane(lane: unknown): readonly PlacedProblem[] {
  if (!(lane instanceof Object && 'problem' in lane && lane.problem)) return [];
  const text = textsOf(lane);
  return [{ place: `${text('topic')}-${text('partition')}`, problem: lane.problem }];
}

function toldProblem(places: readonly PlacedProblem[]): ToldError {
  const problem = places[0]?.problem;
  const text = textsOf(problem);
  const record = problem instanceof Object && 'record' in problem ? problem.record : undefined;
  const listed =
    record instanceof Object && 'violations' in record && Array.isArray(record.violations) ? record.violations : [];
  const violation = { ...toViolation(problem), path: '', expected: '', found: '' };
  const names = places.map(({ place }) => place).filter(Boolean);
  const more = names.length > placesMax ? ` and ${names.length - placesMax} more` : '';
  const offset = textsOf(record)('offset');
  const at = /^\d+$/.test(offset) ? ` @ offset ${grouped(BigInt(offset))}` : '';
  return {
    kind: text('needsAction') === 'false' ? 'waits' : 'error',
    violations: listed.length > 0 ? listed.map(toViolation) : [violation],
    omitted: Number(textsOf(record)('omitted')) || 0,
    place: names.slice(0, placesMax).join(', ') + more + at,
    about: [`since ${text('since')}`],
    facts: [
      ...(listed.length > 0 ? [['stopped', text('hint')] as const] : []),
      ['goes on', text('retrying') === 'false' ? 'when the consumer is started again' : 'by itself'],
    ],
  };
}
