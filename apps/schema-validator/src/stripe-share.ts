import { ColumnBuilder } from './column-builder.ts';
import type { Plan } from './plan.ts';
import { Report } from './report.ts';
import type { RowEncoder } from './row-encoder.ts';
import type { Row } from './shape/row.ts';

/** How the rows and deletes of a lane are shared out over its stripes. */
export interface StripeShare {
  /** One for each stripe. */
  readonly encoders: readonly RowEncoder[];
  beginBatch(): void;
  /** From 0; the same for rows that must keep their order. */
  stripeOf(row: Row): number;
}

/**
 * By hash of the primary key, so that the entries of a key keep their order. Where Milvus makes the keys there is none to
 * hash, and no order to keep: whole batches take the stripes in turn.
 */
export function shareOf(plan: Plan, newEncoder: () => RowEncoder, stripeCount: number): StripeShare {
  const encoders = Array.from({ length: stripeCount }, newEncoder);
  if (stripeCount === 1) return { encoders, beginBatch: () => {}, stripeOf: () => 0 };
  if (plan.keyIndex < 0) return inTurn(encoders);
  const hash = new KeyHash(plan);
  return { encoders, beginBatch: () => {}, stripeOf: (row) => hash.of(row) % stripeCount };
}

function inTurn(encoders: readonly RowEncoder[]): StripeShare {
  let turn = -1;
  return {
    encoders,
    beginBatch: () => {
      turn = (turn + 1) % encoders.length;
    },
    stripeOf: () => turn,
  };
}

/** Hashes primary keys by their encoded bytes: two spellings of one number are one key. */
export class KeyHash {
  readonly #plan: Plan;
  readonly #column: ColumnBuilder;
  readonly #report = new Report(1);

  /** @throws where Milvus makes the keys */
  constructor(plan: Plan) {
    const key = plan.fields[plan.keyIndex];
    if (!key) throw new Error('the records have no primary key');
    this.#plan = plan;
    this.#column = new ColumnBuilder({ ...key.plan, hasValidity: false });
  }

  /** An unsigned number of 32 bits; 0 for a key that is none, whose record is rejected. */
  of(row: Row): number {
    const { keyIndex } = this.#plan;
    const planned = row.planned[keyIndex];
    const value = row.values[keyIndex];
    const document = row.documents[keyIndex];
    if (!planned || !document || value === undefined || value.kind === 'null') return 0;
    this.#column.beginRow();
    planned.field.encode(document, value, planned.plan, this.#column, this.#report);
    const hash = this.#report.isClean ? fnv1a(this.#column.elements) : 0;
    this.#column.rollBackRow();
    if (!this.#report.isClean) this.#report.take();
    return hash;
  }
}

/** FNV-1a of 32 bits, with the final mixing of MurmurHash3, since the stripe is taken from the lowest bits. */
function fnv1a(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
