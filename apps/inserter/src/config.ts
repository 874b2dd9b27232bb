import { parseEndpoint, Secret } from '@millrace/connector-config';
import {
  commonSettings,
  grpcServerSettings,
  integer,
  parsed,
  type Setting,
  type SettingsOf,
  streamLimitSettings,
} from '@millrace/service';
import { parseReferenceRules } from './reference-rules.ts';

const mebibyte = 1024 * 1024;

/** All settings of the inserter, from its environment. */
export const settings = {
  ...commonSettings(8085),
  ...grpcServerSettings(50052),
  ...streamLimitSettings(),
  milvusEndpoint: endpointSetting(),
  milvusToken: secret('MILVUS_TOKEN', 'token of the lanes that name none'),
  milvusAllowedEndpoints: parsed(
    'MILVUS_ALLOWED_ENDPOINTS',
    '',
    'when set, no other endpoints are dialled (list, by comma)',
    (text) => text.split(',').flatMap((part) => (part.trim() === '' ? [] : [endpointUrl(part.trim())])),
  ),
  referencesAllowed: parsed(
    'SECRET_REFERENCES_ALLOWED',
    'env:MILVUS_*,env:ZILLIZ_*,env:*_TOKEN,file:/run/secrets/*',
    'secret references that lanes may name as their token (list, by comma, * for any characters)',
    parseReferenceRules,
  ),
  writeBytesMax: integer(
    'WRITE_BYTES_MAX',
    16 * mebibyte,
    { min: 65_536, max: 48 * mebibyte },
    'most bytes of batches that are merged into one write; Milvus takes 64 MiB',
  ),
  writesPerCollectionMax: integer(
    'WRITES_PER_COLLECTION_MAX',
    8,
    { min: 1, max: 256 },
    'most writes of one collection at once; milvus-lite gets one',
  ),
  writeBudgetMinMs: integer(
    'WRITE_BUDGET_MIN_MS',
    200,
    { min: 1, max: 10_000 },
    'no write begins with less time left before its expiry, milliseconds',
  ),
  connectTimeoutMs: integer(
    'MILVUS_CONNECT_TIMEOUT_MS',
    2_000,
    { min: 10, max: 60_000 },
    'longest wait for a connection',
  ),
  describeTimeoutMs: integer('DESCRIBE_TIMEOUT_MS', 5_000, { min: 10, max: 60_000 }, 'longest wait for a description'),
  describeTtlMs: integer('DESCRIBE_TTL_MS', 2_000, { min: 0, max: 60_000 }, 'how long a description is believed'),
  probeEveryMs: integer(
    'MILVUS_PROBE_EVERY_MS',
    2_000,
    { min: 100, max: 60_000 },
    'how often the connection is looked at',
  ),
};

export type InserterSettings = SettingsOf<typeof settings>;

function endpointUrl(text: string): string {
  const endpoint = parseEndpoint(text);
  if ('failure' in endpoint) throw new Error(endpoint.failure);
  return endpoint.url;
}

/** The default is only for lanes: where every connector names its own endpoint, nothing needs to run there. */
function endpointSetting(): Setting<{ readonly url: string; readonly isSet: boolean }> {
  const fallback = 'http://localhost:19530';
  return {
    name: 'MILVUS_ENDPOINT',
    doc: 'Milvus of the lanes that name none; https means TLS. Where it is set, /readyz follows it',
    shown: fallback,
    read: (given) => ({ url: endpointUrl(given ?? fallback), isSet: given !== undefined }),
  };
}

function secret(name: string, doc: string): Setting<Secret> {
  return { name, doc, shown: undefined, read: (given) => new Secret(given ?? '') };
}
