import { setTimeout as delay } from 'node:timers/promises';
import { temporaryFolder } from '@millrace/testing';
import { groupGeneration } from '../harness/group-generation.ts';
import { KafkaClient } from '../harness/kafka-client.ts';
import { MilvusReader } from '../harness/milvus-client.ts';
import { until } from '../harness/until.ts';
import { type PlannedFault, planFaults } from './fault-plan.ts';
import { type Target, targetsOf } from './faults.ts';
import { readFinalState, readLog } from './final-state.ts';
import { Fleet, flowName, groupId } from './fleet.ts';
import { type Fault, type FaultKind, type FinalState, faultKinds, type History, toxicKinds } from './history.ts';
import type { ChaosOptions } from './options.ts';
import { ProgressWatch } from './progress-watch.ts';
import { UpsertFeed } from './upsert-feed.ts';
import { fields, Upserts } from './upserts.ts';

/** How long a fault waits for work in flight, from when there is a target for it, before it strikes in vain. */
const workTimeoutMs = 10_000;
/** Of a kind, for each that should hit. */
const attemptsMax = 3;

export interface ChaosRun {
  readonly history: History;
  readonly state: FinalState;
  /** What nobody asked for: processes that ended by themselves, and what the driver met. */
  readonly notes: readonly string[];
  /** Keys that have had all their updates. */
  readonly finished: number;
  /** Generations of the consumer group: rebalances, also those that kills and pauses caused. */
  readonly generations: number;
}

export interface ChaosControl {
  readonly signal: AbortSignal;
  /** Receives a line of progress. */
  readonly report: (line: string) => void;
}

/**
 * Runs everything, does what the seed says to it, lets it heal and reads what is there. Whatever happens, all processes
 * are ended and all files removed.
 */
export async function runChaos({ size, seed, keep }: ChaosOptions, control: ChaosControl): Promise<ChaosRun> {
  const { signal, report } = control;
  const startedMs = Date.now();
  const say = (line: string) => report(`${((Date.now() - startedMs) / 1_000).toFixed(1).padStart(7)} s  ${line}`);
  const notes: string[] = [];
  const note = (text: string) => {
    // While it is cut short, whatever ends does so because of it.
    if (!signal.aborted) notes.push(`${new Date().toISOString()} ${text}`);
    say(`note: ${text}`);
  };
  const folder = await temporaryFolder('chaos');
  let fleet: Fleet | undefined;
  let watch: ProgressWatch | undefined;
  try {
    say(`in ${folder.path}: Kafka, Milvus, ${size.consumers} consumers, ${size.validators} validators, …`);
    const hasLinks = toxicKinds.some((kind) => size.faults[kind] > 0);
    fleet = await Fleet.start({ ...size, folder: folder.path, note, hasLinks }, ({ kafka, milvus }) =>
      prepare(kafka.bootstrap, milvus.address, size.partitions),
    );
    signal.throwIfAborted();
    const kafka = new KafkaClient(fleet.kafka.bootstrap);
    watch = new ProgressWatch(new KafkaClient(fleet.kafka.bootstrap, 1), groupId, flowName);
    const upserts = new Upserts({ seed, ...size });
    const feed = new UpsertFeed({ kafka, topic: flowName, upserts, watch, backlog: size.backlog, signal, note });
    await until('the first records are committed', async () => signal.aborted || watch?.committed, {
      timeoutMs: 60_000,
    });
    const deadlineMs = Date.now() + size.budgetMs;
    const faults = await new FaultDriver(fleet, watch, { size, seed, deadlineMs, signal, say }).run();

    say(`all faults are over; ${upserts.made} records made`);
    const isLate = setTimeout(() => void feed.end(0), Math.max(0, deadlineMs - Date.now()));
    await feed.end(size.keys).finally(() => clearTimeout(isLate));
    signal.throwIfAborted();
    say(`${upserts.made} records made, ${watch.lag} of them not committed`);
    await kafka.untilCommitted(groupId, flowName, size.settleMs).catch((error: Error) => note(error.message));
    signal.throwIfAborted();
    say('reading what is there');
    await watch.stop();
    const log = await readLog(kafka);
    const { samples: progress } = watch;
    const history = { partitions: size.partitions, acknowledged: feed.acknowledged, log, faults, progress };
    const state = await readFinalState(fleet, kafka, upserts.keys);
    const generations = await groupGeneration(kafka, groupId);
    return { history, state, notes, finished: upserts.finished, generations };
  } finally {
    say('ending all processes');
    await watch?.stop();
    await fleet?.remove();
    if (!keep) await folder.remove();
  }
}

