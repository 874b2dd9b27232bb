import type { ConnectorReader } from './read-connector.ts';

/** Reads Millrace's own bounds. */
export function readLimits(read: ConnectorReader) {
  const limits = {
    batchBytesMax: read.int('batch.bytes.max'),
    batchRecordsMax: read.int('batch.records.max'),
    windowBatchesMax: read.int('window.batches.max'),
    windowBytesMax: read.int('window.bytes.max'),
    laneBufferBytesMax: read.int('lane.buffer.bytes.max'),
    retryBackoffMs: read.int('retry.backoff.ms'),
    retryBackoffMaxMs: read.int('retry.backoff.max.ms'),
    writeTimeoutMs: read.int('write.timeout.ms'),
    commitIntervalMs: read.int('commit.interval.ms'),
  };
  if (limits.windowBytesMax < limits.batchBytesMax) {
    read.problem('window.bytes.max', `must be at least batch.bytes.max, which is ${limits.batchBytesMax}`);
  }
  if (limits.laneBufferBytesMax < limits.batchBytesMax) {
    read.problem('lane.buffer.bytes.max', `must be at least batch.bytes.max, which is ${limits.batchBytesMax}`);
  }
  if (limits.retryBackoffMaxMs < limits.retryBackoffMs) {
    read.problem('retry.backoff.max.ms', `must be at least retry.backoff.ms, which is ${limits.retryBackoffMs}`);
  }
  return limits;
}
