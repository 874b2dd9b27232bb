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
  if (!Object.hasOwn(formats, valueFormat)) throw new ContractError(`value format ${valueFormat} is not known here`);
  checkKnown('unknown fields', UnknownFields, unknownFields);
  checkKnown('key format', KeyFormat, keyFormat);
  checkKnown('primary key mode', PrimaryKeyMode, primaryKeyMode);
  checkKnown('tombstones', Tombstones, tombstones);
  checkKnown('insert mode', InsertMode, writeOptions?.insertMode ?? 0);
  for (const { field, source, path } of recordOptions?.sources ?? []) {
    const [least, most] = segments[source] ?? segments[Source.UNSPECIFIED];
    const isKnown = path.length >= least && path.length <= most;
    if (!isKnown) throw new ContractError(`source ${source} of field \`${field}\` with ${path.length} segments`);
  }
  if (recordOptions?.deleteMarker?.path.length === 0) throw new ContractError('a delete marker without a path');
}

function checkKnown(what: string, known: Readonly<Record<string, number>>, value: number): void {
  if (!Object.values(known).includes(value)) throw new ContractError(`${what} ${value} is not known here`);
}
