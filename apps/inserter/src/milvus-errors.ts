import { status as grpcStatus } from '@grpc/grpc-js';
import type { Failure } from '@millrace/contracts';
import type { Status } from '@millrace/contracts/milvus';
import type { FailureCode } from '@millrace/errors';
import { failureOf, quoted, unreachable } from './failures.ts';

/**
 * What a refusal of Milvus asks for.
 *
 *   later       the server says that it passes: try again in place, with backoff, inside not_after
 *   wait        a quota or water level: not in place; the lane pauses and probes
 *   schema      the collection changed: describe again, encode again
 *   split       the request is too large: write it in parts
 *   data        a row is bad: find it by bisection
 *   operator    somebody has to act; nothing was written
 *   indefinite  nobody knows whether it was or will be written
 */
export type RefusalClass = 'later' | 'wait' | 'schema' | 'split' | 'data' | 'operator' | 'indefinite';

export interface Refusal {
  readonly class: RefusalClass;
  readonly failure: Failure;
}

/** Milvus's codes since 2.3 (`pkg/util/merr/errors.go`), as far as they have a class of their own. */
export const codeClasses: Readonly<Record<number, RefusalClass>> = {
  ...classed('later', [1, 2, 4, 8, 12, 103, 106, 202, 305, 1002, 1807]),
  ...classed('wait', [3, 7, 9, 11, 500, 503, 904, 905]),
  ...classed('schema', [109, 1700]),
  ...classed('split', [1102]),
  // 6 is what milvus-lite says of a bad row; Milvus itself has no other use for it (legacy IllegalArgument).
  ...classed('data', [6, 1100, 1101, 1701, 1804]),
  // 101, not loaded, comes for partial updates alone: they read the rows that they change.
  ...classed('operator', [100, 101, 105, 200, 800, 1400, 1401, 1402, 1800]),
  ...classed('indefinite', [5]),
};

/** The codes before 2.3 (`common.proto`, ErrorCode), asked where `code` is zero. */
export const legacyClasses: Readonly<Record<number, RefusalClass>> = {
  ...classed('later', [49, 56, 57]),
  ...classed('wait', [48, 53, 54, 55]),
  ...classed('schema', [62]),
  ...classed('data', [6]),
  ...classed('operator', [4, 101, 200]),
};

function classed(name: RefusalClass, codes: readonly number[]): Record<number, RefusalClass> {
  return Object.fromEntries(codes.map((code) => [code, name]));
}

/**
 * What Milvus's proxy says of a bad value before it writes anything, though under codes that say nothing
 * (`internal/proxy/util.go`, verifyDynamicFieldData; `validate_util.go`).
 */
const dataReason =
  /wkt|json: (cannot unmarshal|invalid)|cannot set json key|dynamic field name cannot include|is not a number or infinity/i;

/** What milvus-lite says of a JSON field that holds a number or a literal, under the code of a server that is not ready. */
const liteDataReason = /^Expected bytes, got a '\w+' object$/;

/** Milvus's input errors of no named class, and what the text of an unnamed error tells apart, are of the data. */
function classOf(answer: Status): RefusalClass {
  const isInputError = answer.extraInfo.is_input_error === 'true';
  if (answer.code === 65_535 || answer.code === 1001) {
    return isInputError || dataReason.test(answer.reason) ? 'data' : 'indefinite';
  }
  if (answer.code === 1 && liteDataReason.test(answer.reason)) return 'data';
  const known = answer.code !== 0 ? codeClasses[answer.code] : legacyClasses[answer.errorCode];
  if (known) return known;
  if (answer.retriable) return 'later';
  return isInputError ? 'data' : 'indefinite';
}

/** What to make of a status that is not a success. */
export function classifyStatus(answer: Status): Refusal {
  const milvusCode = answer.code || answer.errorCode;
  const name = classOf(answer);
  const words = {
    milvusCode,
    message: `Milvus refused the write: ${quoted(answer.reason || answer.detail) || `code ${milvusCode}`}`,
  };
  return { class: name, failure: describeRefusal[name](words) };
}

