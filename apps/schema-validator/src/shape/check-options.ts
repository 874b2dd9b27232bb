import {
  InsertMode,
  KeyFormat,
  type OpenLane,
  PrimaryKeyMode,
  Source,
  Tombstones,
  UnknownFields,
} from '@millrace/contracts';
import { formats } from '../formats/table.ts';
import { ContractError } from '../record-batch.ts';

/** How many segments the path of a source has, at least and at most. */
const segments: Readonly<Record<Source, readonly [number, number]>> = {
  [Source.UNSPECIFIED]: [0, -1],
  [Source.VALUE]: [1, Number.POSITIVE_INFINITY],
  [Source.KEY]: [0, Number.POSITIVE_INFINITY],
  [Source.HEADER]: [1, 1],
  [Source.TIMESTAMP]: [0, 0],
  [Source.TOPIC]: [0, 0],
  [Source.PARTITION]: [0, 0],
  [Source.OFFSET]: [0, 0],
};

/** @throws ContractError where the options are none that a client of this version sends (lane.proto). */
export function checkOptions({ recordOptions, writeOptions }: OpenLane): void {
  const { valueFormat = 0, unknownFields = 0, keyFormat = 0, primaryKeyMode = 0, tombstones = 0 } = recordOptions ?? {};
  if (!Object.hasOwn(formats, valueFormat)) {
    throw new ContractError(`value format ${valueFormat} is not known here`, 'open.record_options.value_format');
  }
  checkKnown('unknown fields', UnknownFields, unknownFields, 'open.record_options.unknown_fields');
  checkKnown('key format', KeyFormat, keyFormat, 'open.record_options.key_format');
  checkKnown('primary key mode', PrimaryKeyMode, primaryKeyMode, 'open.record_options.primary_key_mode');
  checkKnown('tombstones', Tombstones, tombstones, 'open.record_options.tombstones');
  checkKnown('insert mode', InsertMode, writeOptions?.insertMode ?? 0, 'open.write_options.insert_mode');
  for (const { field, source, path } of recordOptions?.sources ?? []) {
    const [least, most] = segments[source] ?? segments[Source.UNSPECIFIED];
    const isKnown = path.length >= least && path.length <= most;
    if (isKnown) continue;
    const message = `source ${source} of field \`${field}\` with ${path.length} segments`;
    throw new ContractError(message, 'open.record_options.sources');
  }
  if (recordOptions?.deleteMarker?.path.length === 0) {
    throw new ContractError('a delete marker without a path', 'open.record_options.delete_marker.path');
  }
}

function checkKnown(what: string, known: Readonly<Record<string, number>>, value: number, field: string): void {
  if (!Object.values(known).includes(value)) throw new ContractError(`${what} ${value} is not known here`, field);
}
