import { DataType, type FieldType } from '@zilliz/milvus2-sdk-node';
import type { Message } from 'kafkajs';
import { seededRandom } from '../reference/random.ts';

const vectorDim = 8;
/** Keys that are updated by turns of chance, so few that batches and merged writes hold a key several times. */
const activeKeys = 400;
/** One record in ten is the only one of its key. */
const onceShare = 0.1;

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

export interface UpsertsOptions {
  readonly seed: number;
  /** Of each key that is updated at all. */
  readonly updates: number;
  readonly partitions: number;
}

/**
 * Makes upserts over many keys, of which only some are updated at a time. A key that has had all its updates is left
 * alone and another takes its place: so at any moment of a run some records are the last ones of their keys, and what is
 * lost or overtaken then shows at the end, where later updates would cover it up.
 */
export class Upserts {
  readonly #options: UpsertsOptions;
  readonly #random: () => number;
  readonly #active: { readonly key: number; updates: number }[];
  #keys = 0;
  #finished = 0;
  #made = 0;

  constructor(options: UpsertsOptions) {
    this.#options = options;
    this.#random = seededRandom(options.seed);
    this.#active = Array.from({ length: activeKeys }, () => ({ key: this.#keys++, updates: 0 }));
  }

  /** Records made so far; each has its place among them as its sequence. */
  get made(): number {
    return this.#made;
  }

  /** Keys that have had all their updates, without those that have only one. */
  get finished(): number {
    return this.#finished;
  }

  /** All keys are below this. */
  get keys(): number {
    return this.#keys;
  }

  take(count: number): Message[] {
    return Array.from({ length: count }, () => this.#next());
  }

  #next(): Message {
    const key = this.#random() < onceShare ? this.#keys++ : this.#update();
    const sequence = this.#made++;
    const value = `{"id":${key},"sequence":${sequence},"vector":[${vectorOf(sequence)}]}`;
    // A key stays in its partition: across partitions it has no order.
    return { partition: key % this.#options.partitions, key: String(key), value };
  }

  #update(): number {
    const index = Math.floor(this.#random() * this.#active.length);
    const drawn = this.#active[index];
    if (drawn === undefined) throw new Error('there are no active keys');
    if (++drawn.updates === this.#options.updates) {
      this.#finished++;
      this.#active[index] = { key: this.#keys++, updates: 0 };
    }
    return drawn.key;
  }
}
