import { NotAppliedReason, type Outcome, Result } from '@millrace/contracts';
import type { Clock } from '@millrace/delivery';
import { docsOf } from '@millrace/errors';
import type { KafkaRecord, LanePlace, TopicPartition } from '@millrace/lanes';
import { injectTrace, type Logger, type TraceCarrier } from '@millrace/service';
import { context, ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api';
import { startBatchSpan, tellRejections } from './batch-span.ts';
import type { Bottleneck } from './bottleneck.ts';
import type { Counters } from './counters.ts';
import type { FlowWatch } from './flow-watch.ts';
import type { LaneProblem } from './lane-problem.ts';
import { consumerInstruments } from './metrics.ts';
import type { OutgoingBatch } from './outgoing-batch.ts';
import type { PossibleDuplicates, Repeat, RepeatReason } from './possible-duplicates.ts';
import type { Totals } from './totals.ts';

/** Partitions that one line names. */
const shownPartitionsMax = 10;

export interface ConnectorNames {
  readonly connector: string;
  readonly groupId: string;
  /** errors.log.enable: one line for each rejected record, without its payload. */
  readonly logRejections: boolean;
}

/** What measures a connector beside its counters. */
export interface Measures {
  readonly totals: Totals;
  readonly flow: Pick<FlowWatch, 'answered'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** What happens to the records of one connector, told once: to its counters, metrics, its log and the batch's trace. */
export class LaneEvents {
  readonly #names: ConnectorNames;
  readonly #logger: Logger;
  readonly #counters: Counters;
  readonly #duplicates: PossibleDuplicates;
  readonly #measures: Measures;
  readonly #metrics = consumerInstruments();
  readonly #of: { readonly connector: string };

  constructor(
    names: ConnectorNames,
    logger: Logger,
    counters: Counters,
    duplicates: PossibleDuplicates,
    measures: Measures,
  ) {
    this.#names = names;
    this.#logger = logger.child({ connector: names.connector });
    this.#counters = counters;
    this.#duplicates = duplicates;
    this.#measures = measures;
    this.#of = { connector: names.connector };
  }

  read({ topic }: TopicPartition, records: number): void {
    this.#counters.read += records;
    this.#metrics.consumedMessages.add(records, this.#messaging(topic, 'poll'));
  }

  released(records: number): void {
    this.#counters.released += records;
  }

  /** Begins the batch's trace. */
  batchFormed(at: LanePlace, records: readonly KafkaRecord[]): Span {
    return startBatchSpan(this.#names, at, records);
  }

  /** One sending of the batch; returns the context that it carries. */
  batchSent(batch: OutgoingBatch): TraceCarrier {
    const isResend = batch.attempts > 1;
    this.#metrics.batchesSent.add(1, { ...this.#of, try: isResend ? 'again' : 'first' });
    if (isResend) {
      this.#measures.totals.resends += 1;
      batch.trace.addEvent('resend', { 'millrace.attempt': batch.attempts });
    }
    return injectTrace(trace.setSpan(ROOT_CONTEXT, batch.trace));
  }

  answered(batch: OutgoingBatch, outcome: Outcome): void {
    const turnaroundMs = Math.max(0, this.#measures.clock.now() - batch.sentMs);
    this.#measures.flow.answered(turnaroundMs, outcome);
    this.#metrics.batchTurnaround.record(turnaroundMs / 1e3, this.#of);
    const what = resultNames[outcome.result] ?? 'indefinite';
    const reason = notAppliedNames[outcome.reason];
    this.#metrics.batchesAnswered.add(1, { ...this.#of, result: what, reason });
    if (outcome.result === Result.APPLIED) return;
    const code = outcome.failure?.code;
    batch.trace.addEvent(what, { 'millrace.reason': reason, ...(code && { 'error.type': code }) });
    if (outcome.reason === NotAppliedReason.NOT_STARTED) return;
    this.#within(batch.trace, () => {
      this.#logger.warn(
        { event: `batch_${what}`, reason, code, ...offsets(batch) },
        outcome.failure?.message ?? reason,
      );
    });
  }

  /** Every record of the batch has its end (with errors.tolerance=none: up to the first rejection). */
  settled({ topic }: TopicPartition, batch: OutgoingBatch, outcome: Outcome, deadLettered: number): void {
    this.#measure(topic, batch, outcome);
    const { rejections, writtenRows, supersededRows, deletedRows, filteredRows } = outcome;
    this.#counters.written += writtenRows + batch.writtenBefore;
    this.#counters.superseded += supersededRows;
    this.#counters.deleted += deletedRows;
    this.#counters.filtered += filteredRows;
    this.#counters.deadLettered += deadLettered;
    this.#within(batch.trace, () => {
      for (const { offset, violations } of rejections) {
        const { code = '', path = '', message = 'record rejected' } = violations[0] ?? {};
        const where = { offset: Number(offset), code, path };
        if (this.#names.logRejections)
          this.#logger.warn({ event: 'record_rejected', ...where, docs: docsOf(code) }, message);
      }
      if (rejections.length > 0 && !this.#names.logRejections) {
        const { code = '' } = rejections[0]?.violations[0] ?? {};
        this.#logger.warn(
          {
            event: 'records_rejected',
            count: rejections.length,
            first: { offset: Number(rejections[0]?.offset), code, docs: docsOf(code) },
          },
          'records rejected',
        );
      }
    });
    batch.trace.setAttributes({
      'millrace.rows.written': writtenRows,
      'millrace.rows.superseded': supersededRows,
      'millrace.rows.deleted': deletedRows,
      'millrace.records.filtered': filteredRows,
      'millrace.records.rejected': rejections.length,
      'millrace.attempts': batch.attempts,
    });
    tellRejections(batch.trace, rejections);
    batch.trace.end();
  }

  #measure(topic: string, batch: OutgoingBatch, { rejections }: Outcome): void {
    const now = this.#measures.clock.now();
    const seconds = (sinceMs: number) => Math.max(0, now - sinceMs) / 1e3;
    this.#metrics.processDuration.record(seconds(batch.formedMs), this.#messaging(topic, 'process'));
    const oldest = batch.records[0];
    if (oldest) this.#metrics.freshness.record(seconds(Number(oldest.timestampMs)), { ...this.#of, topic });
    this.#measures.totals.rejected += rejections.length;
    for (const { violations } of rejections) {
      this.#metrics.recordsRejected.add(1, { ...this.#of, code: violations[0]?.code ?? '' });
    }
  }

  #messaging(topic: string, operation: 'poll' | 'process') {
    return {
      'messaging.system': 'kafka',
      'messaging.operation.name': operation,
      'messaging.destination.name': topic,
      'messaging.consumer.group.name': this.#names.groupId,
    };
  }

  streamOpened(): void {
    this.#metrics.streamsOpened.add(1, this.#of);
  }

  streamOver(why: 'rotated' | 'idle' | 'failed' | 'given_up'): void {
    this.#metrics.streamsEnded.add(1, { ...this.#of, why });
  }

  /** Another part than before sets the pace. */
  limitedBy({ is, why }: Bottleneck): void {
    this.#logger.info({ event: 'limited_by', is }, `the pace is set by ${is}: ${why}`);
  }

  batchAbandoned(batch: OutgoingBatch): void {
    batch.trace.addEvent('released');
    batch.trace.end();
  }

  /** The server asks to go on elsewhere; these batches are on the stream that ends. */
  rotates(reason: string, sent: readonly OutgoingBatch[]): void {
    for (const batch of sent) batch.trace.addEvent('rotation', { 'millrace.reason': reason });
  }

  /** Nothing is sent for a time, for the reason that the lane's status tells. */
  waits(reason: string, waitMs: number, problem: LaneProblem | undefined, unsettled: readonly OutgoingBatch[]): void {
    const why = {
      'millrace.reason': reason,
      'millrace.wait_ms': Math.round(waitMs),
      ...(problem && { 'error.type': problem.code }),
    };
    for (const batch of unsettled) batch.trace.addEvent('wait', why);
  }

  /** The lane's stream ended; what is unsettled will be sent again. A problem is told once, until it changes. */
  streamEnded(problem: LaneProblem | undefined, isNews: boolean): void {
    if (!problem) return;
    const level = isNews ? 'warn' : 'debug';
    this.#logger[level]({ event: 'lane_waits', ...known(problem) }, problem.message);
  }

  stopped(problem: LaneProblem): void {
    this.#logger.error({ event: 'lane_stopped', ...known(problem) }, problem.message);
  }

  deadLettersRefused(): void {
    this.#measures.totals.deadLetterRefusals += 1;
  }

  deadLettersFailed(problem: LaneProblem): void {
    this.#logger.error({ event: 'dead_letters_failed', ...known(problem) }, problem.message);
  }

  /** A letter's own send tries again to create the topic, and halts the lane if it cannot. */
  deadLetterTopicMissing(error: unknown): void {
    this.#logger.warn({ event: 'dead_letter_topic_missing' }, error instanceof Error ? error.message : String(error));
  }

  joined(partitions: number): void {
    this.#logger.info({ event: 'joined', group: this.#names.groupId, partitions }, 'joined the consumer group');
  }

  /** Insert mode: records are written again that may be in Milvus already. */
  mayRepeat(repeat: Repeat, atMs: number): void {
    const { topic, partition, firstOffset, lastOffset, records, reason } = repeat;
    this.#duplicates.add(repeat, atMs);
    const range = { first_offset: Number(firstOffset), last_offset: Number(lastOffset), records };
    this.#logger.warn(
      { event: 'possible_duplicates', topic, partition, ...range, reason },
      `up to ${records} records of ${topic}-${partition} may be in Milvus twice: ${repeatReasons[reason]}`,
    );
  }

  takeoverWaits({ topic, partition }: TopicPartition, waitMs: number): void {
    this.#logger.info(
      { event: 'takeover_waits', topic, partition, wait_ms: waitMs },
      'the former owner of the partition may still have writes under way; waiting until they have expired',
    );
  }

  revoking(): void {
    this.#logger.info(
      { event: 'revoking', group: this.#names.groupId },
      'the group rebalances; finishing what is under way',
    );
  }

  /** Told once, until it changes. */
  commitFailed(partitions: readonly string[], why: string, isNews: boolean): void {
    const shown = partitions.slice(0, shownPartitionsMax).join(', ');
    const more = partitions.length > shownPartitionsMax ? ` and ${partitions.length - shownPartitionsMax} more` : '';
    const event = { event: 'commit_failed', partitions: partitions.length };
    this.#logger[isNews ? 'warn' : 'debug'](event, `offsets of ${shown}${more} were not committed: ${why}`);
  }

  /** What the connector reads, when that is something else than before. */
  topicsChosen(added: readonly string[], removed: readonly string[], all: readonly string[]): void {
    if (removed.length > 0) {
      this.#logger.warn({ event: 'topics_gone', topics: removed }, `no longer reads ${removed.join(', ')}`);
    }
    if (added.length > 0) this.#logger.info({ event: 'topics_chosen', added }, `reads ${all.join(', ')}`);
  }

  /** Topics have come or gone: the connector leaves its group and joins again with those that there are. */
  resubscribing(): void {
    this.#logger.info({ event: 'resubscribing', group: this.#names.groupId }, 'topics have come or gone; joining anew');
  }

  topicsUnknown(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.#logger.warn({ event: 'topics_unknown' }, `the topics of the cluster could not be listed: ${message}`);
  }

  /** behavior.on.lost.offset: reading goes on elsewhere, and what lies between is skipped or read again. */
  offsetReset({ topic, partition }: TopicPartition, loss: string, offset: bigint): void {
    this.#logger.warn(
      { event: 'offset_reset', topic, partition, offset: Number(offset) },
      `${loss}; reading goes on at offset ${offset}, as behavior.on.lost.offset says`,
    );
  }

  /** Nothing has moved for a time, and nothing says why. */
  stalled(problem: LaneProblem): void {
    this.#logger.error({ event: 'no_progress', ...known(problem) }, problem.message);
  }

  /** Whether records wait in a partition that is not fetched could not be found out this time. */
  endsUnknown(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.#logger.debug({ event: 'ends_unknown' }, `the ends of partitions could not be found out: ${message}`);
  }

  topicsClash(problem: LaneProblem): void {
    this.#logger.error({ event: 'topics_clash', ...known(problem) }, problem.message);
  }

  /** A problem is told once, until it changes. */
  restarting(problem: LaneProblem, isNews: boolean): void {
    const level = isNews ? 'warn' : 'debug';
    this.#logger[level]({ event: 'connector_waits', ...known(problem) }, problem.message);
  }

  #within(span: Span, task: () => void): void {
    context.with(trace.setSpan(ROOT_CONTEXT, span), task);
  }
}

