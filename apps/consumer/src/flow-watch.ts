import type { Outcome } from '@millrace/contracts';
import type { Cancel, Clock } from '@millrace/delivery';
import { type Bottleneck, bottleneckOf, type FlowSample } from './bottleneck.ts';
import type { Lane } from './lane.ts';

/** As much of a lane as tells how it flows. */
export type Flowing = Pick<Lane, 'isHeldBack' | 'lag' | 'unsettledRecords' | 'problem'>;

export interface FlowParts {
  readonly clock: Clock;
  readonly lanes: () => readonly Flowing[];
  /** Why the connector reads nothing, while it does not. */
  readonly problem: () => FlowSample['problem'];
  /** The limit is another one than before, and has been for two looks. */
  readonly changed: (bottleneck: Bottleneck) => void;
}

type Sums = Omit<FlowSample, 'spanS' | 'partitions' | 'lag' | 'problem'>;

const nothing: Sums = { looks: 0, heldLooks: 0, batches: 0, turnaroundMs: 0, checkMs: 0, writeMs: 0, milvusMs: 0 };

const lookMs = 1_000;
/** How many looks are judged together. */
const looksKept = 10;

/** Looks at the lanes of one connector every second and knows what limits them. */
export class FlowWatch {
  readonly #parts: FlowParts;
  /** By look, the oldest first; the last one is going on. */
  #sums: Sums[] = [nothing];
  #bottleneck: Bottleneck | undefined;
  /** What the last look has found, where that is not what is told yet. */
  #candidate: Bottleneck['is'] | undefined;
  #cancel: Cancel = () => {};

  constructor(parts: FlowParts) {
    this.#parts = parts;
  }

  /** Undefined until it was looked at twice. */
  get bottleneck(): Bottleneck | undefined {
    return this.#bottleneck;
  }

  start(): void {
    this.#cancel = this.#parts.clock.after(lookMs, () => {
      this.start();
      this.#look();
    });
  }

  end(): void {
    this.#cancel();
  }

  /** A batch was answered, this long after it was sent. */
  answered(turnaroundMs: number, { timing }: Pick<Outcome, 'timing'>): void {
    const { checkMs = 0, writeMs = 0, milvusMs = 0 } = timing ?? {};
    this.#add({ ...nothing, batches: 1, turnaroundMs, checkMs, writeMs, milvusMs });
  }

  #add(more: Sums): void {
    this.#sums.push(plus(this.#sums.pop() ?? nothing, more));
  }

  #look(): void {
    const { problem, changed } = this.#parts;
    const all = this.#parts.lanes();
    const lanes = all.filter(({ lag, unsettledRecords }) => lag > 0 || unsettledRecords > 0);
    const heldLooks = lanes.filter(({ isHeldBack }) => isHeldBack).length;
    this.#add({ ...nothing, looks: lanes.length, heldLooks });
    const found = bottleneckOf({
      ...this.#sums.reduce(plus, nothing),
      spanS: (this.#sums.length * lookMs) / 1_000,
      partitions: all.length,
      lag: lanes.reduce((sum, { lag }) => sum + lag, 0),
      problem: problem() ?? commonProblem(lanes),
    });
    this.#sums = [...this.#sums, nothing].slice(-looksKept);
    const isConfirmed = found.is === this.#candidate;
    this.#candidate = found.is;
    if (!isConfirmed && found.is !== this.#bottleneck?.is) return;
    const isNews = found.is !== this.#bottleneck?.is;
    this.#bottleneck = found;
    if (isNews) changed(found);
  }
}

function plus(a: Sums, b: Sums): Sums {
  return {
    looks: a.looks + b.looks,
    heldLooks: a.heldLooks + b.heldLooks,
    batches: a.batches + b.batches,
    turnaroundMs: a.turnaroundMs + b.turnaroundMs,
    checkMs: a.checkMs + b.checkMs,
    writeMs: a.writeMs + b.writeMs,
    milvusMs: a.milvusMs + b.milvusMs,
  };
}

/** The first problem, if at least half of the lanes that have work have one. */
function commonProblem(lanes: readonly Flowing[]): FlowSample['problem'] {
  const problems = lanes.flatMap(({ problem }) => problem ?? []);
  return problems.length * 2 >= lanes.length ? problems[0] : undefined;
}
