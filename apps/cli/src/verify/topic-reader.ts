import { randomUUID } from 'node:crypto';
import { recordsOf } from '@millrace/kafka';
import { type KafkaRecord, partitionId, type TopicPartition } from '@millrace/lanes';
import type { Admin, Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import { CliError } from '../cli-error.ts';

/** Offsets of one partition: from here up to and without `to`. */
export interface ReadRange extends TopicPartition {
  readonly from: bigint;
  readonly to: bigint;
}

/** Takes records of a range, in offset order; the next ones of the same range come when it has finished. */
export type TakeRecords<Range extends ReadRange> = (range: Range, records: readonly KafkaRecord[]) => Promise<void>;

/** Ranges that are read at the same time. Each fetch brings at most about a megabyte of each. */
export const rangesAtOnce = 4;

/** After so long, and so many fetches in a row, that bring nothing, nothing more is expected. */
const emptyMs = 10_000;
const emptyFetchesMin = 20;

const heartbeatMs = 3_000;

/**
 * Reads ranges of partitions, a few at a time, in a consumer group of its own, which is removed again; nothing is
 * committed. Records that do not come are not waited for: an open transaction holds them back, or retention has taken
 * them.
 *
 * @returns the ranges that ended early, with the offset that was reached
 * @throws CliError when Kafka does not answer any more
 */
export async function readRanges<Range extends ReadRange>(
  kafka: Kafka,
  ranges: readonly Range[],
  take: TakeRecords<Range>,
): Promise<readonly EarlyEnd<Range>[]> {
  const wanted = ranges.filter(({ from, to }) => from < to);
  if (wanted.length === 0) return [];
  const groupId = `millrace-cli-${randomUUID()}`;
  const admin = kafka.admin();
  const consumer = kafka.consumer({
    groupId,
    maxWaitTimeInMs: 100,
    sessionTimeout: 60_000,
    heartbeatInterval: heartbeatMs,
    allowAutoTopicCreation: false,
    retry: { retries: 5, restartOnFailure: async () => false },
  });
  await Promise.all([admin.connect(), consumer.connect()]);
  try {
    return await new RangeReading(consumer, admin, wanted, take).run();
  } finally {
    await consumer.disconnect();
    await admin.deleteGroups([groupId]);
    await admin.disconnect();
  }
}

export interface EarlyEnd<Range> {
  readonly range: Range;
  readonly reached: bigint;
}

interface Place<Range> {
  readonly range: Range;
  next: bigint;
}

class RangeReading<Range extends ReadRange> {
  readonly #consumer: Consumer;
  readonly #admin: Admin;
  readonly #take: TakeRecords<Range>;
  /** Not begun yet. */
  readonly #waiting: Place<Range>[];
  readonly #active = new Map<string, Place<Range>>();
  readonly #early: EarlyEnd<Range>[] = [];
  #emptyFetches = 0;
  #movedAt = performance.now();
  #taking = 0;
  #done: () => void = () => {};
  #fail: (error: unknown) => void = () => {};

  constructor(consumer: Consumer, admin: Admin, ranges: readonly Range[], take: TakeRecords<Range>) {
    this.#consumer = consumer;
    this.#admin = admin;
    this.#take = take;
    this.#waiting = ranges.map((range) => ({ range, next: range.from }));
  }

  async run(): Promise<readonly EarlyEnd<Range>[]> {
    const { events } = this.#consumer;
    await this.#consumer.subscribe({
      topics: [...new Set(this.#waiting.map(({ range }) => range.topic))],
      fromBeginning: true,
    });
    await new Promise<void>((resolve, reject) => {
      this.#done = resolve;
      this.#fail = reject;
      this.#consumer.on(events.CRASH, ({ payload }) => reject(unreadable(payload.error)));
      this.#consumer.on(events.FETCH, () => this.#fetched());
      // A fetch that brings control records or aborted ones alone reaches no handler.
      this.#consumer.on(events.END_BATCH_PROCESS, ({ payload }) => {
        if (payload.batchSize === 0)
          this.#reach(this.#active.get(partitionId(payload)), BigInt(payload.lastOffset) + 1n);
      });
      const run = this.#consumer.run({
        autoCommit: false,
        partitionsConsumedConcurrently: rangesAtOnce,
        eachBatch: (payload) => this.#receive(payload),
      });
      run.catch((error: unknown) => reject(unreadable(error)));
      for (const { range } of this.#waiting) this.#pause(range);
      for (let count = 0; count < rangesAtOnce; count++) this.#beginNext();
    });
    return this.#early;
  }

  #beginNext(): void {
    const place = this.#waiting.shift();
    if (place === undefined) {
      if (this.#active.size === 0) this.#done();
      return;
    }
    const { topic, partition } = place.range;
    this.#active.set(partitionId(place.range), place);
    this.#consumer.seek({ topic, partition, offset: String(place.next) });
    this.#consumer.resume([{ topic, partitions: [partition] }]);
  }

  async #receive({ batch, heartbeat }: EachBatchPayload): Promise<void> {
    const place = this.#active.get(partitionId(batch));
    if (place === undefined) return;
    this.#taking += 1;
    let lost: unknown;
    const beat = setInterval(() => {
      heartbeat().catch((error: unknown) => {
        lost = error;
      });
    }, heartbeatMs);
    try {
      if (fetchedOffset(batch) > place.next) await this.#findAgain(place);
      else await this.#deliver(place, batch);
    } catch (error) {
      this.#fail(error);
    } finally {
      clearInterval(beat);
      this.#taking -= 1;
      this.#moved();
    }
    // kafkajs joins again; what is fetched from elsewhere then is recognised by its offset.
    if (lost !== undefined) throw lost;
  }

  async #deliver(place: Place<Range>, batch: EachBatchPayload['batch']): Promise<void> {
    const { range, next } = place;
    const messages = batch.messages.filter(({ offset }) => BigInt(offset) >= next && BigInt(offset) < range.to);
    if (messages.length > 0) await this.#take(range, recordsOf(messages));
    this.#reach(place, BigInt(batch.lastOffset()) + 1n);
  }

  #reach(place: Place<Range> | undefined, next: bigint): void {
    if (place === undefined || next <= place.next) return;
    place.next = next;
    this.#moved();
    if (next >= place.range.to) this.#end(place);
  }

  #end({ range }: Place<Range>): void {
    this.#active.delete(partitionId(range));
    this.#pause(range);
    this.#beginNext();
  }

  /** The fetch began behind what was to be read: after a rejoin, or because retention has taken what lay there. */
  async #findAgain(place: Place<Range>): Promise<void> {
    const { topic, partition } = place.range;
    const offsets = await this.#admin.fetchTopicOffsets(topic);
    const low = BigInt(offsets.find((each) => each.partition === partition)?.low ?? '0');
    this.#reach(place, low);
    if (this.#active.get(partitionId(place.range)) === place) {
      this.#consumer.seek({ topic, partition, offset: String(place.next) });
    }
  }

  #fetched(): void {
    if (this.#taking > 0) return;
    this.#emptyFetches += 1;
    if (this.#emptyFetches < emptyFetchesMin || performance.now() - this.#movedAt < emptyMs) return;
    this.#moved();
    for (const place of [...this.#active.values()]) {
      this.#early.push({ range: place.range, reached: place.next });
      this.#end(place);
    }
  }

  #moved(): void {
    this.#emptyFetches = 0;
    this.#movedAt = performance.now();
  }

  #pause({ topic, partition }: TopicPartition): void {
    this.#consumer.pause([{ topic, partitions: [partition] }]);
  }
}

const unreadable = (cause: unknown): CliError =>
  new CliError(`reading from Kafka failed: ${cause instanceof Error ? cause.message : String(cause)}`, 'unavailable', {
    cause,
  });

/** kafkajs's Batch keeps the offset that was asked for; its type does not tell. */
function fetchedOffset(batch: EachBatchPayload['batch']): bigint {
  if (!('fetchedOffset' in batch)) throw new Error('kafkajs no longer tells the offset that a fetch asked for');
  return BigInt(String(batch.fetchedOffset));
}