const repeatReasons: Record<RepeatReason, string> = {
  indefinite_write: 'whether their write took effect is not known, and they are written again',
  crash: 'the former owner of the partition ended without releasing it',
  unfinished_drain: 'the former owner of the partition could not wait for the end of what it had sent',
};

/** What a log line says of a problem beside its message. */
function known({ code, hint }: LaneProblem) {
  return { code, hint, docs: docsOf(code) };
}

const resultNames: Partial<Record<Result, string>> = {
  [Result.APPLIED]: 'applied',
  [Result.NOT_APPLIED]: 'not_applied',
};

const notAppliedNames: Record<NotAppliedReason, string> = {
  [NotAppliedReason.UNSPECIFIED]: '',
  [NotAppliedReason.EXPIRED]: 'expired',
  [NotAppliedReason.DRAINING]: 'draining',
  [NotAppliedReason.SCHEMA_CHANGED]: 'schema_changed',
  [NotAppliedReason.BLOCKED]: 'blocked',
  [NotAppliedReason.NOT_STARTED]: 'not_started',
};

function offsets(batch: OutgoingBatch) {
  return {
    first_offset: Number(batch.records[0]?.offset ?? -1n),
    last_offset: Number(batch.records.at(-1)?.offset ?? -1n),
  };
}