interface Words {
  readonly milvusCode: number;
  readonly message: string;
}

/** A total table: a class without its words does not compile. */
const describeRefusal: Record<RefusalClass, (words: Words) => Failure> = {
  later: (words) => failureOf('milvus.busy', { ...words, retryAfterMs: 1_000 }),
  wait: (words) => failureOf('milvus.quota', { ...words, retryAfterMs: 5_000 }),
  schema: (words) => failureOf('milvus.schema_changed', words),
  split: (words) => failureOf('milvus.too_large', words),
  data: (words) => failureOf('milvus.row_refused', words),
  operator: (words) => failureOf(operatorCode(words.milvusCode), words),
  indefinite: (words) => failureOf('milvus.indefinite', words),
};

function operatorCode(milvusCode: number): FailureCode {
  if (milvusCode === 100 || milvusCode === 4) return 'milvus.collection_not_found';
  if (milvusCode === 101) return 'milvus.not_loaded';
  if (milvusCode === 800) return 'milvus.database_not_found';
  if (milvusCode === 200) return 'milvus.partition_not_found';
  if (milvusCode >= 1400 && milvusCode <= 1402) return 'milvus.not_authenticated';
  return 'milvus.refused';
}

/** A call that ended without an answer of Milvus. */
export interface GrpcFailure {
  readonly code: number;
  readonly details: string;
}

/**
 * What to make of a gRPC status. The call had begun on a channel that was ready, so whatever the table does not name
 * may have reached Milvus.
 */
export function classifyGrpc(error: GrpcFailure, address: string): Refusal {
  const details = quoted(error.details);
  const name = grpcStatus[error.code] ?? error.code;
  const words = { milvusCode: 0, message: `the call to Milvus at ${address} ended with ${name}: ${details}` };
  if (error.code === grpcStatus.RESOURCE_EXHAUSTED && /larger than max/i.test(error.details)) {
    return { class: 'split', failure: describeRefusal.split(words) };
  }
  if (error.code === grpcStatus.UNAUTHENTICATED || error.code === grpcStatus.PERMISSION_DENIED) {
    return { class: 'operator', failure: notAuthenticated(address, error.details) };
  }
  if (error.code === grpcStatus.UNIMPLEMENTED) return { class: 'operator', failure: notImplemented(address) };
  return { class: 'indefinite', failure: describeRefusal.indefinite(words) };
}

/** No call was begun, because there was no connection. */
export function notConnected(address: string): Refusal {
  return { class: 'later', failure: unreachable(address) };
}

/** An answer that cannot be right: counts that differ from the rows sent, rows reported as failed. */
export function contradiction(what: string): Refusal {
  return {
    class: 'indefinite',
    failure: describeRefusal.indefinite({ milvusCode: 0, message: `Milvus's answer contradicts itself: ${what}` }),
  };
}

/** Whether Milvus may speak of the rows that it was sent; a total table. Of itself it always may. */
const speaksOfRows: Record<RefusalClass, boolean> = {
  later: false,
  wait: false,
  schema: false,
  split: true,
  data: true,
  operator: false,
  indefinite: true,
};

/** errors.mask.values: a refusal without Milvus's own words where they may repeat a value. */
export function withoutWords(refusal: Refusal): Refusal {
  const { failure } = refusal;
  if (!speaksOfRows[refusal.class] || failure.milvusCode === 0) return refusal;
  const message = `Milvus refused the write with code ${failure.milvusCode}; its words are masked`;
  return { ...refusal, failure: { ...failure, message } };
}

/** The server does not know the call: gRPC says so, or the answer has no status. */
export function notImplemented(address: string): Failure {
  return failureOf('milvus.not_implemented', { message: `the server at ${address} does not implement this call` });
}

export function notAuthenticated(address: string, details: string): Failure {
  const message = `Milvus at ${address} does not accept the token: ${quoted(details)}`;
  return failureOf('milvus.not_authenticated', { message });
}
