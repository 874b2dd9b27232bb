import { callSeconds, counter, histogram, observedGauge } from './definition.ts';

export const validatorEventMetrics = {
  batches: counter('millrace.validator.batches', '{batch}', ['connector'], 'Batches accepted.'),
  records: counter('millrace.validator.records', '{record}', ['connector'], 'Records of the batches accepted.'),
  rejections: counter(
    'millrace.validator.rejections',
    '{record}',
    ['connector', 'code'],
    'Records rejected by the schema-validator, also those of batches that are sent again, by the code of their first violation.',
  ),
  checkDuration: histogram(
    'millrace.validator.check.duration',
    's',
    ['connector'],
    'From the acceptance of a batch until it is checked and encoded, its wait for earlier ones included.',
    callSeconds,
  ),
  lanesOpened: counter('millrace.validator.lanes.opened', '{stream}', ['connector'], 'Streams opened by consumers.'),
  lanesRefused: counter(
    'millrace.validator.lanes.refused',
    '{stream}',
    ['connector', 'code'],
    'Streams that were refused, by code.',
  ),
  drains: counter('millrace.validator.drains', '{stream}', ['connector'], 'Streams asked to open again elsewhere.'),
} as const;

export const validatorStateMetrics = {
  budget: observedGauge('millrace.validator.budget', 'By', [], 'STREAM_BUDGET_BYTES.'),
  budgetGranted: observedGauge('millrace.validator.budget.granted', 'By', [], 'What of it is granted to streams.'),
  streams: observedGauge('millrace.validator.streams', '{stream}', [], 'Open streams of consumers.'),
  streamsWaiting: observedGauge('millrace.validator.streams.waiting', '{stream}', [], 'Streams that wait for a grant.'),
  inserterStreams: observedGauge(
    'millrace.validator.inserter.streams',
    '{stream}',
    ['inserter'],
    'Open streams to each inserter, by its address.',
  ),
} as const;
