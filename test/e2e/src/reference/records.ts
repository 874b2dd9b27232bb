import type { IHeaders, Message } from 'kafkajs';
import { type BrokenKind, brokenKinds } from './broken-kinds.ts';
import { edgeIds, goodRow } from './good-rows.ts';
import { seededRandom } from './random.ts';
import { expectedRow, jsonOf } from './rows.ts';

export interface RecordsOptions {
  readonly seed: number;
  readonly count: number;
  readonly partitions: number;
  /** Share of records that can never be written, 0 to 1. */
  readonly brokenShare: number;
  /** Share of good records that repeat an earlier key of their partition, 0 to 1. */
  readonly repeatedShare: number;
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

/** What to send to a fresh topic, in this order, and what must come of it. */
export interface Records {
  readonly messages: readonly Message[];
  /** The last good row of each key in its reference form, by key. */
  readonly rows: ReadonlyMap<string, string>;
  readonly broken: readonly BrokenRecord[];
  readonly counts: readonly number[];
}

/** Records over all partitions in turn. A key stays in its partition, so the last value of each key is known. */
export function generateRecords(options: RecordsOptions): Records {
  const random = seededRandom(options.seed);
  const messages: Message[] = [];
  const rows = new Map<string, string>();
  const broken: BrokenRecord[] = [];
  const counts = new Array<number>(options.partitions).fill(0);
  const idsOf = counts.map((): bigint[] => []);
  const begin = Date.now() - 3_600_000;
  let fresh = 0;

  for (let index = 0; index < options.count; index++) {
    const partition = index % options.partitions;
    const timestamp = String(begin + index);
    const offset = BigInt(counts[partition] ?? 0);
    counts[partition] = Number(offset) + 1;
    const ids = idsOf[partition] ?? [];
    if (random() < options.brokenShare) {
      const kind = brokenKinds[broken.length % brokenKinds.length] as BrokenKind;
      const id = broken.length % 2 === 0 ? freshId(fresh++) : (ids.at(-1) ?? freshId(fresh++));
      const value = kind.value(goodRow(id, random));
      const record = { kind, partition, offset, value, timestamp, ...dressed(broken.length) };
      broken.push(record);
      messages.push({ partition, key: record.key, value, headers: record.headers, timestamp });
    } else {
      const repeated = ids.length > 0 && random() < options.repeatedShare;
      const id = repeated ? (ids[Math.floor(random() * ids.length)] as bigint) : freshId(fresh++);
      if (!repeated) ids.push(id);
      const row = goodRow(id, random);
      rows.set(String(id), expectedRow(row));
      messages.push({ partition, key: `key ${id}`, value: jsonOf(row), timestamp });
    }
  }
  return { messages, rows, broken, counts };
}

/** Distinct for every index: the edges first, then ids strewn over all of Int64. */
function freshId(index: number): bigint {
  return edgeIds[index] ?? BigInt.asIntN(64, BigInt(index) * 0x9e3779b97f4a7c15n);
}

/** Keys and headers of many kinds, which a dead letter has to keep byte for byte. */
function dressed(index: number): { key: Buffer | null; headers: IHeaders } {
  const keys = [null, Buffer.alloc(0), Buffer.from('key'), Buffer.from([0x00, 0xff, 0xfe, 0x80])];
  const headers: IHeaders[] = [
    {},
    { source: Buffer.from('e2e') },
    { repeated: [Buffer.from('one'), Buffer.from('two')], binary: Buffer.from([0x00, 0xff, 0x80]) },
    { traceparent: Buffer.from('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'), empty: Buffer.alloc(0) },
  ];
  return { key: keys[index % keys.length] ?? null, headers: headers[(index >> 2) % headers.length] ?? {} };
}
