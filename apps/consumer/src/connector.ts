import type { ConnectorConfig } from '@millrace/connector-config';
import { MissingTopicError, NoMatchingTopicError, type TopicChoice } from '@millrace/connector-config';
import { Backoff, type Cancel, type Clock } from '@millrace/delivery';
import { type FetchedRecords, partitionId, type TopicPartition } from '@millrace/lanes';
import type { Logger } from '@millrace/service';
import { AssignedLanes } from './assignment.ts';
import type { Bottleneck } from './bottleneck.ts';
import type { ConnectorKafka, Source } from './connector-kafka.ts';
import { ConnectorProgress } from './connector-progress.ts';
import { Counters } from './counters.ts';
import { LaneEvents } from './events.ts';
import { FlowWatch } from './flow-watch.ts';
import type { Lane, LaneCommit } from './lane.ts';
import { laneOptionsOf } from './lane-options.ts';
import { clashingTopics, type LaneProblem, offsetGone, sourceProblem } from './lane-problem.ts';
import type { CommitRefusals } from './offset-commit.ts';
import { missingOffset } from './offset-loss.ts';
import { PossibleDuplicates } from './possible-duplicates.ts';
import type { ReadBudget } from './read-budget.ts';
import { Totals } from './totals.ts';
import type { OpenLaneStream } from './validator-client.ts';
import { within } from './within.ts';

export interface ConnectorDependencies {
  readonly kafka: ConnectorKafka;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly openStream: OpenLaneStream;
  /** Of the process, for what the lanes of all connectors hold. */
  readonly budget: ReadBudget;
  /** Longest wait for work under way before the process gives its partitions back. */
  readonly drainTimeoutMs: number;
  /** After how long without a sign of progress the connector is not ready; after twice that, `fail` is called. */
  readonly progressTimeoutMs: number;
  /** Ends the process: only a new one can go on. */
  readonly fail: (error: Error) => void;
}

/** A connector hangs, and nothing that it could do by itself is left. */
export class NoProgressError extends Error {
  constructor(what: string) {
    super(`${what}; the process ends, so that a new one can go on`);
    this.name = 'NoProgressError';
  }
}

/** Longest time between two looks at whether reservations have to be renewed. */
const renewIntervalMs = 1_000;

/** Longest wait for the last commit before the process ends. */
const lastCommitMs = 1_000;

/**
 * One configured flow: a consumer group, its lanes, its dead letters. Whatever Kafka does, it goes on by itself: a
 * source that cannot start or has died is replaced by a new one, after a wait that grows.
 */
export class Connector {
  readonly config: ConnectorConfig;
  readonly counters = new Counters();
  readonly duplicates = new PossibleDuplicates();
  readonly totals = new Totals();
  readonly #parts: ConnectorDependencies;
  readonly #events: LaneEvents;
  readonly #lanes: AssignedLanes;
  readonly #restart: Backoff;
  #source: Source | undefined;
  #problem: LaneProblem | undefined;
  #clash: LaneProblem | undefined;
  readonly #progress: ConnectorProgress;
  readonly #flow: FlowWatch;
  #isResubscribing = false;
  #commitRefusal: string | undefined;
  /** Counts the assignments. */
  #generation = 0;
  /** Sources there have been. */
  #tries = 0;
  #topics: readonly string[] = [];
  #stopping = false;
  /** Settles when the source before this one has left its group. */
  #leaving: Promise<void> = Promise.resolve();
  /** Settles when the commits asked for so far have ended. */
  #commits: Promise<void> = Promise.resolve();
  #cancelTimer: Cancel = () => {};
  #cancelCommit: Cancel = () => {};

