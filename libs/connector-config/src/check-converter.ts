import type { KeyReader } from './key-reader.ts';
import type { ConnectorReader } from './readers/read-connector.ts';
import type { workerKeys } from './worker-keys.ts';

/** A connector's keys, and those of the worker, which count where a connector names no converter. */
export interface ConverterReaders {
  readonly connector: ConnectorReader;
  readonly worker: KeyReader<typeof workerKeys>;
}

export const jsonConverters = ['org.apache.kafka.connect.json.JsonConverter', 'JsonConverter', 'Json'];
const help = 'set value.converter=org.apache.kafka.connect.json.JsonConverter and value.converter.schemas.enable=false';

/** Reports formats of record values that are not supported. */
export function checkValueConverter(readers: ConverterReaders): void {
  const read = namingReader('value', readers);
  const converter = read.text('value.converter');
  if (converter === undefined || jsonConverters.includes(converter)) checkJsonConverter('value', readers);
  else read.problem('value.converter', 'not supported; record values must be JSON without schemas', { help });
}

/** Where the converter that counts is named. */
export function namingReader(part: 'key' | 'value', { connector, worker }: ConverterReaders) {
  const key = `${part}.converter` as const;
  return connector.entry(key) === undefined && worker.entry(key) !== undefined ? worker : connector;
}

/**
 * Reports a JsonConverter that would expect schemas. As in Kafka Connect, a connector that names a converter takes none
 * of the worker's options for it, and a JsonConverter without `schemas.enable` expects schemas. Where nobody names a
 * converter, which Kafka Connect does not allow, there is JSON without schemas.
 */
export function checkJsonConverter(part: 'key' | 'value', readers: ConverterReaders): void {
  const { connector, worker } = readers;
  const key = `${part}.converter` as const;
  const schemasKey = `${part}.converter.schemas.enable` as const;
  const read = namingReader(part, readers);
  const inherits = connector.entry(key) === undefined && connector.entry(schemasKey) === undefined;
  const options = inherits ? worker : connector;
  const isSet = options.entry(schemasKey) !== undefined;
  if (options.optionalFlag(schemasKey) === true) {
    options.problem(
      schemasKey,
      `not supported; record ${part}s must be JSON without the envelope of schema and payload`,
      { help: `set ${schemasKey}=false` },
    );
  } else if (read.text(key) !== undefined && !isSet) {
    read.problem(
      key,
      `JsonConverter takes ${schemasKey} for true when it is not set, and then expects each record ${part} in an envelope of schema and payload, which is not supported`,
      { help: `set ${schemasKey}=false beside it` },
    );
  }
}
