import type { Rejection } from '@millrace/contracts';
import { RejectionStage } from '@millrace/contracts';
import { docsOf } from '@millrace/errors';
import type { KafkaRecord, LanePlace, RecordHeaders } from '@millrace/lanes';
import { boundedText, violationsText } from './bounded-text.ts';

/** A rejected record on its way to the dead letter topic. */
export interface DeadLetter {
  readonly at: LanePlace;
  readonly record: KafkaRecord;
  readonly rejection: Rejection;
  /** Sendings of the batch that the record was in. */
  readonly attempts: number;
  /** Trace of that batch. */
  readonly traceId: string;
}

export interface DeadLetterContext {
  readonly connector: string;
  /** errors.deadletterqueue.context.headers.enable: Kafka Connect's own headers as well. */
  readonly connectHeaders: boolean;
  /** errors.mask.values: whether letters say that their values are not to be shown. */
  readonly maskValues: boolean;
}

type Header = readonly [name: string, value: string];

const stageNames: Record<RejectionStage, string> = {
  [RejectionStage.UNSPECIFIED]: 'validate',
  [RejectionStage.DECODE]: 'decode',
  [RejectionStage.TRANSFORM]: 'transform',
  [RejectionStage.VALIDATE]: 'validate',
  [RejectionStage.ENCODE]: 'encode',
  [RejectionStage.WRITE]: 'write',
};

/** Ours: what, where and why, as text. */
export function millraceHeaders(letter: DeadLetter, context: DeadLetterContext, nowMs: number): Header[] {
  const { at, record, rejection, attempts, traceId } = letter;
  const first = rejection.violations[0];
  const detail = first?.expected ? ` (expected ${first.expected}${first.found ? `, found ${first.found}` : ''})` : '';
  return [
    ['__millrace.error.code', first?.code ?? 'rejected'],
    ['__millrace.error.path', first?.path ?? '$'],
    ['__millrace.error.stage', stageNames[rejection.stage]],
    ['__millrace.error.message', `${first?.message ?? 'rejected'}${detail}`],
    ['__millrace.error.hint', first?.hint ?? ''],
    ['__millrace.error.docs', docsOf(first?.code ?? '') ?? ''],
    ['__millrace.error.violations', violationsText(rejection, violationsBytesMax)],
    ['__millrace.error.masked', String(context.maskValues)],
    ['__millrace.error.count', String(rejection.violations.length + rejection.violationsOmitted)],
    ['__millrace.error.milvus_code', rejection.milvusCode === 0 ? '' : String(rejection.milvusCode)],
    ['__millrace.topic', at.topic],
    ['__millrace.partition', String(at.partition)],
    ['__millrace.offset', String(record.offset)],
    ['__millrace.connector', context.connector],
    ['__millrace.collection', at.collection],
    ['__millrace.pk', rejection.primaryKey],
    ['__millrace.schema_version', rejection.schemaVersion],
    ['__millrace.attempts', String(attempts)],
    ['__millrace.replay_count', String(replayCount(record.headers))],
    ['__millrace.trace_id', traceId],
    ['__millrace.first_failed_at', new Date(nowMs).toISOString()],
  ];
}

/** How often the record has come out of a dead letter topic: each letter that it was leaves one count behind. */
function replayCount(headers: RecordHeaders): number {
  return headers.filter(({ name }) => name === '__millrace.replay_count').length;
}

/**
 * Kafka Connect's (source: its DeadLetterQueueReporter). The stage is one that its tools know; the class names are
 * those of the converter's and the sink's errors.
 */
export function connectHeaders(letter: DeadLetter, context: DeadLetterContext): Header[] {
  const decoding = letter.rejection.stage === RejectionStage.DECODE;
  const first = letter.rejection.violations[0];
  return [
    ['__connect.errors.topic', letter.at.topic],
    ['__connect.errors.partition', String(letter.at.partition)],
    ['__connect.errors.offset', String(letter.record.offset)],
    ['__connect.errors.connector.name', context.connector],
    ['__connect.errors.task.id', '0'],
    ['__connect.errors.stage', decoding ? 'VALUE_CONVERTER' : 'TASK_PUT'],
    ['__connect.errors.class.name', 'millrace.schema-validator'],
    ['__connect.errors.exception.class.name', 'org.apache.kafka.connect.errors.DataException'],
    [
      '__connect.errors.exception.message',
      `${first?.code ?? 'rejected'} at ${first?.path ?? '$'}: ${first?.message ?? ''}`,
    ],
    ['__connect.errors.exception.stacktrace', ''],
  ];
}

/** The record's own headers, untouched and first, then what is added. */
export function withHeaders(original: RecordHeaders, added: readonly Header[]): RecordHeaders {
  return [
    ...original,
    ...added.map(([name, value]) => ({ name, value: Buffer.from(boundedText(value, boundOf(name))) })),
  ];
}

/** Longest value of a header that is added, bytes. */
const headerBytesMax = 1_024;
const violationsBytesMax = 8 * 1_024;

function boundOf(name: string): number {
  return name === '__millrace.error.violations' ? violationsBytesMax : headerBytesMax;
}
