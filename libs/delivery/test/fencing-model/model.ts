/**
 * The rules of ownership fenced by time as an explicit-state model: one partition, one key with three
 * updates at offsets 1 to 3, two processes that own the partition in turn, one write in flight for each. Requests and
 * answers get lost, writes take effect late, the group rebalances at any time, and whoever lost the partition does not
 * know it. Time is discrete; clocks agree, and no write takes effect after its deadline (the assumption of the proof).
 */

/** `R6` is a clean release. A variant of the model leaves out one rule at a time. */
export const rules = ['R1', 'R2', 'R3', 'R4', 'R5', 'R6', 'R7'] as const;
export type Rule = (typeof rules)[number];

export interface Bounds {
  /** Moments from 0. */
  readonly horizon: number;
  readonly rebalancesMax: number;
}

export const lastOffset = 3;
/** From a write's sending to its deadline. */
const writeTime = 1;
/** From a commit to the end of its reservation. */
const reservedTime = 2;

export interface Write {
  readonly owner: 0 | 1;
  readonly offset: number;
  readonly deadline: number;
  /** Its sender still waits for the answer. */
  readonly isAwaited: boolean;
}

export interface Owner {
  /** The generation that it believes to be in; 0: none. */
  readonly generation: number;
  /** Next offset to send; everything below is acknowledged. */
  readonly next: number;
  /** Deadline of its write that is not answered; -1: there is none. */
  readonly sentTo: number;
  /** It sends nothing up to and including this moment. */
  readonly quietTo: number;
  /** Its own reservation, as it knows it; -1: none. */
  readonly reservedTo: number;
}

export interface State {
  readonly now: number;
  readonly rebalances: number;
  /** The coordinator's register: who owns the partition, and the offset and metadata that were committed last. */
  readonly generation: number;
  readonly owner: 0 | 1;
  readonly committed: number;
  readonly reservedTo: number;
  readonly reservedBy: 0 | 1 | null;
  readonly owners: readonly [Owner, Owner];
  /** Writes under way that have not taken effect. */
  readonly writes: readonly Write[];
  /** The offset whose value Milvus holds. */
  readonly stored: number;
}

const outside: Owner = { generation: 0, next: 1, sentTo: -1, quietTo: -1, reservedTo: -1 };

export const initial: State = {
  now: 0,
  rebalances: 0,
  generation: 1,
  owner: 0,
  committed: 1,
  reservedTo: -1,
  reservedBy: null,
  owners: [{ ...outside, generation: 1 }, outside],
  writes: [],
  stored: 0,
};

export interface Step {
  readonly name: string;
  readonly state: State;
}

/** Everything that can happen next. */
export function stepsFrom(state: State, without: Rule | undefined, bounds: Bounds): Step[] {
  const has = (rule: Rule) => rule !== without;
  return [
    ...tick(state, bounds, has),
    ...rebalance(state, bounds, has),
    ...state.owners.flatMap((_, index) => ownSteps(state, index === 0 ? 0 : 1, has)),
    ...state.writes.flatMap((write) => effects(state, write, has)),
  ];
}

type Has = (rule: Rule) => boolean;

function tick(state: State, { horizon }: Bounds, has: Has): Step[] {
  if (state.now === horizon) return [];
  const now = state.now + 1;
  // R2: no write begins, and no call goes on, after the deadline.
  const writes = has('R2') ? state.writes.filter(({ deadline }) => deadline >= now) : state.writes;
  return [{ name: `it is ${now}`, state: { ...state, now, writes } }];
}

/** A session timed out, or somebody joined: either process may get the partition, without the other's knowledge. */
function rebalance(state: State, { rebalancesMax }: Bounds, has: Has): Step[] {
  if (state.rebalances === rebalancesMax) return [];
  return ([0, 1] as const).map((to) => ({
    name: `the group gives the partition to ${to}`,
    state: takenOver({ ...state, rebalances: state.rebalances + 1, generation: state.generation + 1, owner: to }, has),
  }));
}

/** The new owner reads offset and metadata after the join. */
function takenOver(state: State, has: Has): State {
  const { owner, generation, committed, reservedTo, reservedBy } = state;
  const mine = state.owners[owner];
  // Its own reservation: the lane is kept, with what it has under way.
  if (reservedBy === owner && mine.generation !== 0)
    return withOwner(state, owner, { ...mine, generation, reservedTo });
  const quietTo = has('R3') ? reservedTo : -1;
  const assumed = has('R4') ? -1 : state.now + reservedTime;
  return withOwner(unheard(state, owner), owner, {
    generation,
    next: committed,
    sentTo: -1,
    quietTo,
    reservedTo: assumed,
  });
}

