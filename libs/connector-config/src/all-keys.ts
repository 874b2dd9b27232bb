import { connectorKeys } from './connector-keys.ts';
import { kafkaClientKeys } from './kafka-client-keys.ts';
import type { KeySpec, KeyTable } from './key-spec.ts';
import { workerKeys } from './worker-keys.ts';

export const overridePrefix = 'consumer.override.';
export const workerConsumerPrefix = 'consumer.';

/** Every key that a connector file may hold. */
export const connectorTable: KeyTable = { ...connectorKeys, ...prefixed(overridePrefix, kafkaClientKeys) };

/** Every key that the worker file may hold. */
export const workerTable: KeyTable = { ...workerKeys, ...prefixed(workerConsumerPrefix, kafkaClientKeys) };

function prefixed(prefix: string, table: KeyTable): Record<string, KeySpec> {
  return Object.fromEntries(Object.entries(table).map(([key, spec]) => [prefix + key, spec]));
}
