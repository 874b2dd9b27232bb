import { gather, RecordBatch } from '@millrace/contracts';
import type { KafkaRecord, Travelling } from '@millrace/lanes';
import { trace } from '@opentelemetry/api';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OutgoingBatch } from './outgoing-batch.ts';
import { weigh } from './weighed-records.ts';

const span = trace.getTracer('test').startSpan('test');
const nothingElse: Travelling = { keys: false, headers: [] };
const batchOf = (records: KafkaRecord[], travelling = nothingElse) =>
  new OutgoingBatch(weigh(records, travelling), { position: 0n, finished: false }, span, travelling);
const carrier = { traceparent: '00-a-b-01', tracestate: 'x=1' };

const bytes = fc.option(fc.uint8Array({ maxLength: 20 }).map((each) => Buffer.from(each)));
const headers = fc.array(fc.record({ name: fc.constantFrom('x', 'y', 'z', '__proto__'), value: bytes }));
const records: fc.Arbitrary<KafkaRecord[]> = fc
  .array(
    fc.record({
      gap: fc.bigInt({ min: 1n, max: 1_000_000n }),
      timestampMs: fc.bigInt({ min: -1n, max: 4_000_000_000_000n }),
      key: bytes,
      value: bytes,
      headers,
    }),
    { minLength: 1, maxLength: 20 },
  )
  .map((all) => {
    let offset = 0n;
    return all.map(({ gap, ...record }) => {
      offset += gap;
      return { offset, ...record };
    });
  });
const travellings = fc.record({ keys: fc.boolean(), headers: fc.subarray(['x', 'y', '__proto__', 'absent']) });

function partsOf(values: Uint8Array, sizes: readonly number[]): (Buffer | null)[] {
  let at = 0;
  const parts = sizes.map((size) => {
    const part = size === 0 ? null : Buffer.from(values.subarray(at, at + size - 1));
    at += Math.max(0, size - 1);
    return part;
  });
  expect(at).toBe(values.length);
  return parts;
}

test('the message gives back of every record all that travels, null as null and empty as empty, and nothing else', () => {
  fc.assert(
    fc.property(records, travellings, (all, travelling) => {
      const batch = batchOf(all, travelling);
      batch.attempts = 2;
      batch.notAfterMs = 1_700_000_000_000;
      const message = RecordBatch.decode(RecordBatch.encode(gather(batch.toMessage(5, carrier))).finish());
      const offsets = message.offsetDeltas.map((delta) => message.firstOffset + delta);
      expect(offsets).toEqual(all.map(({ offset }) => offset));
      expect(message.timestampDeltasMs.map((delta) => message.firstTimestampMs + delta)).toEqual(
        all.map(({ timestampMs }) => timestampMs),
      );
      expect(partsOf(message.values, message.valueSizes)).toEqual(all.map(({ value }) => value));
      expect(partsOf(message.keys, message.keySizes)).toEqual(travelling.keys ? all.map(({ key }) => key) : []);
      expect(message.headers.map(({ name }) => name)).toEqual(travelling.headers);
      for (const { name, values, valueSizes } of message.headers) {
        const last = all.map((record) => record.headers.filter((each) => each.name === name).at(-1)?.value ?? null);
        expect(partsOf(values, valueSizes)).toEqual(last);
      }
      const columns = [message.values, message.keys, ...message.headers.map(({ values }) => values)];
      const sum = columns.reduce((total, { length }) => total + length, 32 * all.length);
      expect(message.byteCount).toBe(BigInt(sum));
      expect(message).toMatchObject({ sequence: 5n, attempt: 1, notAfterUnixMs: 1_700_000_000_000n, ...carrier });
    }),
  );
});

test('what a record holds in memory counts, whether it travels or not', () => {
  const record = {
    offset: 1n,
    timestampMs: 0n,
    key: Buffer.alloc(10),
    value: Buffer.alloc(100),
    headers: [
      { name: 'trace', value: Buffer.alloc(55) },
      { name: 'twice', value: Buffer.alloc(1) },
      { name: 'none', value: null },
      { name: 'twice', value: Buffer.alloc(2) },
    ],
  };
  const batch = batchOf([record]);
  expect([batch.byteCount, batch.heldBytes]).toEqual([132, 32 + 110 + 5 + 55 + 5 + 5 + 3 + 4]);
  const wide = batchOf([record], { keys: true, headers: ['trace', 'twice', 'none'] });
  expect(wide.byteCount).toBe(32 + 110 + 55 + 2);
  batch.leaveOut([1n]);
  expect([batch.byteCount, batch.heldBytes]).toEqual([0, 0]);
});

test('records that are known to be written are left out, and still counted', () => {
  const all = [10n, 11n, 15n].map((offset) => ({
    offset,
    timestampMs: 0n,
    key: null,
    value: Buffer.from(String(offset)),
    headers: [],
  }));
  const batch = batchOf(all);
  batch.leaveOut([11n, 99n]);
  expect(batch.records.map(({ offset }) => offset)).toEqual([10n, 15n]);
  expect([batch.recordCount, batch.writtenBefore, batch.byteCount]).toEqual([3, 1, 68]);
  batch.leaveOut([10n, 11n]);
  expect([batch.recordCount, batch.writtenBefore, batch.records.length]).toEqual([3, 2, 1]);
  expect(batch.toMessage(1, carrier)).toMatchObject({ firstOffset: 15n, offsetDeltas: [0n] });
});
