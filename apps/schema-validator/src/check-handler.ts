import { type ServerUnaryCall, type sendUnaryData, status } from '@grpc/grpc-js';
import type { CheckRequest, CheckResponse } from '@millrace/contracts';
import type { Events } from './events.ts';
import { ContractError } from './record-batch.ts';
import { type CheckContext, checkRecords } from './record-check.ts';

export type CheckCall = Pick<ServerUnaryCall<CheckRequest, CheckResponse>, 'request' | 'on'>;

/** Check as grpc-js wants it. */
export function checkHandler(context: CheckContext & { readonly events: Events }) {
  return (call: CheckCall, callback: sendUnaryData<CheckResponse>): void => {
    const abort = new AbortController();
    call.on('cancelled', () => abort.abort());
    checkRecords(call.request, context, abort.signal).then(
      (response) => callback(null, response),
      (error: unknown) => {
        if (error instanceof ContractError) {
          callback({ code: status.INVALID_ARGUMENT, details: error.message });
          return;
        }
        context.events.checkFailed(error);
        callback({ code: status.INTERNAL, details: 'the schema-validator failed' });
      },
    );
  };
}
