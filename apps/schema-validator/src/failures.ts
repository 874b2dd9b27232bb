import { Failure, FailureClass } from '@millrace/contracts';

/** Why the validator cannot serve a lane or a batch, by code; what the inserter says is passed on in its own codes. */
export const failureKinds = {
  V101: {
    name: 'unsupported-type',
    class: FailureClass.OPERATOR,
    hint: 'use a collection of Bool, Int8 to Int64, Float, Double, VarChar, JSON, Array, Geometry, Timestamptz and FloatVector fields',
  },
  V102: {
    name: 'upsert-into-auto-id',
    class: FailureClass.OPERATOR,
    hint: 'set insert.mode=insert, or use a collection whose primary key comes from the record',
  },
  V103: {
    name: 'inserter-unreachable',
    class: FailureClass.LATER,
    hint: 'check that an inserter runs, and INSERTER_ADDRESS of the schema-validator',
  },
  V104: {
    name: 'inserter-stream-lost',
    class: FailureClass.LATER,
    hint: 'the records are sent again once no write can be under way any more; look into the log of the inserter',
  },
  V105: {
    name: 'no-room-for-the-lane',
    class: FailureClass.LATER,
    hint: 'start more schema-validators, or raise STREAM_BUDGET_BYTES of this one',
  },
  V106: {
    name: 'inserter-broke-the-contract',
    class: FailureClass.LATER,
    hint: 'run the same version of all services',
  },
} as const;

export type FailureCode = keyof typeof failureKinds;

export function failure(code: FailureCode, message: string): Failure {
  const { class: failureClass, hint } = failureKinds[code];
  return Failure.create({ class: failureClass, code, message, hint });
}
