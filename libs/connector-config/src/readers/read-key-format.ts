import { type ConverterReaders, checkJsonConverter, jsonConverters, namingReader } from '../check-converter.ts';
import type { ConnectorConfig, KeyFormat } from '../connector-config.ts';

const converters: Readonly<Record<KeyFormat, readonly string[]>> = {
  json: jsonConverters,
  string: ['org.apache.kafka.connect.storage.StringConverter', 'StringConverter', 'String'],
  long: ['org.apache.kafka.connect.converters.LongConverter', 'LongConverter', 'Long'],
  integer: ['org.apache.kafka.connect.converters.IntegerConverter', 'IntegerConverter', 'Integer'],
  short: ['org.apache.kafka.connect.converters.ShortConverter', 'ShortConverter', 'Short'],
};
const formats = ['json', 'string', 'long', 'integer', 'short'] as const satisfies readonly KeyFormat[];
const help = 'there are JsonConverter, StringConverter, LongConverter, IntegerConverter and ShortConverter';

type KeyUse = Pick<ConnectorConfig, 'primaryKey' | 'deletes' | 'shape'>;

/** What keys are taken for; undefined where no option reads them, and then no converter of keys is a problem. */
export function readKeyFormat(config: KeyUse, readers: ConverterReaders): KeyFormat | undefined {
  if (!readsKeys(config)) return undefined;
  const read = namingReader('key', readers);
  const converter = read.text('key.converter');
  const format = converter === undefined ? 'json' : formats.find((each) => converters[each].includes(converter));
  if (format === undefined) {
    read.problem('key.converter', 'not supported, and record keys are read here', { help });
    return 'json';
  }
  if (format === 'json') checkJsonConverter('key', readers);
  else if (config.shape.sources.some(({ origin, path }) => origin === 'key' && path.length > 0)) {
    readers.connector.problem('fields.source', `only a JSON key has members, and key.converter says ${format}`, {
      help: 'use $key',
    });
  }
  return format;
}

function readsKeys({ primaryKey, deletes, shape }: KeyUse): boolean {
  return (
    primaryKey.mode === 'record_key' ||
    deletes.tombstones === 'delete' ||
    shape.sources.some(({ origin }) => origin === 'key')
  );
}
