import type { IHeaders, Message } from 'kafkajs';
import type { BrokenKind } from './broken-kind.ts';
import { brokenKinds } from './broken-kinds.ts';
import { edgeIds, goodRow } from './good-rows.ts';
import { seededRandom } from './random.ts';
import { expectedRow, jsonOf } from './rows.ts';

export interface RecordSourceOptions {
  readonly seed: number;
  readonly partitions: number;
  /** Share of records that can never be written, 0 to 1; none by default. */
  readonly brokenShare?: number;
  /** Share of good records that repeat an earlier key of their partition, 0 to 1; none by default. */
  readonly repeatedShare?: number;
  /** Distinct keys of a partition after which only these are repeated. */
  readonly keysMax?: number;
  /** Blanks before the closing brace of a good record, to make it as large as wanted. */
  readonly padBytes?: number;
  /** Whether the first keys are at the edges of their type; by default they are. */
  readonly edgeKeys?: boolean;
}

/** A record that must end in the dead letter topic, exactly as it was sent. */
export interface BrokenRecord {
  readonly kind: BrokenKind;
  readonly partition: number;
  readonly offset: bigint;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: IHeaders;
  readonly timestamp: string;
}

/**
 * Makes records for a fresh topic, over all its partitions in turn, and keeps account of what must come of them when
 * they are sent in this order. A key stays in its partition, so the last value of each key is known.
 */
export class RecordSource {
  /** The last good row of each key in its reference form, by key. */
  readonly rows = new Map<string, string>();
  readonly broken: BrokenRecord[] = [];
  readonly #options: RecordSourceOptions;
  readonly #random: () => number;
  readonly #idsOf: bigint[][];
  readonly #nextOffset: number[];
  readonly #beginMs = Date.now() - 3_600_000;
  #made = 0;
  #ids = 0;

  constructor(options: RecordSourceOptions) {
    this.#options = options;
    this.#random = seededRandom(options.seed);
    this.#idsOf = Array.from({ length: options.partitions }, () => []);
    this.#nextOffset = new Array<number>(options.partitions).fill(0);
  }

  /** Records made so far. */
  get made(): number {
    return this.#made;
  }

  take(count: number): Message[] {
    return Array.from({ length: count }, () => this.#next());
  }

  #next(): Message {
    const { partitions, brokenShare = 0 } = this.#options;
    const partition = this.#made % partitions;
    const timestamp = String(this.#beginMs + this.#made++);
    const offset = BigInt(this.#nextOffset[partition] ?? 0);
    this.#nextOffset[partition] = Number(offset) + 1;
    return this.#random() < brokenShare
      ? this.#brokenRecord(partition, offset, timestamp)
      : this.#goodRecord(partition, timestamp);
  }

  #goodRecord(partition: number, timestamp: string): Message {
    const { repeatedShare = 0, keysMax = Number.POSITIVE_INFINITY, padBytes = 0 } = this.#options;
    const ids = this.#idsOf[partition] ?? [];
    const repeated = ids.length >= keysMax || (ids.length > 0 && this.#random() < repeatedShare);
    const drawn = repeated ? ids[Math.floor(this.#random() * ids.length)] : undefined;
    const id = drawn ?? this.#freshId();
    if (drawn === undefined) ids.push(id);
    const row = goodRow(id, this.#random);
    this.rows.set(String(id), expectedRow(row));
    const value = padBytes === 0 ? jsonOf(row) : `${jsonOf(row).slice(0, -1)}${' '.repeat(padBytes)}}`;
    return { partition, key: `key ${id}`, value, timestamp };
  }

  /** A new one each time: the edges first, then ids strewn over all of Int64. */
  #freshId(): bigint {
    const index = this.#ids++;
    const edge = this.#options.edgeKeys === false ? undefined : edgeIds[index];
    return edge ?? BigInt.asIntN(64, BigInt(index) * 0x9e3779b97f4a7c15n);
  }

  /** Every second one under the key of a good row, which it must not touch. */
  #brokenRecord(partition: number, offset: bigint, timestamp: string): Message {
    const index = this.broken.length;
    const kind = brokenKinds[index % brokenKinds.length];
    if (kind === undefined) throw new Error('there are no broken kinds');
    const known = index % 2 === 0 ? undefined : this.#idsOf[partition]?.at(-1);
    const value = kind.value(goodRow(known ?? this.#freshId(), this.#random));
    const { key, headers } = dressed(index);
    this.broken.push({ kind, partition, offset, value, timestamp, key, headers });
    return { partition, key, value, headers, timestamp };
  }
}

/** Keys and headers of many kinds, which a dead letter has to keep byte for byte. */
export function dressed(index: number): { key: Buffer | null; headers: IHeaders } {
  const keys = [null, Buffer.alloc(0), Buffer.from('key'), Buffer.from([0x00, 0xff, 0xfe, 0x80])];
  const headers: IHeaders[] = [
    {},
    { source: Buffer.from('e2e') },
    { repeated: [Buffer.from('one'), Buffer.from('two')], binary: Buffer.from([0x00, 0xff, 0x80]) },
    { traceparent: Buffer.from('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'), empty: Buffer.alloc(0) },
  ];
  return { key: keys[index % keys.length] ?? null, headers: headers[(index >> 2) % headers.length] ?? {} };
}
