import { Failure, FailureClass } from '@millrace/contracts';
import { type EndsBy, type FailureCode, failures } from '@millrace/errors';

const classes: Record<EndsBy, FailureClass> = {
  itself: FailureClass.LATER,
  'a fix': FailureClass.OPERATOR,
  'a restart': FailureClass.OPERATOR,
};

/** Why the validator cannot serve a lane or a batch; what the inserter says is passed on in its own codes. */
export function failure(code: FailureCode, message: string): Failure {
  const { endsBy, hint } = failures[code];
  return Failure.create({ class: classes[endsBy], code, message, hint });
}
