import { status as grpcStatus } from '@grpc/grpc-js';
import type { Failure } from '@millrace/contracts';
import type { Status } from '@millrace/contracts/milvus';
import type { MilvusClass } from '@millrace/errors';
import { failureOf, quoted, unreachable } from './failures.ts';
import { refusalRules } from './refusal-classes.ts';
import { type RefusalRow, type RefusalSource, refusalTable } from './refusal-table.ts';

/** What a refusal of Milvus asks for, and what is told of it. */
export interface Refusal {
  readonly class: MilvusClass;
  readonly failure: Failure;
  /** The failure's message may repeat a value of a row; as its class says, where it is left out. */
  readonly speaksOfRows?: boolean;
}

interface Asked {
  readonly number: number;
  readonly text: string;
  readonly flags: ReadonlySet<RefusalRow['flag']>;
}

/** The first row that fits; `flag` and `grpc` have one for everything. */
function rowOf(from: RefusalSource, { number, text, flags }: Asked): RefusalRow | undefined {
  return refusalTable.find(
    (row) =>
      row.from === from &&
      (row.number === undefined || row.number === number) &&
      (row.saying === undefined || row.saying.test(text)) &&
      (row.flag === undefined || flags.has(row.flag)),
  );
}

interface Words {
  readonly milvusCode: number;
  readonly message: string;
}

function refusalOf(row: RefusalRow | undefined, words: Words): Refusal {
  if (!row) throw new Error('the table of refusals ends with rows for everything');
  const { code, retryAfterMs } = refusalRules[row.class];
  const failure = failureOf(row.code ?? code, { ...words, ...(retryAfterMs !== undefined && { retryAfterMs }) });
  return { class: row.class, failure, ...(row.speaksOfRows && { speaksOfRows: true }) };
}

/** What to make of a status that is not a success. */
export function classifyStatus(answer: Status): Refusal {
  const text = answer.reason || answer.detail;
  const flags = new Set<RefusalRow['flag']>();
  if (answer.retriable) flags.add('retriable');
  if (answer.extraInfo.is_input_error === 'true') flags.add('input error');
  const row =
    rowOf('code', { number: answer.code, text, flags }) ??
    rowOf('legacy', { number: answer.errorCode, text, flags }) ??
    rowOf('flag', { number: 0, text, flags });
  const milvusCode = answer.code || answer.errorCode;
  return refusalOf(row, {
    milvusCode,
    message: `Milvus refused the write: ${quoted(text) || `code ${milvusCode}`}`,
  });
}

/** A call that ended without an answer of Milvus. */
export interface GrpcFailure {
  readonly code: number;
  readonly details: string;
}

/** What to make of a call that had begun on a channel that was ready, and ended with a gRPC status. */
export function classifyGrpc(error: GrpcFailure, address: string): Refusal {
  const row = rowOf('grpc', { number: error.code, text: error.details, flags: new Set() });
  const name = grpcStatus[error.code] ?? error.code;
  const message = `the call to Milvus at ${address} ended with ${name}: ${quoted(error.details)}`;
  const refusal = refusalOf(row, { milvusCode: 0, message });
  const said = saidOf[refusal.failure.code as keyof typeof saidOf]?.(address, error.details);
  return said ? { ...refusal, failure: said } : refusal;
}

/** No call was begun, because there was no connection. */
export function notConnected(address: string): Refusal {
  return { class: 'later', failure: unreachable(address) };
}

/** An answer that cannot be right: counts that differ from the rows sent, rows reported as failed. */
export function contradiction(what: string): Refusal {
  return {
    class: 'indefinite',
    failure: failureOf('milvus.indefinite', { message: `Milvus's answer contradicts itself: ${what}` }),
  };
}

/** errors.mask.values: a refusal without Milvus's own words where they may repeat a value. */
export function withoutWords(refusal: Refusal): Refusal {
  const { failure, speaksOfRows = refusalRules[refusal.class].speaksOfRows } = refusal;
  if (!speaksOfRows || failure.milvusCode === 0) return refusal;
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

/** Failures that are told in words of their own, wherever they show. */
const saidOf = { 'milvus.not_authenticated': notAuthenticated, 'milvus.not_implemented': notImplemented } as const;
