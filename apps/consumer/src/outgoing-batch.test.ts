import { RecordBatch } from '@millrace/contracts';
import { trace } from '@opentelemetry/api';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { KafkaRecord } from './kafka-record.ts';
import { OutgoingBatch } from './outgoing-batch.ts';

const span = trace.getTracer('test').startSpan('test');
const batchOf = (records: KafkaRecord[]) => new OutgoingBatch(records, { position: 0n, finished: false }, span);
const carrier = { traceparent: '00-a-b-01', tracestate: 'x=1' };

const records: fc.Arbitrary<KafkaRecord[]> = fc
  .array(
    fc.record({
      gap: fc.bigInt({ min: 1n, max: 1_000_000n }),
      timestampMs: fc.bigInt({ min: -1n, max: 4_000_000_000_000n }),
      value: fc.option(fc.uint8Array({ maxLength: 20 })),
    }),
    { minLength: 1, maxLength: 20 },
  )
  .map((all) => {
    let offset = 0n;
    return all.map(({ gap, timestampMs, value }) => {
      offset += gap;
      return { offset, timestampMs, key: null, value: value && Buffer.from(value), headers: [] };
    });
  });

test('the message gives every record back: offset, timestamp, value, null as null and empty as empty', () => {
  fc.assert(
    fc.property(records, (all) => {
      const batch = batchOf(all);
      batch.attempts = 2;
      batch.notAfterMs = 1_700_000_000_000;
      const message = RecordBatch.decode(RecordBatch.encode(batch.toMessage(5, carrier)).finish());
      let at = 0;
      const back = message.offsetDeltas.map((delta, i) => {
        const size = message.valueSizes[i] ?? 0;
        const value = size === 0 ? null : Buffer.from(message.values.subarray(at, at + size - 1));
        at += Math.max(0, size - 1);
        return {
          offset: message.firstOffset + delta,
          timestampMs: message.firstTimestampMs + (message.timestampDeltasMs[i] ?? 0n),
          key: null,
          value,
          headers: [],
        };
      });
      expect(back).toEqual(all);
      expect(at).toBe(message.values.length);
      expect(message.byteCount).toBe(BigInt(message.values.length + 32 * all.length));
      expect(message).toMatchObject({ sequence: 5n, attempt: 1, notAfterUnixMs: 1_700_000_000_000n, ...carrier });
    }),
  );
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
