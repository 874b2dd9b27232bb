import {
  commonSettings,
  grpcServerSettings,
  integer,
  type SettingsOf,
  streamLimitSettings,
  text,
} from '@millrace/service';

/** All settings of the schema-validator; nothing else reads its environment. */
export const settings = {
  ...grpcServerSettings(50_051),
  inserterAddress: text('INSERTER_ADDRESS', 'dns:///inserter:50052', 'gRPC address of the inserters'),
  recordBytesMax: integer(
    'RECORD_BYTES_MAX',
    4_194_304,
    { min: 1, max: 16_777_216 },
    'largest value of a record, bytes; a larger one is rejected',
  ),
  recordDepthMax: integer(
    'RECORD_DEPTH_MAX',
    64,
    { min: 1, max: 1_000 },
    'deepest nesting of a JSON value; a connector may ask for less',
  ),
  recordKeysMax: integer(
    'RECORD_KEYS_MAX',
    100_000,
    { min: 1, max: 1_000_000 },
    'most keys of a JSON value, those of nested objects included; a record with more is rejected',
  ),
  violationsMax: integer(
    'VIOLATIONS_MAX',
    20,
    { min: 1, max: 1_000 },
    'violations listed per record; the rest is counted',
  ),
  ...streamLimitSettings(),
  waitingLanesMax: integer('WAITING_LANES_MAX', 1_024, { min: 0, max: 100_000 }, 'lanes that may wait for a grant'),
  stripesMax: integer(
    'STRIPES_MAX',
    4,
    { min: 1, max: 256 },
    'most inserters that share the records of one partition, by hash of the primary key',
  ),
  schemaMaxAgeMs: integer(
    'SCHEMA_MAX_AGE_MS',
    60_000,
    { min: 0, max: 86_400_000 },
    'longest use of a cached description for a lane that opens, milliseconds',
  ),
  inserterTimeoutMs: integer(
    'INSERTER_TIMEOUT_MS',
    10_000,
    { min: 100, max: 600_000 },
    'longest wait for a description or an opened stream, milliseconds',
  ),
  drainTimeoutMs: integer(
    'DRAIN_TIMEOUT_MS',
    5_000,
    { min: 0, max: 600_000 },
    'longest wait for open streams to end after SIGTERM, milliseconds',
  ),
  ...commonSettings(8_084),
};

export type Config = SettingsOf<typeof settings>;
