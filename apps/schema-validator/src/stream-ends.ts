import { type StatusObject, status } from '@grpc/grpc-js';
import { type FieldFault, statusWithDetails } from '@millrace/contracts';
import { docsOf, type FailureCode } from '@millrace/errors';
import { GrantExceeded } from './lane.ts';
import type { ContractError } from './record-batch.ts';

/** The client broke the rules of the stream. */
export function brokenBy(error: ContractError | GrantExceeded): StatusObject {
  const { message } = error;
  if (error instanceof GrantExceeded) return end(status.RESOURCE_EXHAUSTED, message, 'stream.grant_exceeded');
  const fields = error.field === '' ? [] : [{ field: error.field, description: message }];
  return end(status.INVALID_ARGUMENT, message, 'stream.contract_broken', fields);
}

/** A mistake of ours; its reason stays in the log. */
export function failed(): StatusObject {
  return end(status.INTERNAL, 'the schema-validator failed; see its log', 'stream.internal');
}

function end(code: status, message: string, reason: FailureCode, fields: readonly FieldFault[] = []): StatusObject {
  return statusWithDetails(code, message, { code: reason, docs: docsOf(reason) ?? '', fields });
}
