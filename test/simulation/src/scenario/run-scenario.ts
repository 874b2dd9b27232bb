import type { Happening } from '../history.ts';
import type { LoggedRecord } from '../kafka/record-log.ts';
import { roles } from '../services/instance.ts';
import { drawSettings, type Settings } from '../services/settings.ts';
import { Random } from '../world/random.ts';
import { drained, withoutRealTime } from '../world/real-time.ts';
import { World } from '../world/world.ts';
import { apply, heal } from './faults.ts';
import { produce } from './producer.ts';
import type { Scenario } from './scenario.ts';

/** What a run leaves behind. */
export interface RunResult {
  readonly settings: Settings;
  readonly happenings: readonly Happening[];
  /** By partition. */
  readonly log: readonly (readonly LoggedRecord[])[];
  readonly ends: readonly number[];
  /** By partition, what the group has committed. */
  readonly committed: readonly number[];
  /** By primary key, the offset of the record whose row Milvus holds. */
  readonly rows: ReadonlyMap<number, number>;
  /** Whether everything came to its end in time, once everything worked again. */
  readonly isDone: boolean;
  /** From then to the end, milliseconds. */
  readonly recoveryMs: number;
}

/** Longest time without a commit that moves, once everything works; it covers an expired session and a handover. */
const stillMaxMs = 200_000;

/** What is looked at afterwards for writes that come too late: longer than any write lives. */
const afterwardsMs = 20_000;

/** Runs a scenario from its start to the end of all work. */
export function runScenario(scenario: Scenario): Promise<RunResult> {
  const random = new Random(scenario.seed);
  return withoutRealTime(random.fork(), async () => {
    const settings = drawSettings(random.fork(), scenario.isCalm);
    const world = new World(random.fork(), settings);
    const run = new Run(world);
    const counts = [settings.consumers, settings.validators, settings.inserters];
    for (const [index, role] of roles.entries()) for (let i = 0; i < (counts[index] ?? 0); i++) world.start(role);
    const spanMs = scenario.faults.reduce((sum, { afterMs }) => sum + afterMs, 5_000);
    const isProduced = produce(world, random.fork(), spanMs);
    for (const fault of scenario.faults) {
      await run.pass(fault.afterMs);
      apply(world, fault);
      await drained();
    }
    await run.pass(1_000);
    heal(world);
    const healedMs = world.clock.now();
    const isDone = await run.until(() => isProduced() && world.isDone, stillMaxMs);
    const recoveryMs = world.clock.now() - healedMs;
    await run.pass(afterwardsMs);
    for (const consumer of world.consumers) {
      world.history.add({ kind: 'counted', process: consumer.process.name, counted: consumer.counted() });
    }
    const partitions = Array.from({ length: settings.partitionCount }, (_, partition) => partition);
    return {
      settings,
      happenings: world.history.happenings,
      log: partitions.map((partition) => world.log.records(partition)),
      ends: partitions.map((partition) => world.log.end(partition)),
      committed: partitions.map((partition) => world.coordinator.committed(partition)?.offset ?? 0),
      rows: world.milvus.rows,
      isDone,
      recoveryMs,
    };
  });
}

/** Lets the world's time pass, one task at a time, each with all that it sets off. */
class Run {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  async pass(spanMs: number): Promise<void> {
    const { clock } = this.#world;
    const untilMs = clock.now() + spanMs;
    await drained();
    while (clock.step(untilMs)) await drained();
    clock.advance(untilMs - clock.now());
  }

  /** Whether the condition came to hold before nothing was committed for too long. */
  async until(condition: () => boolean, stillMaxMs: number): Promise<boolean> {
    const { clock } = this.#world;
    let committed = this.#world.committedRecords;
    let movedMs = clock.now();
    while (!condition()) {
      if (clock.now() - movedMs > stillMaxMs) return false;
      await this.pass(250);
      if (this.#world.committedRecords === committed) continue;
      committed = this.#world.committedRecords;
      movedMs = clock.now();
    }
    return true;
  }
}
