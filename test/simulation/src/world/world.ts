import { ManualClock } from '@millrace/delivery';
import { epochMs, History } from '../history.ts';
import { CoordinatorLink } from '../kafka/coordinator-link.ts';
import { GroupCoordinator } from '../kafka/group-coordinator.ts';
import { LetterTopic } from '../kafka/letter-topic.ts';
import { RecordLog } from '../kafka/record-log.ts';
import { SimulatedMilvus } from '../milvus/simulated-milvus.ts';
import { ConsumerInstance } from '../services/consumer-instance.ts';
import { InserterInstance } from '../services/inserter-instance.ts';
import type { Instance, Role } from '../services/instance.ts';
import type { Settings } from '../services/settings.ts';
import { ValidatorInstance } from '../services/validator-instance.ts';
import { lateMs, skewMaxMs } from './margins.ts';
import { Network } from './network.ts';
import type { Random } from './random.ts';
import { SimulatedProcess } from './simulated-process.ts';

/** How long a process that has finished waits for its calls to end (libs/service, grpc-server.ts), and how often it looks. */
const lingerMs = 500;
const lingerTries = 10;

/** How long a process that has failed stays away. */
const restartMs = 1_000;

/** All processes of a pipeline with what is around them, under one clock. */
export class World {
  readonly clock = new ManualClock(epochMs);
  readonly random: Random;
  readonly settings: Settings;
  readonly history: History;
  readonly network: Network;
  readonly log: RecordLog;
  readonly coordinator: GroupCoordinator;
  readonly link: CoordinatorLink;
  readonly letters: LetterTopic;
  readonly milvus: SimulatedMilvus;
  /** Alive ones, the oldest first. */
  readonly consumers: ConsumerInstance[] = [];
  readonly validators: ValidatorInstance[] = [];
  readonly inserters: InserterInstance[] = [];
  readonly #partitions: readonly number[];
  readonly #stopping = new Set<Instance>();
  #started = 0;
  #streams = 0;

  constructor(random: Random, settings: Settings) {
    this.random = random;
    this.settings = settings;
    const { clock } = this;
    this.history = new History(() => clock.now() - epochMs);
    const { history } = this;
    const { partitionCount, sessionTimeoutMs } = settings;
    this.network = new Network(clock, random.fork(), settings.isCalm);
    this.#partitions = Array.from({ length: partitionCount }, (_, partition) => partition);
    this.log = new RecordLog(partitionCount);
    this.coordinator = new GroupCoordinator({
      clock,
      random: random.fork(),
      history,
      partitionCount,
      sessionTimeoutMs,
    });
    this.link = new CoordinatorLink(clock, random.fork(), settings);
    this.letters = new LetterTopic(random.fork(), history, settings.isCalm);
    const refuses = (partition: number, offset: number) => this.log.at(partition, offset)?.kind === 'refused';
    this.milvus = new SimulatedMilvus({ clock, random: random.fork(), history, settings, lateMs, refuses });
  }

  alive(role: Role): readonly Instance[] {
    return this.#instances[role];
  }

  /** Alive ones that nobody has told to stop. */
  serving(role: Role): readonly Instance[] {
    return this.alive(role).filter((instance) => !this.#stopping.has(instance));
  }

  /** A number that no other stream of the run has. */
  nextStream(): number {
    this.#streams += 1;
    return this.#streams;
  }

  start(role: Role): void {
    this.#started += 1;
    const skewMs = this.random.int(-skewMaxMs, skewMaxMs);
    const process = new SimulatedProcess(`${role} ${this.#started}`, this.clock, skewMs);
    const starts: Record<Role, () => void> = {
      consumer: () => this.consumers.push(new ConsumerInstance(process, this)),
      'schema-validator': () => this.validators.push(new ValidatorInstance(process, this)),
      inserter: () => this.inserters.push(new InserterInstance(process, this)),
    };
    starts[role]();
  }

  /** The process ends, whatever it is at. */
  end(instance: Instance): void {
    const { process } = instance;
    if (process.isEnded) return;
    const counted = instance.counted();
    if (counted) this.history.add({ kind: 'counted', process: process.name, counted });
    process.end();
    this.network.ended(process);
    const alive: Instance[] = this.#instances[instance.role];
    const place = alive.indexOf(instance);
    if (place >= 0) alive.splice(place, 1);
  }

  /** The process ends itself; whoever runs it starts another one. */
  fail(instance: Instance, error: Error): void {
    const { process, role } = instance;
    this.history.add({ kind: 'log', process: process.name, event: 'failed', message: error.message });
    this.end(instance);
    this.clock.after(restartMs, () => this.start(role));
  }

  pause({ process }: Instance): void {
    process.pause();
    this.network.paused(process);
  }

  continue({ process }: Instance): void {
    process.continue();
    this.network.continued(process);
  }

  /** SIGTERM, and the end when the process has finished and its last messages have left. */
  stop(instance: Instance): void {
    const { process } = instance;
    this.#stopping.add(instance);
    const leave = (triesLeft: number) => {
      const isConnected = this.network.isConnected(process);
      if (isConnected && triesLeft > 0) {
        process.after(lingerMs / lingerTries, () => leave(triesLeft - 1));
        return;
      }
      const what = `${process.name} ends ${isConnected ? 'with calls that are open' : 'in order'}`;
      this.history.add({ kind: 'fault', what });
      this.end(instance);
    };
    void instance.stop().then(() => leave(lingerTries));
  }

  /** Everything read has its end, and everything in the log is committed. */
  get isDone(): boolean {
    if (this.consumers.some(({ isBusy }) => isBusy)) return false;
    return this.#partitions.every((partition) => this.#committed(partition) >= this.log.end(partition));
  }

  /** Offsets that are committed, of all partitions. */
  get committedRecords(): number {
    return this.#partitions.reduce((sum, partition) => sum + this.#committed(partition), 0);
  }

  #committed(partition: number): number {
    return this.coordinator.committed(partition)?.offset ?? 0;
  }

  get #instances(): Record<Role, Instance[]> {
    return { consumer: this.consumers, 'schema-validator': this.validators, inserter: this.inserters };
  }
}
