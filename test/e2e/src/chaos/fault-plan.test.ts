import { expect, it } from 'vitest';
import { type FaultPlan, planFaults } from './fault-plan.ts';
import { type FaultKind, faultKinds } from './history.ts';

const noFaults = Object.fromEntries(faultKinds.map((kind) => [kind, 0])) as FaultPlan['counts'];
const plan: FaultPlan = {
  counts: { ...noFaults, kill: 5, pause: 2, rebalance: 3, 'broker restart': 1, hold: 1 },
  gapMs: [200, 5_000],
  pauseMs: [5_000, 60_000],
  toxicMs: [2_000, 30_000],
};
const none = (): FaultKind[] => [];

it('holds what was asked for, within the ranges, and nothing else', () => {
  const faults = [...planFaults(7, plan, none)];
  const counts = faultKinds.map((kind) => [kind, faults.filter((fault) => fault.kind === kind).length]);
  expect(Object.fromEntries(counts)).toEqual(plan.counts);
  for (const { gapMs, pauseMs, toxicMs, draw } of faults) {
    expect(gapMs).toBeGreaterThanOrEqual(200);
    expect(gapMs).toBeLessThanOrEqual(5_000);
    expect(pauseMs).toBeGreaterThanOrEqual(5_000);
    expect(pauseMs).toBeLessThanOrEqual(60_000);
    expect(toxicMs).toBeGreaterThanOrEqual(2_000);
    expect(toxicMs).toBeLessThanOrEqual(30_000);
    expect(draw).toBeLessThan(1);
  }
});

it('gives each service its turn to be killed', () => {
  const counts = { ...plan.counts, kill: 6 };
  const kills = [...planFaults(7, { ...plan, counts }, none)].filter(({ kind }) => kind === 'kill');
  for (const turn of [kills.slice(0, 3), kills.slice(3)]) {
    expect(turn.map(({ service }) => service).toSorted()).toEqual(['consumer', 'inserter', 'schema-validator']);
  }
});

it('is the same for the same seed and another for another', () => {
  expect([...planFaults(7, plan, none)]).toEqual([...planFaults(7, plan, none)]);
  expect([...planFaults(7, plan, none)]).not.toEqual([...planFaults(8, plan, none)]);
});

it('goes on with kinds that are still wanted', () => {
  let wanted = 2;
  const faults = [...planFaults(1, plan, () => (wanted-- > 0 ? ['pause'] : []))];
  expect(faults.slice(-2).map(({ kind }) => kind)).toEqual(['pause', 'pause']);
  expect(faults).toHaveLength(14);
});
