import { escapeText } from '@millrace/connector-config';
import { type Failure, FailureClass } from '@millrace/contracts';
import { type EndsBy, type FailureCode, failures } from '@millrace/errors';

/** Longest piece of somebody else's words in a message of ours, in characters. */
const quotedCharsMax = 300;

/** Words of Milvus or gRPC, safe to print and bounded. */
export function quoted(text: string): string {
  return escapeText(text.trim(), quotedCharsMax);
}

/** What differs from case to case. */
interface Case {
  readonly message: string;
  readonly milvusCode?: number;
  readonly retryAfterMs?: number;
}

/** A client probes while somebody has to act, and goes on unaided once the cause is gone. */
const classes: Record<EndsBy, Pick<Failure, 'class' | 'retryAfterMs'>> = {
  itself: { class: FailureClass.LATER, retryAfterMs: 0n },
  'a fix': { class: FailureClass.OPERATOR, retryAfterMs: 5_000n },
  'a restart': { class: FailureClass.OPERATOR, retryAfterMs: 5_000n },
};

/** A failure of the catalogue. */
export function failureOf(code: FailureCode, { message, milvusCode = 0, retryAfterMs }: Case): Failure {
  const { endsBy, hint } = failures[code];
  const known = { ...classes[endsBy], code, message, hint, milvusCode };
  return retryAfterMs === undefined ? known : { ...known, retryAfterMs: BigInt(retryAfterMs) };
}

/** No connection to Milvus, so nothing was sent. */
export function unreachable(address: string, details = ''): Failure {
  const message = `Milvus at ${address} is not reachable${details ? `: ${quoted(details)}` : ''}`;
  return failureOf('milvus.unreachable', { message, retryAfterMs: 1_000 });
}
