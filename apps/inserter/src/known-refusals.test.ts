import { Collection, Field, FieldType, type Outcome, Result } from '@millrace/contracts';
import { UpsertRequest } from '@millrace/contracts/milvus';
import { createLogger } from '@millrace/service';
import { decodeRows } from '@millrace/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Entries } from './entries.ts';
import { Events } from './events.ts';
import { KnownRefusals } from './known-refusals.ts';
import { classifyStatus } from './milvus-errors.ts';
import type { Write, WriteResult } from './milvus-writer.ts';
import { StripeWriter } from './stripe-writer.ts';
import { entityBatch } from './testing/entity-batch.ts';
import { testConnection } from './testing/test-connection.ts';

const version = { collectionId: 1n, schemaTimestamp: 1n, fingerprint: '1' };
const keyField = Field.fromPartial({ name: 'id', typeCode: FieldType.INT64, isPrimaryKey: true });
const described = { collection: Collection.create(), version, keyField, identity: 'c', isSerial: false };
const refusal = classifyStatus({ errorCode: 0, code: 1100, reason: '', detail: '', retriable: false, extraInfo: {} });

/** A stripe whose every sending of a batch has time for so many calls only. */
class HurriedStripe {
  calls = 0;
  readonly #bad: ReadonlySet<bigint>;
  readonly #batch: Entries;
  readonly #writer: StripeWriter;
  #callsLeft = 0;

  constructor(rowCount: number, bad: ReadonlySet<bigint>) {
    this.#bad = bad;
    const rows = Array.from({ length: rowCount }, (_, row) => ({ id: BigInt(row) }));
    this.#batch = new Entries(entityBatch([{ name: 'id', type: FieldType.INT64 }], rows, { firstOffset: 0n, version }));
    this.#writer = new StripeWriter({
      clock: { now: () => 0 },
      lane: {
        connector: 'c',
        topic: 't',
        partition: 0,
        stripe: 0,
        session: 's',
        target: { connection: testConnection(), database: '', collection: 'c', partition: '' },
        method: 'Upsert',
        isPartial: false,
        maskValues: false,
        stopAtRejection: false,
      },
      collections: { describe: async () => ({ ok: true, described }), drop: () => {} },
      writer: { write: async (write) => this.#write(write) },
      events: new Events(createLogger('test', 'silent')),
      known: new KnownRefusals(),
    });
  }

  async send(callsMax: number): Promise<Outcome | undefined> {
    this.#callsLeft = callsMax;
    const [outcome] = await this.#writer.write([this.#batch], () => true);
    return outcome;
  }

  #write({ request }: Write): WriteResult {
    this.#callsLeft -= 1;
    if (this.#callsLeft < 0) return { kind: 'expired' };
    this.calls += 1;
    const rows = decodeRows(UpsertRequest.decode(request));
    return rows.some(({ id }) => this.#bad.has(id as bigint)) ? { kind: 'refused', refusal } : { kind: 'done' };
  }
}

test('a batch that has time for a few calls at each sending comes to its end, whichever rows are bad', async () => {
  const bad = fc.uniqueArray(fc.bigInt({ min: 0n, max: 63n }), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(bad, async (ids) => {
      const stripe = new HurriedStripe(64, new Set(ids));
      // One call for each cut that leads to a bad row, and one to get further.
      let outcome = await stripe.send(7);
      for (let resend = 0; outcome?.result !== Result.APPLIED; resend++) {
        expect(resend).toBeLessThan(8 * ids.length);
        outcome = await stripe.send(7);
      }
      const sorted = ids.toSorted((a, b) => Number(a - b));
      expect(outcome.rejections.map(({ offset }) => offset)).toEqual(sorted);
      expect(outcome.writtenRows).toBe(64 - ids.length);
    }),
  );
});

test('once the bad row is found a resend needs one call', async () => {
  const stripe = new HurriedStripe(64, new Set([5n]));
  let outcome = await stripe.send(4);
  for (let resend = 0; resend < 10 && outcome?.result !== Result.APPLIED; resend++) outcome = await stripe.send(4);
  stripe.calls = 0;
  expect(await stripe.send(4)).toMatchObject({ result: Result.APPLIED, rejections: [{ offset: 5n }] });
  expect(stripe.calls).toBe(1);
});
