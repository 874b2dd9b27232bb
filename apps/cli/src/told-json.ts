import type { ToldViolation } from '@millrace/errors';

/** The members of a JSON object as text; none of anything else. A member that is missing or null is empty. */
export function textsOf(value: unknown): (name: string) => string {
  const members = new Map(value instanceof Object ? Object.entries(value) : []);
  return (name) => String(members.get(name) ?? '');
}

/** A violation as the services write it in JSON, or as much of one as is there. */
export function toViolation(value: unknown): ToldViolation {
  const text = textsOf(value);
  return {
    code: text('code'),
    path: text('path'),
    message: text('message'),
    expected: text('expected'),
    found: text('found'),
    hint: text('hint'),
  };
}