async function prepare(bootstrap: string, milvus: string, partitions: number): Promise<void> {
  await new KafkaClient(bootstrap).createTopic(flowName, partitions);
  const reader = new MilvusReader(milvus);
  await reader.createCollection(flowName, fields);
  await reader.close();
}

interface DriverOptions {
  readonly size: ChaosOptions['size'];
  readonly seed: number;
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** Does the faults, one after the other, while those before them may still last. */
class FaultDriver {
  readonly #fleet: Fleet;
  readonly #watch: ProgressWatch;
  readonly #options: DriverOptions;
  readonly #faults: { -readonly [Key in keyof Fault]: Fault[Key] }[] = [];
  /** What is being done, by the target's label. */
  readonly #busy = new Map<string, Promise<void>>();
  #problem: unknown;

  constructor(fleet: Fleet, watch: ProgressWatch, options: DriverOptions) {
    this.#fleet = fleet;
    this.#watch = watch;
    this.#options = options;
  }

  /** @returns when all of them are undone */
  async run(): Promise<Fault[]> {
    const { seed, size, deadlineMs, signal } = this.#options;
    try {
      for (const planned of planFaults(seed, { ...size, counts: size.faults }, () => this.#wanting())) {
        await delay(planned.gapMs, undefined, { signal });
        if (Date.now() > deadlineMs) break;
        await this.#strike(planned);
        if (this.#problem !== undefined) break;
      }
    } finally {
      // Also when it is cut short: a server that is being restarted could come up again behind whoever removes it.
      await Promise.all(this.#busy.values());
    }
    if (this.#problem !== undefined) throw this.#problem;
    return this.#faults;
  }

  #wanting(): FaultKind[] {
    const { faults } = this.#options.size;
    return faultKinds.filter((kind) => {
      const done = this.#faults.filter((fault) => fault.kind === kind);
      return done.filter(({ hit }) => hit).length < faults[kind] && done.length < faults[kind] * attemptsMax;
    });
  }

  async #strike(planned: PlannedFault): Promise<void> {
    const { say, signal } = this.#options;
    const { target, batches } = await this.#findWork(planned);
    const fault: Fault = {
      kind: planned.kind,
      target: target.label,
      atMs: Date.now(),
      batchesInFlight: batches,
      hit: batches > 0,
    };
    this.#faults.push(fault);
    const detail = target.detail === undefined ? '' : ` ${target.detail}`;
    const length = target.durationMs === undefined ? '' : ` for ${(target.durationMs / 1_000).toFixed(1)} s`;
    const progress = `${this.#watch.committed} committed, ${this.#watch.lag} waiting`;
    say(`${planned.kind}: ${target.label}${detail}${length}, ${batches} batches in flight; ${progress}`);
    const name = this.#nameOf(planned.kind, target.label);
    const striking = target.strike(signal).then(
      (isDone) => {
        this.#busy.delete(name);
        Object.assign(fault, { untilMs: Date.now(), hit: fault.hit && isDone !== false });
      },
      (error: unknown) => {
        this.#busy.delete(name);
        this.#problem ??= error;
      },
    );
    this.#busy.set(name, striking);
  }

  /** Waits until a target that nothing is being done to has work, the drawn one if it can be; takes that after a while. */
  async #findWork(planned: PlannedFault): Promise<{ target: Target; batches: number }> {
    const { kind, draw } = planned;
    const { signal } = this.#options;
    let freeSinceMs: number | undefined;
    for (;;) {
      const free = targetsOf[kind](this.#fleet, planned).filter(
        ({ label }) => !this.#busy.has(this.#nameOf(kind, label)),
      );
      // What is being restarted needs its time before it can have work again.
      freeSinceMs = free.length === 0 ? undefined : (freeSinceMs ?? Date.now());
      const drawn = Math.floor(draw * free.length);
      for (const target of [...free.slice(drawn), ...free.slice(0, drawn)]) {
        const batches = await target.batchesInFlight();
        if (batches > 0) return { target, batches };
      }
      const target = free[drawn];
      if (target && freeSinceMs !== undefined && Date.now() > freeSinceMs + workTimeoutMs)
        return { target, batches: 0 };
      await delay(20, undefined, { signal });
    }
  }

  /** Only one consumer joins or leaves at a time. */
  #nameOf(kind: FaultKind, label: string): string {
    return kind === 'rebalance' ? kind : label;
  }
}
