/// <reference path="./untyped-modules.d.ts" />
/// <reference path="../src/untyped-modules.d.ts" />
import type { RecordHeaders } from '@millrace/lanes';
import writeRecord from 'kafkajs/src/protocol/recordBatch/record/v0/index.js';
import { RecordBatch } from 'kafkajs/src/protocol/recordBatch/v0/index.js';
import { installHeaderHooks, writtenHeaders } from '../src/header-hooks.ts';

export interface WrittenRecord {
  readonly offsetDelta: number;
  readonly timestampDelta: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: RecordHeaders;
}

export interface WrittenBatch {
  readonly baseOffset: number;
  readonly lastOffsetDelta: number;
  readonly baseTimestamp: number;
  readonly maxTimestamp: number;
  readonly records: readonly WrittenRecord[];
  readonly producerId: number;
  readonly compression: number;
  readonly isAppendTime: boolean;
  readonly isTransactional: boolean;
  readonly isControl: boolean;
}

/** Nothing but a head; what else it is to be, a test says. */
export const emptyBatch: WrittenBatch = {
  baseOffset: 0,
  lastOffsetDelta: 0,
  baseTimestamp: 0,
  maxTimestamp: 0,
  records: [],
  producerId: -1,
  compression: 0,
  isAppendTime: false,
  isTransactional: false,
  isControl: false,
};

/** A record batch as kafkajs's encoder writes it. */
export async function writtenBatch(given: Partial<WrittenBatch>): Promise<Buffer> {
  installHeaderHooks();
  const batch = { ...emptyBatch, lastOffsetDelta: Math.max(0, (given.records?.length ?? 0) - 1), ...given };
  const encoder = await RecordBatch({
    firstOffset: batch.baseOffset,
    firstTimestamp: batch.baseTimestamp,
    maxTimestamp: batch.maxTimestamp,
    lastOffsetDelta: batch.lastOffsetDelta,
    producerId: batch.producerId,
    compression: batch.compression,
    transactional: batch.isTransactional,
    records: batch.records.map((record) => writeRecord({ ...record, headers: writtenHeaders(record.headers) })),
  });
  const bytes = Buffer.from(encoder.buffer);
  // kafkajs writes neither of these two.
  if (batch.isAppendTime) bytes[22] = (bytes[22] ?? 0) | 0x08;
  if (batch.isControl) bytes[22] = (bytes[22] ?? 0) | 0x20;
  return bytes;
}

export const recordOf = (offsetDelta: number, more: Partial<WrittenRecord> = {}): WrittenRecord => ({
  offsetDelta,
  timestampDelta: offsetDelta,
  key: null,
  value: Buffer.from(`value ${offsetDelta}`),
  headers: [],
  ...more,
});

/** The end of a transaction: a control batch, whose one record has the version and the type of the end as its key. */
export const endOfTransaction = (baseOffset: number, producerId: number, type: 'abort' | 'commit'): Promise<Buffer> =>
  writtenBatch({
    baseOffset,
    producerId,
    isTransactional: true,
    isControl: true,
    records: [recordOf(0, { key: Buffer.from([0, 0, 0, type === 'abort' ? 0 : 1]), value: Buffer.alloc(6) })],
  });
