import { Metadata, type StatusObject, type status } from '@grpc/grpc-js';
import { BadRequest, ErrorInfo } from './gen/google/rpc/error_details.ts';
import { Status } from './gen/google/rpc/status.ts';

/** Why a call ended with a status that is not OK, for programs; the status's own text is for people. */
export interface StatusDetails {
  /** Code of the error catalogue. */
  readonly code: string;
  /** The code's page. */
  readonly docs: string;
  /** Fields of the request that are to blame, such as `batch.sequence`, with what is wrong with each. */
  readonly fields: readonly FieldFault[];
}

export interface FieldFault {
  readonly field: string;
  readonly description: string;
}

/** Where gRPC keeps them; the ending `-bin` makes the value bytes. */
const key = 'grpc-status-details-bin';
const typePrefix = 'type.googleapis.com/google.rpc.';
const domain = 'millrace';

/** Longest text, characters: trailers have to stay below 8 KiB, and a text may hold names that a client has sent. */
const textCharsMax = 500;

/** A status as grpc-js takes it, with google.rpc details in its trailers. */
export function statusWithDetails(code: status, message: string, details: StatusDetails): StatusObject {
  const text = message.slice(0, textCharsMax);
  const { docs } = details;
  const fields = details.fields.map(({ field, description }) => ({
    field,
    description: description.slice(0, textCharsMax),
  }));
  const info = ErrorInfo.fromPartial({ reason: details.code, domain, metadata: { docs } });
  const all = [{ typeUrl: `${typePrefix}ErrorInfo`, value: Buffer.from(ErrorInfo.encode(info).finish()) }];
  if (fields.length > 0) {
    const request = BadRequest.encode({ fieldViolations: fields }).finish();
    all.push({ typeUrl: `${typePrefix}BadRequest`, value: Buffer.from(request) });
  }
  const metadata = new Metadata();
  metadata.set(key, Buffer.from(Status.encode({ code, message: text, details: all }).finish()));
  return { code, details: text, metadata };
}

/** The details of a status that a server of ours has sent; undefined where there are none, or none that can be read. */
export function statusDetails({ metadata }: Pick<StatusObject, 'metadata'>): StatusDetails | undefined {
  const [bytes] = metadata.get(key);
  if (!Buffer.isBuffer(bytes)) return undefined;
  try {
    return readDetails(Status.decode(bytes));
  } catch {
    // Anybody may answer at the address; what is no details is none.
    return undefined;
  }
}

function readDetails({ details }: Status): StatusDetails | undefined {
  const bytesOf = (name: string) => details.find(({ typeUrl }) => typeUrl === typePrefix + name)?.value;
  const [info, request] = [bytesOf('ErrorInfo'), bytesOf('BadRequest')];
  if (!info) return undefined;
  const { reason, metadata, domain: from } = ErrorInfo.decode(info);
  if (from !== domain) return undefined;
  const fields = request ? BadRequest.decode(request).fieldViolations : [];
  return { code: reason, docs: metadata.docs ?? '', fields };
}
