// A program that imports this file has not read the declarations beside it.
/// <reference path="./untyped-modules.d.ts" />
import type { FetchedRecords, KafkaRecord } from '@millrace/lanes';
import { lookupCodecByAttributes } from 'kafkajs/src/protocol/message/compression/index.js';
import { rawRecordSetOf } from './fetch-response.ts';
import { type RecordSet, readRecordSet } from './record-set.ts';

/** As much of kafkajs's Batch as a fetch leaves to us. */
export interface KafkajsBatch {
  readonly topic: string;
  readonly partition: number;
  /** The offset that was asked for. */
  readonly fetchedOffset: string;
  readonly highWatermark: string;
  /** All that it has read, before any filter. */
  readonly rawMessages?: object;
}

/**
 * What a fetch brought of one partition, in the place of kafkajs's Batch: the same questions with the same answers, but
 * for its records, which are ours. Where the last batch of a set holds nothing to deliver, as compaction leaves it, the
 * next fetch begins behind it all the same; kafkajs would ask for it again and again.
 */
export class FetchedBatch {
  readonly topic: string;
  readonly partition: number;
  readonly fetchedOffset: string;
  readonly highWatermark: string;
  readonly messages: readonly KafkaRecord[];
  readonly #nextOffset: bigint | undefined;

  private constructor(batch: KafkajsBatch, { records, nextOffset }: RecordSet) {
    this.topic = batch.topic;
    this.partition = batch.partition;
    this.fetchedOffset = batch.fetchedOffset;
    this.highWatermark = batch.highWatermark;
    this.messages = records;
    const isBehind = nextOffset !== undefined && nextOffset > BigInt(batch.fetchedOffset);
    this.#nextOffset = isBehind ? nextOffset : undefined;
  }

  /** Reads the records that `leavingRecords` has left; undefined where kafkajs has read them by itself. */
  static async read(batch: KafkajsBatch): Promise<FetchedBatch | undefined> {
    if (!batch.rawMessages) throw new Error('kafkajs no longer keeps what it has read with a batch');
    const raw = rawRecordSetOf(batch.rawMessages);
    if (!raw) return undefined;
    const set = await readRecordSet(raw, BigInt(batch.fetchedOffset), codecOf);
    return new FetchedBatch(batch, set);
  }

  get fetched(): FetchedRecords {
    const { messages: records, highWatermark } = this;
    return { records, nextOffset: BigInt(this.lastOffset()) + 1n, highWatermark: BigInt(highWatermark) };
  }

  isEmpty(): boolean {
    return this.messages.length === 0;
  }

  /** It brought something, but nothing to deliver. */
  isEmptyDueToFiltering(): boolean {
    return this.isEmpty() && this.#nextOffset !== undefined;
  }

  firstOffset(): string | null {
    return this.messages[0]?.offset.toString() ?? null;
  }

  /** The offset before the one that the next fetch begins with. */
  lastOffset(): string {
    return String((this.#nextOffset ?? BigInt(this.highWatermark)) - 1n);
  }

  offsetLag(): string {
    return String(BigInt(this.highWatermark) - 1n - BigInt(this.lastOffset()));
  }

  offsetLagLow(): string {
    const first = this.firstOffset();
    return first === null ? '0' : String(BigInt(this.highWatermark) - 1n - BigInt(first));
  }
}

function codecOf(attributes: number) {
  return lookupCodecByAttributes(attributes) ?? undefined;
}
