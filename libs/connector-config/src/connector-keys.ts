import type { KeyTable } from './key-spec.ts';
import { converterKeys } from './keys/converter-keys.ts';
import { errorKeys } from './keys/error-keys.ts';
import { limitKeys } from './keys/limit-keys.ts';
import { routeKeys } from './keys/route-keys.ts';
import { shapeKeys } from './keys/shape-keys.ts';
import { unusedKeys } from './keys/unused-keys.ts';
import { writeKeys } from './keys/write-keys.ts';

/**
 * The keys of a connector file. Names, types and defaults are Kafka Connect's (ConnectorConfig, SinkConnectorConfig),
 * those of well-known sinks and those of the Milvus sink; what none of them has is Millrace's own.
 * `consumer.override.*` is in `kafka-client-keys.ts`.
 */
export const connectorKeys = {
  ...routeKeys,
  ...converterKeys,
  ...shapeKeys,
  ...writeKeys,
  ...errorKeys,
  ...limitKeys,
  ...unusedKeys,
} as const satisfies KeyTable;
