import {
  ClashingTopicsError,
  clashText,
  MissingTopicError,
  NoMatchingTopicError,
  SlowPatternError,
  type TopicChoice,
} from '@millrace/connector-config';
import type { Failure, Rejection, Violation } from '@millrace/contracts';
import { FailureClass } from '@millrace/contracts';
import { type FailureCode, failures, isFailureCode } from '@millrace/errors';

/** Why a lane does not move, in words for a person. */
export interface LaneProblem {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  /** Somebody has to act; the connector counts as FAILED. */
  readonly needsAction: boolean;
  /** The lane tries again by itself. */
  readonly retrying: boolean;
  readonly sinceMs: number;
  readonly milvusCode?: number;
  /** What is wrong with the record that is to blame, where one is. */
  readonly record?: BlamedRecord;
}

export interface BlamedRecord {
  readonly offset: bigint;
  readonly violations: readonly Violation[];
  /** Violations beyond the ones listed. */
  readonly omitted: number;
}

export function problemOf(failure: Failure, sinceMs: number): LaneProblem {
  return {
    code: failure.code,
    message: failure.message,
    hint: failure.hint,
    needsAction: failure.class === FailureClass.OPERATOR,
    retrying: true,
    sinceMs,
    ...(failure.milvusCode === 0 ? {} : { milvusCode: failure.milvusCode }),
  };
}

/** A problem of the catalogue that shows in the consumer itself. */
export function ownProblem(code: FailureCode, message: string, sinceMs: number): LaneProblem {
  const { endsBy, hint } = failures[code];
  return { code, message, hint, needsAction: endsBy !== 'itself', retrying: endsBy !== 'a restart', sinceMs };
}

/** The problem of a hop that broke or did not answer; by the server's own code, where it gave one that is known here. */
export function brokenHop(message: string, sinceMs: number, code = ''): LaneProblem {
  return ownProblem(isFailureCode(code) ? code : 'hop.unavailable', message, sinceMs);
}

/** The problem of an answer that cannot be right; a bug, or versions that do not fit. */
export function untrustedAnswer(what: string, sinceMs: number): LaneProblem {
  const message = `${what} is out of turn or does not account for every record of its batch`;
  return ownProblem('hop.protocol', message, sinceMs);
}

/** The problem of a lane that a rejected record has stopped (errors.tolerance=none). */
export function stoppedByRecord(where: string, rejection: Rejection, sinceMs: number): LaneProblem {
  const all = rejection.violations.map(
    ({ code, path, message, expected, found }) =>
      `${code} at ${path}: ${message}${expected ? ` (expected ${expected}${found ? `, found ${found}` : ''})` : ''}`,
  );
  const more = rejection.violationsOmitted > 0 ? [`and ${rejection.violationsOmitted} more`] : [];
  const first = rejection.violations[0];
  return {
    code: first?.code ?? 'rejected',
    message: `record at ${where} offset ${rejection.offset} was rejected: ${[...all, ...more].join('; ')}`,
    hint: 'errors.tolerance=none stops at the first such record; set errors.tolerance=all to send them to the dead letter topic, or move the group past the record, and restart the consumer',
    needsAction: true,
    retrying: false,
    sinceMs,
    ...(rejection.milvusCode === 0 ? {} : { milvusCode: rejection.milvusCode }),
    record: { offset: rejection.offset, violations: rejection.violations, omitted: rejection.violationsOmitted },
  };
}

/** The problem of a partition that cannot be read on where its group stands; see `offsetLoss`. */
export function offsetGone(what: string, sinceMs: number): LaneProblem {
  return ownProblem('kafka.offset_out_of_range', what, sinceMs);
}

/** The problem of a lane that may send nothing, because Kafka takes no offset commit that reserves its partition. */
export function noReservation(where: string, why: string, sinceMs: number): LaneProblem {
  return ownProblem('kafka.no_reservation', `nothing of ${where} is written, since Kafka ${why}`, sinceMs);
}

/** The problem of a connector that hangs without an error. */
export function noProgress(message: string, sinceMs: number): LaneProblem {
  return ownProblem('kafka.no_progress', message, sinceMs);
}

/** The problem of topics that are not read, because their rows would end in one collection by accident. */
export function clashingTopics({ clashes }: TopicChoice, sinceMs: number): LaneProblem | undefined {
  if (clashes.size === 0) return undefined;
  return ownProblem('kafka.topics_clash', clashText(clashes), sinceMs);
}

/** The problem of a connector that cannot read from Kafka. */
export function sourceProblem(error: unknown, connector: string, sinceMs: number): LaneProblem {
  const reason = error instanceof Error ? error.message : String(error);
  return ownProblem(sourceFailure(error), `connector ${connector} cannot read from Kafka: ${reason}`, sinceMs);
}

function sourceFailure(error: unknown): FailureCode {
  if (error instanceof MissingTopicError) return 'kafka.topic_missing';
  if (error instanceof NoMatchingTopicError) return 'kafka.no_topic_matches';
  if (error instanceof ClashingTopicsError) return 'kafka.topics_clash';
  return error instanceof SlowPatternError ? 'kafka.topic_pattern_slow' : 'kafka.unavailable';
}
