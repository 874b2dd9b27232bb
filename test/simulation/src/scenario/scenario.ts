import fc from 'fast-check';
import { type Fault, type FaultKind, faultKinds } from './faults.ts';

/** All that decides a run: the same scenario runs the same way, whenever and wherever. */
export interface Scenario {
  readonly seed: number;
  /** Nothing is slow by itself. */
  readonly isCalm: boolean;
  readonly faults: readonly Fault[];
}

/** Most of what can go wrong between owners of a partition takes two of these, one soon after the other. */
const ownership: readonly FaultKind[] = [
  'rebalance the group',
  'rebalance the group',
  'restart a consumer',
  'restart a consumer',
  'kill a consumer',
  'pause a consumer',
  'cut off a consumer',
  'add a consumer',
  'remove a consumer',
];

const fault: fc.Arbitrary<Fault> = fc.record({
  kind: fc.oneof(fc.constantFrom(...faultKinds), fc.constantFrom(...ownership)),
  afterMs: fc.oneof(fc.integer({ min: 0, max: 1_000 }), fc.integer({ min: 0, max: 8_000 })),
  which: fc.nat({ max: 7 }),
  forMs: fc.integer({ min: 0, max: 60_000 }),
});

/** Random scenarios of at most so many faults; one that fails shrinks to fewer and shorter ones. */
export function scenarios(faultsMax: number): fc.Arbitrary<Scenario> {
  return fc.record({
    seed: fc.nat(),
    isCalm: fc.constant(false),
    faults: fc.array(fault, { maxLength: faultsMax, size: 'max' }),
  });
}

/** What can make two owners of a partition meet. */
const handover: readonly FaultKind[] = [
  'commits are stuck',
  'commits are stuck',
  'the coordinator is slow',
  'rebalance the group',
  'rebalance the group',
  'rebalance the group',
  'kill a consumer',
  'cut off a consumer',
  'add a consumer',
  'Milvus is slow',
  'Milvus is busy',
  'Milvus is erratic',
];

/** What can happen to a write between a consumer and Milvus. */
const outage: readonly FaultKind[] = [
  'reset a stream',
  'reset a stream',
  'silence a stream',
  'kill a validator',
  'kill an inserter',
  'pause an inserter',
  'restart an inserter',
  'Milvus is slow',
  'Milvus loses answers',
  'Milvus is silent',
  'Milvus is busy',
  'Milvus is erratic',
  'Milvus is erratic',
  'alter the collection',
];

/** Scenarios of nothing but these, so many times, one soon after the other. */
function closeScenarios(kinds: readonly FaultKind[], times: number): fc.Arbitrary<Scenario> {
  const done = fc.record({
    kind: fc.constantFrom(...kinds),
    afterMs: fc.integer({ min: 0, max: 6_000 }),
    which: fc.nat({ max: 7 }),
    forMs: fc.integer({ min: 0, max: 60_000 }),
  });
  const faults = fc.array(done, { minLength: times, maxLength: times });
  return fc.record({ seed: fc.nat(), isCalm: fc.constant(false), faults });
}

export function handoverScenarios(times: number): fc.Arbitrary<Scenario> {
  return closeScenarios(handover, times);
}

export function outageScenarios(times: number): fc.Arbitrary<Scenario> {
  return closeScenarios(outage, times);
}

/** What an operator does to a pipeline that is well. */
const upkeep: readonly FaultKind[] = [
  'restart a consumer',
  'restart a validator',
  'restart an inserter',
  'rebalance the group',
  'add a consumer',
  'remove a consumer',
];

/** Scenarios of nothing but that, so many times. */
export function calmScenarios(times: number): fc.Arbitrary<Scenario> {
  const done = fc.record({
    kind: fc.constantFrom(...upkeep),
    afterMs: fc.integer({ min: 0, max: 8_000 }),
    which: fc.nat({ max: 7 }),
    forMs: fc.constant(0),
  });
  const faults = fc.array(done, { minLength: times, maxLength: times });
  return fc.record({ seed: fc.nat(), isCalm: fc.constant(true), faults });
}