function ownSteps(state: State, index: 0 | 1, has: Has): Step[] {
  const owner = state.owners[index];
  if (owner.generation === 0) return [];
  const isQuiet = state.now <= owner.quietTo;
  const steps: Step[] = [];
  if (!isQuiet || owner.reservedTo >= 0) steps.push(commit(state, index, has));
  const deadline = state.now + writeTime;
  const isReserved = !has('R1') || owner.reservedTo >= deadline;
  if (!isQuiet && owner.sentTo < 0 && isReserved && owner.next <= lastOffset) {
    const write = { owner: index, offset: owner.next, deadline, isAwaited: true };
    const sent = withOwner(state, index, { ...owner, sentTo: deadline });
    steps.push({ name: `${index} sends ${owner.next}`, state: { ...sent, writes: [...state.writes, write] } });
  }
  if (owner.sentTo >= 0) steps.push({ name: `${index} loses its stream`, state: unclear(state, index, has) });
  const isDefinite = owner.sentTo < 0 && !isQuiet;
  const isOwner = owner.generation === state.generation;
  if (isOwner && (isDefinite || !has('R6'))) {
    const released = { ...state, committed: owner.next, reservedTo: -1, reservedBy: null };
    steps.push({ name: `${index} releases`, state: left(released, index) });
  }
  return steps;
}

/** Commits the watermark with a new reservation; refused under an old generation, by which the owner learns. */
function commit(state: State, index: 0 | 1, has: Has): Step {
  const owner = state.owners[index];
  if (owner.generation !== state.generation && has('R7')) {
    return { name: `${index} learns that it lost the partition`, state: left(state, index) };
  }
  const reservedTo = state.now + reservedTime;
  const register = { ...state, committed: owner.next, reservedTo, reservedBy: index };
  return { name: `${index} commits ${owner.next}`, state: withOwner(register, index, { ...owner, reservedTo }) };
}

/** A write takes effect, and its answer arrives or is lost; or the request itself was lost. */
function effects(state: State, write: Write, has: Has): Step[] {
  const { owner: index, offset, isAwaited } = write;
  const gone = { ...state, writes: state.writes.filter((other) => other !== write) };
  const stored = { ...gone, stored: offset };
  const lost = { name: `the request of ${index} for ${offset} is lost`, state: gone };
  if (!isAwaited) return [{ name: `${offset} of ${index} lands, unheard`, state: stored }, lost];
  const acknowledged = withOwner(stored, index, { ...state.owners[index], sentTo: -1, next: offset + 1 });
  return [
    { name: `${offset} of ${index} lands`, state: acknowledged },
    { name: `${offset} of ${index} lands, its answer is lost`, state: unclear(stored, index, has) },
    lost,
  ];
}

/** R5: after an unclear end nothing is sent until the write can no longer take effect. */
function unclear(state: State, index: 0 | 1, has: Has): State {
  const owner = state.owners[index];
  const quietTo = has('R5') ? Math.max(owner.quietTo, owner.sentTo) : owner.quietTo;
  return withOwner(unheard(state, index), index, { ...owner, sentTo: -1, quietTo });
}

function left(state: State, index: 0 | 1): State {
  return withOwner(unheard(state, index), index, outside);
}

/** Nobody waits any more for what a process has sent. */
function unheard(state: State, index: 0 | 1): State {
  const writes = state.writes.map((write) => (write.owner === index ? { ...write, isAwaited: false } : write));
  return { ...state, writes };
}

function withOwner(state: State, index: 0 | 1, owner: Owner): State {
  const owners = index === 0 ? ([owner, state.owners[1]] as const) : ([state.owners[0], owner] as const);
  return { ...state, owners };
}

/** Everything is committed, nothing is under way, and Milvus holds another value than the last one. */
export function isStale(state: State): boolean {
  return state.committed > lastOffset && state.writes.length === 0 && state.stored !== lastOffset;
}

/** One text for each state; the order of writes does not count. */
export function keyOf({ owners, writes, ...register }: State): string {
  const { now, rebalances, generation, owner, committed, reservedTo, reservedBy, stored } = register;
  const held = owners.map((one) => `${one.generation},${one.next},${one.sentTo},${one.quietTo},${one.reservedTo}`);
  const open = writes.map((one) => `${one.owner},${one.offset},${one.deadline},${one.isAwaited ? 1 : 0}`).sort();
  const all = [now, rebalances, generation, owner, committed, reservedTo, reservedBy ?? '-', stored, ...held, ...open];
  return all.join(';');
}
