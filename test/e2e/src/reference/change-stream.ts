import type { Message } from 'kafkajs';
import { seededRandom } from './random.ts';

/** A row as it is read back. */
export type FoldedRow = Readonly<Record<string, unknown>>;

export interface ChangeStreamOptions {
  readonly seed: number;
  readonly keys: number;
  readonly partitions: number;
  readonly records: number;
  /** Whether the key of a row is its field `id` or the record's key, which is text then. */
  readonly keyedBy: 'value' | 'record key';
  /** Whether a record without a value deletes, or is left out. */
  readonly tombstones: 'delete' | 'ignore';
}

/** Changes to the rows of a set of keys in an order of chance, and what a collection holds after all of them. */
export interface ChangeStream {
  readonly messages: readonly Message[];
  /** The reference fold, by key as text. */
  readonly rows: ReadonlyMap<string, FoldedRow>;
  /** Records that must become dead letters, and that must be left out. */
  readonly broken: number;
  readonly ignored: number;
}

/** Text keys that an expression would have to quote, and of which some differ by their normal form alone. */
const textKey = (number: number): string => `it's "${number >> 1}" \\ || id != ${number % 2 === 0 ? 'é' : 'e\u0301'}`;

/** A key keeps its partition, so its changes have an order. */
export function changeStream({
  seed,
  keys,
  partitions,
  records,
  keyedBy,
  tombstones,
}: ChangeStreamOptions): ChangeStream {
  const random = seededRandom(seed);
  const rows = new Map<string, FoldedRow>();
  const messages: Message[] = [];
  let broken = 0;
  let ignored = 0;
  for (let version = 0; version < records; version++) {
    const number = Math.floor(random() * keys);
    const id = keyedBy === 'value' ? String(number - (keys >> 1)) : textKey(number);
    const own = keyedBy === 'value' ? { id: Number(id) } : {};
    const send = (value: object | null, key: string | null = id) =>
      messages.push({ partition: number % partitions, key, value: value && JSON.stringify(value) });

    const draw = random();
    if (draw < 0.55) {
      const row = { version, title: `version ${version} of ${id}`, vector: [version, number] };
      send({ op: random() < 0.5 ? 'c' : 'u', ...own, ...row });
      rows.set(id, { id, ...row });
    } else if (draw < 0.75) {
      send(null);
      if (tombstones === 'delete') rows.delete(id);
      else ignored++;
    } else if (draw < 0.9) {
      send({ op: 'd', ...own });
      rows.delete(id);
    } else if (draw < 0.95) {
      // Of a record that deletes, only its key counts.
      send({ op: 'delete', ...own, version: 'none', vector: [1], unknown: { deep: true } });
      rows.delete(id);
    } else {
      const wrong = [
        { op: 'u', ...own, version: 'none', title: '', vector: [0, 0] },
        { op: 'u', ...own, version, title: '', vector: [0] },
      ];
      send(wrong[version % 2] ?? null);
      broken++;
    }
  }
  return { messages, rows, broken, ignored };
}
