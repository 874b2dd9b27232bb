import { status as grpcStatus } from '@grpc/grpc-js';
import type { FailureCode, MilvusClass } from '@millrace/errors';

/**
 * Where a refusal says what it is, in the order of asking:
 *
 *   grpc    the call ended with this gRPC status
 *   code    `status.code` of Milvus since 2.3 (`pkg/util/merr/errors.go`)
 *   legacy  `status.error_code` (`common.proto`, ErrorCode), which newer servers derive from `code`
 *   flag    no number that is known: `status.retriable`, then `extra_info["is_input_error"]`
 */
export type RefusalSource = 'grpc' | 'code' | 'legacy' | 'flag';

export interface RefusalRow {
  readonly from: RefusalSource;
  /** Any number where it is left out. */
  readonly number?: number;
  /** Milvus's or gRPC's name of it. */
  readonly name: string;
  /** What the message has to say, where the server gives nothing better. */
  readonly saying?: RegExp;
  /** What the server has to flag. */
  readonly flag?: 'retriable' | 'input error';
  readonly class: MilvusClass;
  /** What is told, where it is not the code of the class. */
  readonly code?: FailureCode;
  /** Its words may repeat a value, unlike those of its class. */
  readonly speaksOfRows?: true;
}

type Told = Pick<RefusalRow, 'saying' | 'flag' | 'code'>;
type Named = readonly [number: number, name: string, told?: Told];

function rows(from: RefusalSource, name: MilvusClass, named: readonly Named[]): readonly RefusalRow[] {
  return named.map(([number, words, told]) => ({ from, number, name: words, class: name, ...told }));
}

const degraded = { code: 'milvus.degraded' } as const;
const notFound = { code: 'milvus.collection_not_found' } as const;
const notLoaded = { code: 'milvus.not_loaded' } as const;
const notAuthenticated = { code: 'milvus.not_authenticated' } as const;
const notImplemented = { code: 'milvus.not_implemented' } as const;

/**
 * What Milvus's proxy says of a bad value before it writes anything, though under codes that say nothing
 * (`internal/proxy/util.go`, verifyDynamicFieldData; `validate_util.go`).
 */
const valueIsBad =
  /wkt|json: (cannot unmarshal|invalid)|cannot set json key|dynamic field name cannot include|is not a number or infinity/i;

/**
 * Every refusal of Milvus that is known, and then every other one: the first row that fits decides. The rows that have a
 * condition stand before those of their number that have none.
 *
 * A dead letter comes of `data` and `split` alone. So these are only what names a value: a number that this table does
 * not know never is one, whatever flag it carries.
 */
