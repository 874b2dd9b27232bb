import { callSeconds, counter, histogram, observedCounter, observedGauge } from './definition.ts';

const collection = ['db.collection.name'] as const;
const call = ['db.collection.name', 'db.operation.name'] as const;

export const inserterEventMetrics = {
  operationDuration: histogram(
    'db.client.operation.duration',
    's',
    ['db.system.name', ...call, 'error.type'],
    'Calls of Milvus that write; `error.type` is empty where Milvus acknowledged it, else the code of the refusal.',
    callSeconds,
  ),
  rows: counter('millrace.inserter.rows', '{row}', call, 'Rows, or keys of deletes, that Milvus has acknowledged.'),
  bytes: counter('millrace.inserter.requests', 'By', call, 'Bytes of the requests of these calls.'),
  refusals: counter(
    'millrace.inserter.refusals',
    '{call}',
    ['class', 'code', 'db.response.status_code'],
    "Calls that Milvus has not acknowledged, by class and code (docs/milvus-refusals.md) and Milvus's own code, empty where it gave none.",
  ),
  retries: counter(
    'millrace.inserter.retries',
    '{call}',
    [...collection, 'code'],
    'Calls made again because Milvus said that it passes.',
  ),
  bisections: counter(
    'millrace.inserter.bisections',
    '{write}',
    collection,
    'Writes halved to find bad rows, or because they were too large.',
  ),
  writeDuration: histogram(
    'millrace.inserter.write.duration',
    's',
    collection,
    'One write from the merging of batches to their outcomes, with all its calls.',
    callSeconds,
  ),
  mergedBatches: counter('millrace.inserter.batches', '{batch}', collection, 'Batches that were written.'),
  rejections: counter('millrace.inserter.rejections', '{row}', [...collection, 'code'], 'Rows that Milvus refuses.'),
  streamsOpened: counter('millrace.inserter.streams.opened', '{stream}', [], 'Streams opened by schema-validators.'),
  drains: counter('millrace.inserter.drains', '{stream}', [], 'Streams asked to open again elsewhere.'),
} as const;

export const inserterStateMetrics = {
  writesInFlight: observedGauge('millrace.inserter.writes.in_flight', '{write}', collection, 'Writes under way.'),
  writesWaiting: observedGauge(
    'millrace.inserter.writes.waiting',
    '{write}',
    collection,
    'Writes that wait because WRITES_PER_COLLECTION_MAX are under way.',
  ),
  writesMax: observedGauge('millrace.inserter.writes.max', '{write}', collection, 'Most writes at once.'),
  batchesQueued: observedGauge(
    'millrace.inserter.batches.queued',
    '{batch}',
    collection,
    'Batches that wait or are being written.',
  ),
  budget: observedGauge('millrace.inserter.budget', 'By', [], 'STREAM_BUDGET_BYTES.'),
  budgetGranted: observedGauge('millrace.inserter.budget.granted', 'By', [], 'What of it is granted to streams.'),
  streams: observedGauge('millrace.inserter.streams', '{stream}', [], 'Open streams of schema-validators.'),
  rowsInDoubt: observedCounter(
    'millrace.inserter.rows.in_doubt',
    '{row}',
    [],
    'Rows of inserts whose end is not known; they are sent again.',
  ),
  streamsWaiting: observedGauge('millrace.inserter.streams.waiting', '{stream}', [], 'Streams that wait for a grant.'),
  milvusReachable: observedGauge(
    'millrace.inserter.milvus.reachable',
    '{connection}',
    [],
    '1 while there is a connection to MILVUS_ENDPOINT, else 0.',
  ),
} as const;
