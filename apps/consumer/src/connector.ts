import type { ConnectorConfig, WorkerConfig } from '@millrace/connector-config';
import { Backoff, type Cancel, type Clock } from '@millrace/delivery';
import type { Logger } from '@millrace/service';
import type { Kafka } from 'kafkajs';
import { AssignedLanes } from './assignment.ts';
import { Counters } from './counters.ts';
import { DeadLetters } from './dead-letters.ts';
import { LaneEvents } from './events.ts';
import { createKafka } from './kafka-client.ts';
import { type FetchedRecords, partitionId, type TopicPartition } from './kafka-record.ts';
import { KafkaSource, rebalanceTimeoutMs } from './kafka-source.ts';
import { laneOptionsOf } from './lane-options.ts';
import { type LaneProblem, offsetGone, sourceProblem } from './lane-problem.ts';
import type { OpenLaneStream } from './validator-client.ts';

export interface ConnectorDependencies {
  readonly worker: WorkerConfig;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly openStream: OpenLaneStream;
  /** Longest wait for work under way before the process gives its partitions back. */
  readonly drainTimeoutMs: number;
}

/**
 * One configured flow: a consumer group, its lanes, its dead letters. Whatever Kafka does, it goes on by itself: a
 * source that cannot start or has died is replaced by a new one, after a wait that grows.
 */
export class Connector {
  readonly config: ConnectorConfig;
  readonly counters = new Counters();
  readonly #parts: ConnectorDependencies;
  readonly #kafka: Kafka;
  readonly #events: LaneEvents;
  readonly #lanes: AssignedLanes;
  readonly #deadLetters: DeadLetters | undefined;
  readonly #restart: Backoff;
  #source: KafkaSource | undefined;
  #problem: LaneProblem | undefined;
  #stopping = false;
  #committing = false;
  #cancelTimer: Cancel = () => {};
  #cancelCommit: Cancel = () => {};

  constructor(config: ConnectorConfig, parts: ConnectorDependencies) {
    this.config = config;
    this.#parts = parts;
    this.#kafka = createKafka(parts.worker.bootstrapServers, config.kafka, parts.logger);
    this.#restart = new Backoff({ minMs: 1_000, maxMs: 15_000 });
    const { deadLetters, logRejections } = config.errors;
    const names = {
      connector: config.name,
      groupId: config.kafka.groupId,
      collection: config.collectionName,
      logRejections,
    };
    this.#events = new LaneEvents(names, parts.logger, this.counters);
    this.#deadLetters = deadLetters
      ? new DeadLetters(this.#kafka, {
          topic: deadLetters.topic,
          replicationFactor: deadLetters.replicationFactor ?? 3,
          connector: config.name,
          collection: config.collectionName,
          connectHeaders: deadLetters.connectHeaders,
        })
      : undefined;
    this.#lanes = new AssignedLanes({
      config,
      options: laneOptionsOf(config),
      clock: parts.clock,
      events: this.#events,
      openStream: parts.openStream,
      deadLetters: this.#deadLetters,
      setPaused: (at, paused) => this.#source?.setPaused(at, paused),
    });
  }

  get lanes() {
    return this.#lanes.all;
  }

  /** Why nothing is read, while nothing is. */
  get problem(): LaneProblem | undefined {
    return this.#problem;
  }

  get isJoined(): boolean {
    return this.#source?.isJoined === true;
  }

  start(): void {
    void this.#startSource();
    this.#scheduleCommit();
  }

  /** Stops reading, finishes what is under way, commits, leaves the group. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#cancelTimer();
    this.#cancelCommit();
    await this.#finish(this.#parts.drainTimeoutMs);
    this.#lanes.close();
    await this.#source?.stop();
    await this.#deadLetters?.close();
  }

  async #startSource(): Promise<void> {
    const source = new KafkaSource(this.#kafka, this.config.kafka, this.config.topics, {
      assigned: (assignments) => {
        this.#lanes.open(assignments);
        this.#problem = undefined;
        this.#restart.reset();
        this.#events.joined(assignments.length);
      },
      records: (at, fetchedFrom, fetched) => this.#records(at, fetchedFrom, fetched),
      fetchedTo: (at, nextOffset) => this.#lanes.lane(at)?.fetchedTo(nextOffset),
      offsetOutOfRange: (at) => this.#offsetOutOfRange(at),
      revoking: async () => {
        this.#events.revoking();
        // Below the session timeout, which runs on: nobody sends heartbeats while the old generation drains.
        await this.#finish(Math.min(this.config.kafka.sessionTimeoutMs, rebalanceTimeoutMs) / 2);
        this.#lanes.close();
      },
      crashed: (error) => void this.#replaceSource(source, error),
    });
    this.#source = source;
    try {
      await source.start();
      await this.#deadLetters?.ensureTopic(source.admin).catch((error: unknown) => this.#deadLetterTopicMissing(error));
    } catch (error) {
      await this.#replaceSource(source, error);
    }
  }

  async #replaceSource(source: KafkaSource, error: unknown): Promise<void> {
    if (this.#source !== source || this.#stopping) return;
    this.#source = undefined;
    this.#lanes.close();
    this.#problem = sourceProblem(error, this.config.name, this.#problem?.sinceMs ?? this.#parts.clock.now());
    this.#events.restarting(this.#problem);
    await source.stop();
    this.#cancelTimer = this.#parts.clock.after(this.#restart.next(), () => void this.#startSource());
  }

  /** A letter's own send says so again, and halts the lane, if the topic is still missing then. */
  #deadLetterTopicMissing(error: unknown): void {
    this.#parts.logger.warn(
      { event: 'dead_letter_topic_missing', connector: this.config.name },
      error instanceof Error ? error.message : String(error),
    );
  }

  #records(at: TopicPartition, fetchedFrom: bigint, fetched: FetchedRecords): void {
    const lane = this.#lanes.lane(at);
    if (!lane) return;
    // A fetch of an earlier generation may arrive late; taking it would skip or repeat records.
    if (fetchedFrom === lane.nextFetchOffset) lane.offer(fetched);
    else this.#source?.seek(at, lane.nextFetchOffset);
  }

  #offsetOutOfRange(at: TopicPartition): void {
    const lane = this.#lanes.lane(at);
    lane?.stop(offsetGone(partitionId(at), lane.nextFetchOffset, this.#parts.clock.now()));
  }

  async #finish(timeoutMs: number): Promise<void> {
    await this.#lanes.drain(timeoutMs);
    await this.#commit();
  }

  #scheduleCommit(): void {
    this.#cancelCommit = this.#parts.clock.after(this.config.commitIntervalMs, () => {
      void this.#commit().then(() => {
        if (!this.#stopping) this.#scheduleCommit();
      });
    });
  }

  async #commit(): Promise<void> {
    const commits = this.#lanes.commits();
    if (this.#committing || commits.length === 0 || !this.#source) return;
    this.#committing = true;
    try {
      if (await this.#source.commit(commits)) this.#lanes.committed(commits);
    } catch (error) {
      this.#events.commitFailed(error);
    } finally {
      this.#committing = false;
    }
  }
}