export const refusalTable: readonly RefusalRow[] = [
  ...rows('grpc', 'split', [
    [grpcStatus.RESOURCE_EXHAUSTED, 'message larger than the server takes', { saying: /larger than max/i }],
  ]),
  ...rows('grpc', 'operator', [
    [grpcStatus.UNAUTHENTICATED, 'unauthenticated', notAuthenticated],
    [grpcStatus.PERMISSION_DENIED, 'permission denied', notAuthenticated],
    [grpcStatus.UNIMPLEMENTED, 'unimplemented', notImplemented],
  ]),
  // The call had begun on a channel that was ready, so whatever is not named above may have reached Milvus.
  { from: 'grpc', name: 'any other gRPC status', class: 'indefinite' },

  // milvus-lite says so of a JSON field that holds a number or a literal, under the code of a server that is not ready.
  ...rows('code', 'data', [[1, 'milvus-lite: bytes expected', { saying: /^Expected bytes, got a '\w+' object$/ }]]),
  ...rows('code', 'later', [
    [1, 'service not ready'],
    [2, 'service unavailable'],
    [4, 'too many concurrent requests'],
    [6, 'cross cluster routing', { saying: /cross cluster routing/i }],
    [8, 'rate limit exceeded'],
    [12, 'service resource insufficient'],
    [103, 'collection not fully loaded'],
    [106, 'collection on recovering'],
    [110, 'collection schema version not ready'],
    [202, 'partition not fully loaded'],
    [305, 'resource group service unavailable'],
    [1002, 'unexpected EOF'],
    [1003, 'too many requests'],
    [1807, 'request is rejected by limiter'],
  ]),
  // Milvus flags these as not retriable: trying again in place does not help, time or an operator does.
  ...rows('code', 'wait', [
    [3, 'memory limit exceeded'],
    [7, 'disk limit exceeded'],
    [9, 'quota exceeded'],
    [11, 'time tick long delay', degraded],
    [500, 'channel not found', degraded],
    [503, 'channel not available', degraded],
    [904, 'node not match', degraded],
    [905, 'node not available', degraded],
  ]),
  // 1700 too: the collection is described once more, and where it is the same the lane waits (`milvus.schema_unsettled`).
  ...rows('code', 'schema', [
    [109, 'collection schema mismatch'],
    [1700, 'field not found'],
  ]),
  ...rows('code', 'split', [[1102, 'parameter too large']]),
  ...rows('code', 'data', [
    // Of milvus-lite; Milvus itself means cross cluster routing.
    [6, 'milvus-lite: illegal argument'],
    [1001, 'IO failed, of a value', { saying: valueIsBad }],
    [1001, 'IO failed, of the input', { flag: 'input error' }],
    [1100, 'invalid parameter'],
    [1101, 'missing parameter'],
    [1701, 'field name invalid'],
    [1804, 'fail to deal the insert data'],
    [65_535, 'unexpected error, of a value', { saying: valueIsBad }],
    [65_535, 'unexpected error, of the input', { flag: 'input error' }],
  ]),
  // Input errors too, most of them; yet of the collection, the database or the user, never of a row.
  ...rows('code', 'operator', [
    [10, 'service unimplemented', notImplemented],
    [100, 'collection not found', notFound],
    // These two come for partial updates alone, which read the rows that they change.
    [101, 'collection not loaded', notLoaded],
    [201, 'partition not loaded', notLoaded],
    [102, 'exceeded the limit number of collections'],
    [104, 'collection already loaded'],
    [105, 'illegal collection schema'],
    [107, 'vector clustering key not allowed'],
    [108, 'collection under standby mode'],
    [200, 'partition not found', { code: 'milvus.partition_not_found' }],
    [300, 'resource group not found'],
    [301, 'resource group already exist'],
    [302, 'resource group num reach limit'],
    [303, 'resource group illegal config'],
    [702, 'index duplicates'],
    [800, 'database not found', { code: 'milvus.database_not_found' }],
    [801, 'exceeded the limit number of database'],
    [802, 'invalid database name'],
    [1400, 'not authenticated', notAuthenticated],
    [1401, 'privilege not permitted', notAuthenticated],
    [1402, 'invalid privilege group name', notAuthenticated],
    [1800, "user hasn't authenticated", notAuthenticated],
    [1801, 'can only accept json format request'],
    [1802, 'missing required parameters'],
    [2100, 'importing data failed'],
    [2201, 'query plan failed'],
  ]),
  // Its text says that Milvus never returns it; where it does, the fault may have come after the write.
  ...rows('code', 'indefinite', [
    [5, 'service internal error'],
    [1001, 'IO failed'],
    [65_535, 'unexpected error'],
  ]),

  ...rows('legacy', 'later', [
    [49, 'RateLimit'],
    [56, 'NotReadyServe'],
    [57, 'NotReadyCoordActivating'],
  ]),
  ...rows('legacy', 'wait', [
    [48, 'ForceDeny'],
    [53, 'MemoryQuotaExhausted'],
    [54, 'DiskQuotaExhausted'],
    [55, 'TimeTickLongDelay', degraded],
  ]),
  ...rows('legacy', 'schema', [[62, 'SchemaMismatch']]),
  ...rows('legacy', 'data', [
    [5, 'IllegalArgument'],
    [6, 'milvus-lite: IllegalArgument'],
  ]),
  ...rows('legacy', 'operator', [
    [3, 'PermissionDenied', notAuthenticated],
    [4, 'CollectionNotExists', notFound],
    [28, 'CollectionNameNotFound', notFound],
    [101, 'milvus-lite: CollectionNotLoaded', notLoaded],
    [200, 'milvus-lite: PartitionNotExists', { code: 'milvus.partition_not_found' }],
  ]),

  { from: 'flag', flag: 'retriable', name: 'an unknown code that passes', class: 'later' },
  // The proxy has refused the request, so nothing is written; but what it minds may as well be the collection. The
  // schema-validator has checked every row, so a stop that says what Milvus says is likelier right than dead letters.
  { from: 'flag', flag: 'input error', name: 'an unknown code for the input', class: 'operator', speaksOfRows: true },
  { from: 'flag', name: 'an unknown code', class: 'indefinite' },
];
