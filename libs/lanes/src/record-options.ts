import type { ConnectorConfig } from '@millrace/connector-config';
import {
  InsertMode,
  KeyFormat,
  PrimaryKeyMode,
  type RecordOptions,
  Source,
  Tombstones,
  UnknownFields,
  ValueFormat,
  type WriteOptions,
} from '@millrace/contracts';
import type { Travelling } from './kafka-record.ts';

/** Values of connector keys in the contract's terms (proto/millrace/v1/lane.proto). */
const unknownFields = {
  error: UnknownFields.ERROR,
  ignore: UnknownFields.IGNORE,
  dynamic: UnknownFields.DYNAMIC,
} as const;
const keyFormats = {
  json: KeyFormat.JSON,
  string: KeyFormat.STRING,
  long: KeyFormat.LONG,
  integer: KeyFormat.INTEGER,
  short: KeyFormat.SHORT,
} as const;
const primaryKeyModes = {
  record_value: PrimaryKeyMode.UNSPECIFIED,
  record_key: PrimaryKeyMode.RECORD_KEY,
  kafka: PrimaryKeyMode.KAFKA,
} as const;
const tombstones = { fail: Tombstones.UNSPECIFIED, delete: Tombstones.DELETE, ignore: Tombstones.IGNORE } as const;
const sources = {
  value: Source.VALUE,
  key: Source.KEY,
  header: Source.HEADER,
  timestamp: Source.TIMESTAMP,
  topic: Source.TOPIC,
  partition: Source.PARTITION,
  offset: Source.OFFSET,
} as const;
const insertModes = { upsert: InsertMode.UPSERT, insert: InsertMode.INSERT, update: InsertMode.UPDATE } as const;

/** How the validator reads a connector's records. */
export function recordOptionsOf(config: ConnectorConfig): RecordOptions {
  const { shape, primaryKey, deletes, keyFormat } = config;
  return {
    valueFormat: ValueFormat.JSON,
    unknownFields: shape.unknownFields ? unknownFields[shape.unknownFields] : UnknownFields.UNSPECIFIED,
    depthMax: 0,
    include: [...shape.include],
    exclude: [...shape.exclude],
    renames: shape.renames.map(({ from, to }) => ({ from, to })),
    sources: shape.sources.map(({ field, origin, path }) => ({ field, source: sources[origin], path: [...path] })),
    keyFormat: keyFormat ? keyFormats[keyFormat] : KeyFormat.UNSPECIFIED,
    primaryKeyMode: primaryKeyModes[primaryKey.mode],
    primaryKeyPath: [...primaryKey.path],
    tombstones: tombstones[deletes.tombstones],
    deleteMarker: deletes.marker && { path: [...deletes.marker.path], values: [...deletes.marker.values] },
    maskValues: config.errors.maskValues,
  };
}

/** How a connector's rows are written. */
export function writeOptionsOf({ insertMode, errors }: ConnectorConfig): WriteOptions {
  return {
    insertMode: insertMode ? insertModes[insertMode] : InsertMode.UNSPECIFIED,
    stopAtRejection: errors.tolerance === 'none',
  };
}

/** Keys and headers travel only where an option reads them. */
export function travelling({ keyFormat, sources: from }: RecordOptions): Travelling {
  const headers = from.flatMap(({ source, path }) => (source === Source.HEADER ? path.slice(0, 1) : []));
  return { keys: keyFormat !== KeyFormat.UNSPECIFIED, headers: [...new Set(headers)] };
}
