import { DataType, type FieldType } from '@zilliz/milvus2-sdk-node';
import type { Message } from 'kafkajs';
import { seededRandom } from '../reference/random.ts';

const vectorDim = 8;
/** One record in ten is of one of these few keys, so that batches and merged writes hold a key several times. */
const hotShare = 0.1;
const hotKeys = 20;

/** The collection: the record's own number and content, and where the services say that it was read. */
export const fields: FieldType[] = [
  { name: 'id', data_type: DataType.Int64, is_primary_key: true, autoID: false },
  { name: 'sequence', data_type: DataType.Int64 },
  { name: 'kafka_partition', data_type: DataType.Int64 },
  { name: 'kafka_offset', data_type: DataType.Int64 },
  { name: 'vector', data_type: DataType.FloatVector, dim: vectorDim },
];
export const fieldNames = fields.map(({ name }) => name);

/** Where the fields come from that no producer can know. */
export const fieldSources = 'kafka_partition:$partition,kafka_offset:$offset';

/** Follows from the record's number alone, in floats that are exact in 32 bits: a row made of two records shows. */
export const vectorOf = (sequence: number): number[] =>
  Array.from({ length: vectorDim }, (_, index) => ((sequence * (index + 1)) % 65_521) / 8);

/** Makes upserts over a number of keys: all keys once a round, in an order of the seed, and some hot ones more often. */
export class Upserts {
  readonly #keys: number;
  readonly #partitions: number;
  readonly #random: () => number;
  #round: number[] = [];
  #rounds = 0;
  #made = 0;

  constructor(options: { readonly seed: number; readonly keys: number; readonly partitions: number }) {
    this.#keys = options.keys;
    this.#partitions = options.partitions;
    this.#random = seededRandom(options.seed);
  }

  /** Records made so far; each has its place among them as its sequence. */
  get made(): number {
    return this.#made;
  }

  /** Updates that every key has had. */
  get rounds(): number {
    return this.#round.length === 0 ? this.#rounds : this.#rounds - 1;
  }

  take(count: number): Message[] {
    return Array.from({ length: count }, () => this.#next());
  }

  #next(): Message {
    const key = this.#nextKey();
    const sequence = this.#made++;
    const value = `{"id":${key},"sequence":${sequence},"vector":[${vectorOf(sequence)}]}`;
    // A key stays in its partition: across partitions it has no order.
    return { partition: key % this.#partitions, key: String(key), value };
  }

  #nextKey(): number {
    if (this.#random() < hotShare) return Math.floor(this.#random() * Math.min(hotKeys, this.#keys));
    if (this.#round.length === 0) {
      this.#round = shuffled(this.#keys, this.#random);
      this.#rounds++;
    }
    return this.#round.pop() ?? 0;
  }
}

function shuffled(count: number, random: () => number): number[] {
  const numbers = Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [numbers[last], numbers[other]] = [numbers[other] ?? 0, numbers[last] ?? 0];
  }
  return numbers;
}
