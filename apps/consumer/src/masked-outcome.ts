import type { Failure, Outcome, Rejection } from '@millrace/contracts';
import { catalogue, isErrorCode } from '@millrace/errors';

const mask = '***';

/**
 * errors.mask.values: an outcome without anything that comes out of a record, whichever service told it. Paths and names
 * stay; Milvus's own words go, since they may quote a value.
 */
export function maskedOutcome(outcome: Outcome): Outcome {
  const { rejections, failure } = outcome;
  return { ...outcome, rejections: rejections.map(maskedRejection), failure: failure && maskedFailure(failure) };
}

function maskedRejection(rejection: Rejection): Rejection {
  return {
    ...rejection,
    primaryKey: masked(rejection.primaryKey),
    violations: rejection.violations.map((violation) => ({
      ...violation,
      found: masked(violation.found),
      message: withoutQuotes(violation.code, violation.message),
    })),
  };
}

function maskedFailure(failure: Failure): Failure {
  return { ...failure, message: withoutQuotes(failure.code, failure.message) };
}

const masked = (text: string): string => (text === '' ? '' : mask);

/** Codes whose messages repeat what Milvus says of the data that it was sent. */
const quotesMilvus = new Set([
  'milvus.row_refused',
  'milvus.too_large',
  'milvus.indefinite',
  'milvus.schema_unsettled',
  'milvus.delete_refused',
]);

function withoutQuotes(code: string, message: string): string {
  return quotesMilvus.has(code) && isErrorCode(code) ? catalogue[code].title : message;
}
