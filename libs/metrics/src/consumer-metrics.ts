import { callSeconds, counter, freshnessSeconds, histogram, observedCounter, observedGauge } from './definition.ts';

const connector = ['connector'] as const;
const lane = ['connector', 'topic', 'partition'] as const;

/** How records end. Each record that is read is counted in one of the others at last, or is under way. */
export const recordMetrics = {
  read: observedCounter('millrace.records.read', '{record}', connector, 'Records read from Kafka.'),
  written: observedCounter('millrace.records.written', '{record}', connector, 'Rows that Milvus has acknowledged.'),
  superseded: observedCounter(
    'millrace.records.superseded',
    '{record}',
    connector,
    'Records left out of a write because a later one of the same key was in it.',
  ),
  deleted: observedCounter('millrace.records.deleted', '{record}', connector, 'Records that deleted their key.'),
  filtered: observedCounter(
    'millrace.records.filtered',
    '{record}',
    connector,
    'Records that an option of the connector leaves out.',
  ),
  deadLettered: observedCounter(
    'millrace.records.dead_lettered',
    '{record}',
    connector,
    'Records whose dead letter the broker has acknowledged.',
  ),
  released: observedCounter(
    'millrace.records.released',
    '{record}',
    connector,
    'Records read and given back unfinished; whoever reads them next counts them.',
  ),
} as const;

/** Told as things happen. */
export const consumerEventMetrics = {
  recordsRejected: counter(
    'millrace.records.rejected',
    '{record}',
    ['connector', 'code'],
    'Records that can never be written, by the code of their first violation.',
  ),
  batchesSent: counter(
    'millrace.batches.sent',
    '{batch}',
    ['connector', 'try'],
    'Sendings of batches; `try` is `first` or `again`.',
  ),
  batchesAnswered: counter(
    'millrace.batches.answered',
    '{batch}',
    ['connector', 'result', 'reason'],
    'Outcomes; `result` is `applied`, `not_applied` (with its `reason`) or `indefinite`.',
  ),
  batchTurnaround: histogram(
    'millrace.batch.turnaround',
    's',
    connector,
    'From a sending of a batch to its outcome.',
    callSeconds,
  ),
  freshness: histogram(
    'millrace.freshness',
    's',
    ['connector', 'topic'],
    "From the produce timestamp of a batch's oldest record to Milvus's acknowledgement; one value per batch.",
    freshnessSeconds,
  ),
  streamsOpened: counter(
    'millrace.streams.opened',
    '{stream}',
    connector,
    'Streams to schema-validators that were opened.',
  ),
  streamsEnded: counter(
    'millrace.streams.ended',
    '{stream}',
    ['connector', 'why'],
    'Streams that ended; `why` is `rotated` (asked to by the server, or to spread lanes), `idle`, `failed` or `given_up`.',
  ),
  processDuration: histogram(
    'messaging.process.duration',
    's',
    ['messaging.system', 'messaging.operation.name', 'messaging.destination.name', 'messaging.consumer.group.name'],
    'From the forming of a batch until each of its records has its end.',
    callSeconds,
  ),
  consumedMessages: counter(
    'messaging.client.consumed.messages',
    '{message}',
    ['messaging.system', 'messaging.operation.name', 'messaging.destination.name', 'messaging.consumer.group.name'],
    'Records that fetches have brought, by topic.',
  ),
} as const;

/** What a consumer knows at the moment when it is asked. */
export const consumerStateMetrics = {
  lagRecords: observedGauge(
    'millrace.lag.records',
    '{record}',
    lane,
    "Records from the watermark to the partition's end.",
  ),
  lagTime: observedGauge(
    'millrace.lag.time',
    's',
    lane,
    'Age of the oldest record that is read and has no end yet; 0 where nothing is behind.',
  ),
  unsettled: observedGauge('millrace.lane.unsettled', '{record}', lane, 'Records read that have no end yet.'),
  buffered: observedGauge('millrace.lane.buffered', 'By', lane, 'Bytes read and not settled.'),
  windowBatches: observedGauge('millrace.window.batches', '{batch}', lane, 'Unanswered batches.'),
  windowBatchesMax: observedGauge(
    'millrace.window.batches.max',
    '{batch}',
    lane,
    'Most of them: the window, or what the schema-validator has granted.',
  ),
  windowSize: observedGauge('millrace.window.size', 'By', lane, 'Bytes of the unanswered batches.'),
  windowSizeMax: observedGauge('millrace.window.size.max', 'By', lane, 'Most of them.'),
  laneProblem: observedGauge(
    'millrace.lane.problem',
    's',
    [...lane, 'code', 'ends_by'],
    'For how long a problem has held the lane up; there only while one does. `ends_by` is `itself`, `fix` or `restart`.',
  ),
  connectorProblem: observedGauge(
    'millrace.connector.problem',
    's',
    ['connector', 'code', 'ends_by'],
    'The same of a problem that keeps the connector from reading.',
  ),
  lanes: observedGauge(
    'millrace.lanes',
    '{lane}',
    ['connector', 'phase'],
    'Partitions of the connector in this process, by what their lanes do: `idle`, `opening`, `streaming`, `waiting`, `stopped`.',
  ),
  possibleDuplicates: observedCounter(
    'millrace.records.possible_duplicates',
    '{record}',
    ['connector', 'reason'],
    'Records of a connector in insert mode that were written again and may be there twice, at most.',
  ),
  reservations: observedGauge(
    'millrace.reservations',
    '{partition}',
    connector,
    'Partitions that an offset commit has reserved for writes of this process.',
  ),
  bottleneck: observedGauge(
    'millrace.bottleneck',
    '{connector}',
    ['connector', 'is'],
    'What limits the connector now, as a label: `kafka`, `validator`, `inserter`, `milvus`; 1.',
  ),
} as const;
