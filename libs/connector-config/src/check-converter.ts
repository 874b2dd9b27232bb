import type { KeyReader } from './key-reader.ts';
import type { ConnectorReader } from './read-connector.ts';
import type { workerKeys } from './worker-keys.ts';

const jsonConverters = ['org.apache.kafka.connect.json.JsonConverter', 'JsonConverter', 'Json'];
const help = 'set value.converter=org.apache.kafka.connect.json.JsonConverter and value.converter.schemas.enable=false';
const key = 'value.converter';
const schemasKey = 'value.converter.schemas.enable';

/**
 * Reports record formats that are not supported. As in Kafka Connect, a connector that names a converter takes none of
 * the worker's options for it, and a JsonConverter without `schemas.enable` expects schemas. Where nobody names a
 * converter, which Kafka Connect does not allow, values are JSON without schemas.
 */
export function checkValueConverter(connector: ConnectorReader, worker: KeyReader<typeof workerKeys>): void {
  const read = connector.entry(key) === undefined && worker.entry(key) !== undefined ? worker : connector;
  const converter = read.text(key);
  if (converter !== undefined && !jsonConverters.includes(converter)) {
    read.problem(key, 'not supported; record values must be JSON without schemas', { help });
    return;
  }
  const inherits = connector.entry(key) === undefined && connector.entry(schemasKey) === undefined;
  const options = inherits ? worker : connector;
  const isSet = options.entry(schemasKey) !== undefined;
  if (options.optionalFlag(schemasKey) === true) {
    options.problem(
      schemasKey,
      'not supported; record values must be JSON without the envelope of schema and payload',
      {
        help: 'set value.converter.schemas.enable=false',
      },
    );
  } else if (converter !== undefined && !isSet) {
    read.problem(
      key,
      'JsonConverter takes value.converter.schemas.enable for true when it is not set, and then expects each record in an envelope of schema and payload, which is not supported',
      { help: 'set value.converter.schemas.enable=false beside it' },
    );
  }
}