  constructor(config: ConnectorConfig, parts: ConnectorDependencies) {
    this.config = config;
    this.#parts = parts;
    this.#restart = new Backoff({ minMs: 1_000, maxMs: 5_000 });
    const { logRejections } = config.errors;
    const names = { connector: config.name, groupId: config.kafka.groupId, logRejections };
    this.#flow = new FlowWatch({
      clock: parts.clock,
      lanes: () => this.#lanes.all,
      problem: () => this.problem,
      changed: (bottleneck) => this.#events.limitedBy(bottleneck),
    });
    const { counters, duplicates, totals } = this;
    this.#events = new LaneEvents(names, parts.logger, counters, duplicates, {
      totals,
      flow: this.#flow,
      clock: parts.clock,
    });
    this.#progress = new ConnectorProgress({
      clock: parts.clock,
      timeoutMs: parts.progressTimeoutMs,
      connector: config.name,
      reader: () => ({ source: this.#source, tries: this.#tries, lanes: this.#lanes.all }),
      events: this.#events,
      hangs: (message) => this.#hangs(message),
    });
    this.#lanes = new AssignedLanes({
      config,
      options: laneOptionsOf(config),
      clock: parts.clock,
      events: this.#events,
      openStream: parts.openStream,
      deadLetters: parts.kafka.deadLetters,
      budget: parts.budget,
      setPaused: (at, paused) => this.#source?.setPaused(at, paused),
      seek: (at, offset) => this.#source?.seek(at, offset),
      // Not at once: other lanes may need one in the same tick.
      reserve: () => void Promise.resolve().then(() => this.#commit(() => this.#lanes.dueCommits(false))),
    });
  }

  get lanes() {
    return this.#lanes.all;
  }

  /** Why nothing is read, while nothing is; or why some topics are not. */
  get problem(): LaneProblem | undefined {
    return this.#problem ?? this.#progress.stall ?? this.#clash;
  }

  /** In a sentence; undefined while it reads. */
  get notReadyBecause(): string | undefined {
    if (!this.isJoined) return (this.#problem ?? this.#progress.stall)?.message ?? 'joining its group';
    return this.#progress.stall?.message;
  }

  /** Topics that are read now, or were when the source was last alive. */
  get topics(): readonly string[] {
    return this.#topics;
  }

  /** What limits it; undefined in its first seconds. */
  get bottleneck(): Bottleneck | undefined {
    return this.#flow.bottleneck;
  }

  get isJoined(): boolean {
    return this.#source?.isJoined === true;
  }

  start(): void {
    void this.#startSource();
    this.#scheduleCommit();
    this.#progress.start();
    this.#flow.start();
  }

  /** See AssignedLanes.spread. */
  spreadLanes(isUneven: () => boolean): void {
    this.#lanes.spread(isUneven);
  }

  /** Stops reading, finishes what is under way, commits, leaves the group. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#cancelTimer();
    this.#cancelCommit();
    this.#progress.end();
    this.#flow.end();
    await this.#finish(this.#parts.drainTimeoutMs, lastCommitMs);
    this.#lanes.close();
    await Promise.all([this.#source?.stop(), this.#leaving, this.#parts.kafka.deadLetters?.close()]);
  }

  async #startSource(): Promise<void> {
    const { kafka } = this.#parts;
    this.#tries += 1;
    const source = kafka.newSource({
      chosen: (choice) => this.#chosen(choice),
      topicsChanged: () => void this.#resubscribe(source),
      topicsRecreated: (topics) => this.#topicsRecreated(source, topics),
      topicsUnknown: (error) => this.#events.topicsUnknown(error),
      assigned: (assignments) => {
        this.#generation += 1;
        this.#commits = Promise.resolve();
        this.#lanes.open(assignments);
        this.#problem = undefined;
        this.#restart.reset();
        this.#events.joined(assignments.length);
        void kafka.deadLetters?.ensureTopic().catch((error: unknown) => this.#events.deadLetterTopicMissing(error));
      },
      records: (at, fetchedFrom, fetched) => this.#records(at, fetchedFrom, fetched),
      fetchAnswered: (at, highWatermark) => this.#lanes.lane(at)?.fetched(highWatermark),
      offsetOutOfRange: (at) => void this.#offsetOutOfRange(source, at),
      revoking: async () => {
        this.#events.revoking();
        await this.#finishInSession();
        this.#lanes.close();
      },
      crashed: (error) => void this.#replaceSource(source, error),
    });
    this.#source = source;
    try {
      await source.start();
    } catch (error) {
      await this.#replaceSource(source, error);
    }
  }

  /** Reads the topics that there are now: finishes, commits and leaves under the old subscription, and joins anew. */
  async #resubscribe(source: Source): Promise<void> {
    if (this.#source !== source || this.#stopping || this.#isResubscribing) return;
    this.#isResubscribing = true;
    this.#events.resubscribing();
    await this.#finishInSession();
    this.#isResubscribing = false;
    if (this.#source !== source || this.#stopping) return;
    await this.#leave(source);
    if (!this.#stopping) await this.#startSource();
  }

  async #leave(source: Source): Promise<void> {
    this.#source = undefined;
    this.#lanes.close();
    this.#leaving = source.stop();
    await this.#leaving;
  }

  #chosen(choice: TopicChoice): void {
    const { topics } = choice;
    const added = topics.filter((topic) => !this.#topics.includes(topic));
    const removed = this.#topics.filter((topic) => !topics.includes(topic));
    this.#topics = topics;
    this.#events.topicsChosen(added, removed, topics);
    const clash = clashingTopics(choice, this.#clash?.sinceMs ?? this.#parts.clock.now());
    if (clash && clash.message !== this.#clash?.message) this.#events.topicsClash(clash);
    this.#clash = clash;
  }

  async #replaceSource(source: Source, error: unknown): Promise<void> {
    if (this.#source !== source || this.#stopping) return;
    const before = this.#problem;
    this.#problem = sourceProblem(error, this.config.name, before?.sinceMs ?? this.#parts.clock.now());
    this.#events.restarting(this.#problem, this.#problem.code !== before?.code);
    await this.#leave(source);
    if (this.#stopping) return;
    const awaitsTopics = error instanceof NoMatchingTopicError || error instanceof MissingTopicError;
    const delayMs = Math.min(this.#restart.next(), awaitsTopics ? this.config.topics.refreshIntervalMs : Infinity);
    this.#cancelTimer = this.#parts.clock.after(delayMs, () => void this.#startSource());
  }

  #records(at: TopicPartition, fetchedFrom: bigint, fetched: FetchedRecords): void {
    const lane = this.#lanes.lane(at);
    if (!lane) return;
    // A fetch of an earlier generation may arrive late; taking it would skip or repeat records.
    if (fetchedFrom === lane.nextFetchOffset) lane.offer(fetched);
    else this.#source?.seek(at, lane.nextFetchOffset);
  }

  /** Says at once that the lane halts, and as soon as it is known, what has become of its offset. */
  async #offsetOutOfRange(source: Source, at: TopicPartition): Promise<void> {
    const lane = this.#lanes.lane(at);
    if (!lane) return;
    const offset = lane.nextFetchOffset;
    const sinceMs = this.#parts.clock.now();
    if (!this.#halt(source, [lane], () => `${partitionId(at)} has no offset ${offset}`)) return;
    try {
      const [state] = await source.inspect([at]);
      const what = state && missingOffset(state, offset);
      if (what) lane.halt(offsetGone(what, sinceMs));
    } catch (error) {
      this.#events.endsUnknown(error);
    }
  }

  #topicsRecreated(source: Source, topics: readonly string[]): void {
    const lanes = this.#lanes.all.filter(({ at }) => topics.includes(at.topic));
    this.#halt(source, lanes, ({ at }) => `the topic of ${partitionId(at)} was deleted and created again`);
  }

  /** Halts lanes that cannot read on where they stand; or joins anew and begins elsewhere, and returns false. */
  #halt(source: Source, lanes: readonly Lane[], what: (lane: Lane) => string): boolean {
    const isHalt = this.config.lostOffset === 'fail';
    for (const lane of lanes) {
      // Without a pause it would be fetched, and refused, over and over again.
      if (isHalt) lane.halt(offsetGone(what(lane), this.#parts.clock.now()));
      else source.setPaused(lane.at, true);
    }
    if (!isHalt && lanes.length > 0) void this.#resubscribe(source);
    return isHalt;
  }

  #hangs(message: string): void {
    // While it is known what keeps Kafka from being read, another try is better than an end.
    if (this.#problem && this.#source && !this.isJoined) {
      void this.#replaceSource(this.#source, new Error(message));
    } else this.#parts.fail(new NoProgressError(message));
  }

  /** Together with the age of the last heartbeat (a third) below the session timeout: none may be sent meanwhile. */
  #finishInSession(): Promise<void> {
    const { sessionTimeoutMs } = this.config.kafka;
    return this.#finish(sessionTimeoutMs / 3, sessionTimeoutMs / 6);
  }

  async #finish(drainMs: number, commitMs: number): Promise<void> {
    await this.#lanes.drain(drainMs);
    await within(
      commitMs,
      this.#commit(() => this.#lanes.releasingCommits()),
      this.#parts.clock,
    );
  }

  #scheduleCommit(): void {
    const { clock } = this.#parts;
    const { commitIntervalMs } = this.config;
    let lastMs = clock.now();
    const tick = () => {
      const withWatermarks = clock.now() - lastMs >= commitIntervalMs;
      if (withWatermarks) lastMs = clock.now();
      void this.#commit(() => this.#lanes.dueCommits(withWatermarks)).then(() => {
        if (!this.#stopping) schedule();
      });
    };
    const schedule = () => {
      this.#cancelCommit = clock.after(Math.min(commitIntervalMs, renewIntervalMs), tick);
    };
    schedule();
  }

  /**
   * Makes the commits that are due when the one under way has ended. A new generation does not wait for one that was
   * begun in an earlier one, and what was to follow that one is dropped: the lanes that it was meant for are gone.
   */
  #commit(due: () => readonly LaneCommit[]): Promise<void> {
    const generation = this.#generation;
    this.#commits = this.#commits.then(async () => {
      if (generation !== this.#generation) return;
      const commits = due();
      if (commits.length === 0 || !this.#source) return;
      try {
        const refusals = await this.#source.commit(commits.map((commit) => this.#lanes.toCommit(commit)));
        if (!refusals) return;
        if (refusals.size < commits.length) this.totals.commits += 1;
        this.#committed(commits, refusals);
      } catch (error) {
        const why = error instanceof Error ? error : new Error(String(error));
        this.#committed(commits, new Map(commits.map(({ lane }) => [partitionId(lane.at), why])));
      }
    });
    return this.#commits;
  }

  /**
   * Each partition has its own answer: one that is refused holds up no other. Nothing is tried again: what is due then is
   * due again, at the next look, under the generation of that time.
   */
  #committed(commits: readonly LaneCommit[], refusals: CommitRefusals): void {
    for (const commit of commits) {
      const refusal = refusals.get(partitionId(commit.lane.at));
      if (refusal) commit.lane.commitFailed(refusal.message);
      else commit.lane.committed(commit);
    }
    const partitions = [...refusals.keys()];
    const why = [...new Set([...refusals.values()].map(({ message }) => message))].join('; ');
    const refused = partitions.length === 0 ? undefined : `${partitions.join(', ')}: ${why}`;
    if (refused !== undefined) this.#events.commitFailed(partitions, why, refused !== this.#commitRefusal);
    this.#commitRefusal = refused;
  }
}
