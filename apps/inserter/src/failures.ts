import { escapeText } from '@millrace/connector-config';
import { type Failure, FailureClass } from '@millrace/contracts';

/** Longest piece of somebody else's words in a message of ours, in characters. */
const quotedCharsMax = 300;

/** Words of Milvus or gRPC, safe to print and bounded. */
export function quoted(text: string): string {
  return escapeText(text.trim(), quotedCharsMax);
}

interface FailureWords {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly milvusCode?: number;
  readonly retryAfterMs?: number;
}

/** It passes by itself. */
export function laterFailure(words: FailureWords): Failure {
  return failure(FailureClass.LATER, words);
}

/** Somebody has to act; the client probes and goes on unaided once the cause is gone. */
export function operatorFailure(words: FailureWords): Failure {
  return failure(FailureClass.OPERATOR, { retryAfterMs: 5_000, ...words });
}

function failure(failureClass: FailureClass, words: FailureWords): Failure {
  const { code, message, hint, milvusCode = 0, retryAfterMs = 0 } = words;
  return { class: failureClass, code, message, hint, milvusCode, retryAfterMs: BigInt(retryAfterMs) };
}

/** No connection to Milvus, so nothing was sent. */
export function unreachable(address: string, details = ''): Failure {
  return laterFailure({
    code: 'milvus.unreachable',
    message: `Milvus at ${address} is not reachable${details ? `: ${quoted(details)}` : ''}`,
    hint: 'check that Milvus runs and that the endpoint, its port and https or http are right',
    retryAfterMs: 1_000,
  });
}
