import type { Failure, OpenLane, Outcome, RecordBatch } from '@millrace/contracts';
import { NotAppliedReason, Result } from '@millrace/contracts';
import type { Grant } from '@millrace/delivery';
import { extractTrace, injectTrace, type Logger, type ServerState, type TraceCarrier } from '@millrace/service';
import { type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { CheckedBatch } from './batch-checker.ts';
import { validatorInstruments } from './metrics.ts';

const tracer = trace.getTracer('millrace.schema-validator');

/** Rejections and violations that one span lists; the SDK keeps 128 events by default. */
const spanRejectionsMax = 100;

/** What happens to the service as a whole, as log lines. */
export class Events {
  readonly #logger: Logger;
  readonly #metrics = validatorInstruments();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  started(grpcPort: number, httpPort: number, inserterAddress: string): void {
    this.#logger.info({ event: 'started', grpcPort, httpPort, inserterAddress }, 'serving');
  }

  plainTextOffLoopback(address: string): void {
    const text = 'records and tokens travel without TLS to another machine; set TLS_CA_FILE';
    this.#logger.warn({ event: 'plain_text', address }, text);
  }

  inserters(servers: readonly ServerState[]): void {
    const ready = servers.filter((server) => server.ready).length;
    this.#logger.info({ event: 'inserters', servers }, `${ready} of ${servers.length} inserters can be reached`);
  }

  inserterReachable(isReachable: boolean, address: string): void {
    if (isReachable) this.#logger.info({ event: 'inserter_reachable', address }, 'inserter reachable');
    else this.#logger.warn({ event: 'inserter_unreachable', address }, 'inserter not reachable');
  }

  draining(openStreams: number): void {
    this.#logger.info({ event: 'draining', openStreams }, 'stopping: open lanes are asked to finish');
  }

  checkFailed(error: unknown): void {
    this.#logger.error({ event: 'check_failed', err: error }, 'a check failed; this is a bug');
  }

  lane(open: OpenLane): LaneEvents {
    return new LaneEvents(this.#logger, open, this.#metrics);
  }
}

/** What happens on one lane: log lines, metrics, and the span of each batch. */
export class LaneEvents {
  readonly #logger: Logger;
  readonly #open: OpenLane;
  /** Of batches that are not answered yet. */
  readonly #spans = new Set<Span>();
  readonly #metrics: ReturnType<typeof validatorInstruments>;
  readonly #of: { readonly connector: string };

  constructor(logger: Logger, open: OpenLane, metrics: ReturnType<typeof validatorInstruments>) {
    const { connector, topic, partition, session, target } = open;
    this.#logger = logger.child({ connector, topic, partition, session, collection: target?.collection ?? '' });
    this.#open = open;
    this.#metrics = metrics;
    this.#of = { connector };
  }

  opened(grant: Grant, stripes: number): void {
    this.#metrics.lanesOpened.add(1, this.#of);
    const { batches: grantBatches, bytes: grantBytes } = grant;
    this.#logger.info({ event: 'lane_opened', grantBatches, grantBytes, stripes }, 'lane opened');
  }

  refused({ code, message, hint }: Failure): void {
    this.#metrics.lanesRefused.add(1, { ...this.#of, code });
    this.#logger.warn({ event: 'lane_refused', code, hint }, message);
  }

  ended(how: 'finished' | 'abandoned'): void {
    this.#logger.info({ event: 'lane_ended', how }, `lane ${how}`);
  }

  drained(reason: string): void {
    for (const span of this.#spans) span.addEvent('rotation', { 'millrace.reason': reason });
    this.#metrics.drains.add(1, this.#of);
    this.#logger.info({ event: 'lane_drained', reason }, 'lane asked to drain');
  }

  contractBroken(error: Error): void {
    this.#logger.error({ event: 'contract_broken', reason: error.message }, 'the client broke the rules of the stream');
  }

  failed(error: unknown): void {
    this.#logger.error({ event: 'lane_failed', err: error }, 'the lane failed; this is a bug');
  }

  /** Begins the batch's span, which ends with its outcome. */
  batchAccepted(batch: RecordBatch): Span {
    const { topic, partition, connector, target } = this.#open;
    this.#metrics.batches.add(1, this.#of);
    this.#metrics.records.add(batch.offsetDeltas.length, this.#of);
    const attributes = {
      'messaging.system': 'kafka',
      'messaging.destination.name': topic,
      'messaging.destination.partition.id': String(partition),
      'messaging.batch.message_count': batch.offsetDeltas.length,
      'db.collection.name': target?.collection ?? '',
      'millrace.connector': connector,
      'millrace.batch.sequence': Number(batch.sequence),
      'millrace.offset.first': Number(batch.firstOffset),
      'millrace.offset.last': Number(batch.firstOffset + (batch.offsetDeltas.at(-1) ?? 0n)),
      // As the consumer counts its sendings, from 1.
      'millrace.attempt': batch.attempt + 1,
    };
    const span = tracer.startSpan(`validate ${topic}`, { kind: SpanKind.INTERNAL, attributes }, extractTrace(batch));
    this.#spans.add(span);
    return span;
  }

  /** It waited for the batches before it until now. */
  batchBegun(span: Span): void {
    span.addEvent('begun');
  }

  /** The context that the batch's parts carry on. */
  carrierOf(span: Span): TraceCarrier {
    return injectTrace(trace.setSpan(extractTrace({ traceparent: '', tracestate: '' }), span));
  }

  /** `checkMs`: since it was accepted. */
  batchChecked(span: Span, { parts, rejections, filteredOffsets }: CheckedBatch, checkMs: number): void {
    this.#metrics.checkDuration.record(checkMs / 1e3, this.#of);
    const rows = parts.reduce((sum, { part }) => sum + part.rowCount, 0);
    const deletes = parts.reduce((sum, { part }) => sum + (part.deletes?.offsetDeltas.length ?? 0), 0);
    const filtered = filteredOffsets.length;
    span.addEvent('checked', {
      'millrace.rows': rows,
      'millrace.deletes': deletes,
      'millrace.filtered': filtered,
      'millrace.rejections': rejections.length,
      'millrace.parts': parts.length,
    });
    for (const { offset, violations } of rejections.slice(0, spanRejectionsMax)) {
      const { code = '', path = '' } = violations[0] ?? {};
      span.addEvent('rejection', {
        'messaging.kafka.offset': Number(offset),
        'millrace.error.code': code,
        'millrace.error.path': path,
        'millrace.violations': violations.length,
      });
    }
    if (rejections.length === 0) return;
    const codes = Map.groupBy(rejections, (rejection) => rejection.violations[0]?.code ?? '');
    for (const [code, of] of codes) this.#metrics.rejections.add(of.length, { ...this.#of, code });
    const byCode = Object.fromEntries([...codes].map(([code, of]) => [code, of.length]));
    const firstOffset = String(rejections[0]?.offset);
    const { traceId } = span.spanContext();
    this.#logger.info(
      { event: 'records_rejected', rejected: rejections.length, rows, byCode, firstOffset, trace_id: traceId },
      'records rejected',
    );
  }

  batchAnswered(span: Span, { result, reason, failure, stopped }: Outcome): void {
    if (result !== Result.APPLIED) {
      const resultName = nameOf(Result, result);
      const reasonName = nameOf(NotAppliedReason, reason);
      const code = failure?.code ?? '';
      span.setAttributes({
        'millrace.result': resultName,
        'millrace.reason': reasonName,
        'error.type': code || reasonName,
      });
      span.setStatus({ code: SpanStatusCode.ERROR, message: failure?.message ?? reasonName });
    } else span.setAttributes({ 'millrace.result': 'APPLIED', 'millrace.stopped': stopped });
    this.#spans.delete(span);
    span.end();
  }
}

function nameOf(table: Readonly<Record<string, number>>, value: number): string {
  return Object.keys(table).find((name) => table[name] === value) ?? String(value);
}
