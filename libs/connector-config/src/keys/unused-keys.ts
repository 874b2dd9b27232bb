// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders of values look like templates.
import { ignored, type KeyTable, unsupported } from '../key-spec.ts';

/** Kafka Connect's keys, and those of well-known sinks, that mean nothing here or are not supported. */
export const unusedKeys = {
  'errors.log.include.messages': ignored('Payloads are never logged; the dead letter holds the record.', 'false'),
  'errors.retry.timeout': ignored(
    'An outage is waited out, and a record that can never be written is not retried.',
    '-1',
  ),
  'errors.retry.delay.max.ms': ignored('See `retry.backoff.max.ms`.', '60000'),
  'tasks.max': ignored('Work is spread over partitions and inserters; scale the services instead.', '1'),
  'tasks.max.enforce': ignored('There are no tasks to count.', 'true'),
  'config.action.reload': ignored('Connector files are read at the start.', 'restart'),
  'producer.override.*': ignored(
    'Dead letters are written over the connection that records are read from.',
    'any value',
  ),
  'admin.override.*': ignored('Topics are created over the connection that records are read from.', 'any value'),
  transforms: unsupported(
    'Transformations are not run; keys do the work of the usual ones: `fields.include`, `fields.exclude` and `fields.rename` (ReplaceField), `fields.source` and `pk.mode` (ValueToKey, ExtractField, InsertField), `collection.name.format` and `collection.name.map` (RegexRouter).',
    'unwrap',
    [''],
  ),
  'transforms.*': ignored('Only means something together with `transforms`.', 'any value'),
  predicates: unsupported('Conditions of transformations.', 'isTombstone', ['']),
  'predicates.*': ignored('Only means something together with `predicates`.', 'any value'),
  'auto.create': unsupported('Creating collections.', 'false', ['false']),
  'auto.evolve': unsupported('Adding fields to collections.', 'false', ['false']),
  'table.name.format': unsupported('The key is `collection.name.format`.', 'kafka_${topic}', ['']),
  'batch.size': ignored('See `batch.records.max`.', '1000'),
  'bulk.size.bytes': ignored('See `batch.bytes.max`.', '1048576'),
  'linger.ms': ignored('A batch is sent as soon as the window has room for it.', '1'),
  'max.in.flight.requests': ignored('See `window.batches.max`.', '4'),
  'max.retries': ignored('An outage is waited out, however long it lasts.', '10'),
} as const satisfies KeyTable;
