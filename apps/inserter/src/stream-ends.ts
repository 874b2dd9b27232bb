import { type StatusObject, status } from '@grpc/grpc-js';
import { type FieldFault, statusWithDetails } from '@millrace/contracts';
import { docsOf, type FailureCode } from '@millrace/errors';

/** How a client broke the rules of its stream. */
export interface Breach {
  readonly code: FailureCode;
  readonly message: string;
  /** The field of the request that is to blame; empty where the message as a whole is. */
  readonly field: string;
}

export function broken(message: string, field = ''): Breach {
  return { code: 'stream.contract_broken', message, field };
}

export function grantExceeded(message: string): Breach {
  return { code: 'stream.grant_exceeded', message, field: '' };
}

export function brokenBy({ code, message, field }: Breach): StatusObject {
  return end(status.INVALID_ARGUMENT, message, code, field === '' ? [] : [{ field, description: message }]);
}

/** A mistake of ours; its reason stays in the log. */
export function failed(): StatusObject {
  return end(status.INTERNAL, 'the inserter made a mistake; see its log', 'stream.internal');
}

function end(code: status, message: string, reason: FailureCode, fields: readonly FieldFault[] = []): StatusObject {
  return statusWithDetails(code, message, { code: reason, docs: docsOf(reason) ?? '', fields });
}
