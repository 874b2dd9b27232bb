import { type Failure, type Outcome, Result } from '@millrace/contracts';
import type { Grant } from '@millrace/delivery';
import { extractTrace, injectTrace, type Logger, type TraceCarrier } from '@millrace/service';
import { type Link, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Entries } from './entries.ts';
import type { Lane } from './lane.ts';
import { inserterInstruments } from './metrics.ts';
import type { Refusal } from './milvus-errors.ts';
import type { MethodCall } from './write-calls.ts';

const tracer = trace.getTracer('millrace.inserter');
/** Rejections named one by one in a span; the rest are counted. */
const rejectionEventsMax = 20;

/** What happens while one write is made, from merging to outcomes. */
export interface WriteEvents {
  /** Of the write's span, for Milvus. */
  readonly trace: TraceCarrier;
  /** A call of Milvus has ended; `refusal` is undefined where it was acknowledged. */
  called(call: MethodCall, durationMs: number, refusal: Refusal | undefined): void;
  retried(refusal: Refusal, delayMs: number): void;
  bisected(from: number, to: number, refusal: Refusal): void;
  ended(outcomes: readonly Outcome[]): void;
  broke(error: unknown): void;
}

/** Everything that the inserter tells the world, one function per event: a log line, metrics, and a span event where there is a span. */
export class Events {
  readonly #logger: Logger;
  #rowsInDoubt = 0;
  readonly #metrics = inserterInstruments();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Rows that were inserted and may be there, though Milvus has not said so; the consumer sends them again. */
  get rowsInDoubt(): number {
    return this.#rowsInDoubt;
  }

  serving(grpcPort: number, httpPort: number): void {
    this.#logger.info({ event: 'serving', grpcPort, httpPort }, 'serving');
  }

  draining(streams: number): void {
    this.#logger.info({ event: 'draining', streams }, 'asked every stream to drain');
  }

  reachable(endpoint: string, isReachable: boolean): void {
    if (isReachable) this.#logger.info({ event: 'milvus_reachable', endpoint }, 'Milvus is reachable');
    else this.#logger.warn({ event: 'milvus_unreachable', endpoint }, 'Milvus is not reachable');
  }

  laneOpened(lane: Lane, grant: Grant): void {
    this.#metrics.streamsOpened.add(1);
    this.#logger.info({ event: 'lane_opened', ...named(lane), grant }, 'lane opened');
  }

  laneRefused(connector: string, failure: Failure): void {
    this.#logger.warn({ event: 'lane_refused', connector, ...reasons(failure) }, 'lane refused');
  }

  laneEnded(lane: Lane, how: 'ended' | 'cancelled' | 'broken'): void {
    this.#logger.info({ event: 'lane_ended', ...named(lane), how }, 'lane ended');
  }

  /** A client broke the contract. */
  streamRefused(connector: string, details: string): void {
    this.#logger.error({ event: 'stream_refused', connector, details }, 'a client broke the contract');
  }

  /** A mistake of ours ended a stream. */
  streamBroke(connector: string, error: unknown): void {
    this.#logger.error({ event: 'stream_broke', connector, err: error }, 'a stream broke by a mistake of ours');
  }

  /** A mistake of ours ended a call that is no stream. */
  callBroke(error: unknown): void {
    this.#logger.error({ event: 'call_broke', err: error }, 'a call broke by a mistake of ours');
  }

  drainAsked(lane: Lane, reason: string): void {
    this.#metrics.drains.add(1);
    this.#logger.info({ event: 'drain_asked', ...named(lane), reason }, 'asked a stream to drain');
  }

  /**
   * A write begins. Its span is a child of the first batch's context and links to the others; each other batch's trace
   * gets a span of its own that names the shared one.
   */
  writeStarted(lane: Lane, parts: readonly Entries[]): WriteEvents {
    const [first, ...others] = parts.map(({ batch }) => extractTrace(batch));
    const attributes = writeAttributes(lane, parts);
    const name = `${attributes['db.operation.name']} ${lane.target.collection}`;
    const kind = SpanKind.CLIENT;
    const links = others.flatMap((context): Link[] => {
      const linked = trace.getSpanContext(context);
      return linked ? [{ context: linked }] : [];
    });
    const span = tracer.startSpan(name, { kind, attributes, links }, first);
    const shared = { context: span.spanContext() };
    const names = {
      'millrace.shared_write.span_id': shared.context.spanId,
      'millrace.shared_write.trace_id': shared.context.traceId,
    };
    const shares = others.flatMap((context, index) => {
      if (!trace.getSpanContext(context)) return [];
      const ofPart = offsetsOf(parts.slice(index + 1, index + 2));
      const options = { kind, attributes: { ...attributes, ...ofPart, ...names }, links: [shared] };
      return [tracer.startSpan(name, options, context)];
    });
    const spans = [span, ...shares];
    const beganMs = performance.now();
    const of = { 'db.collection.name': lane.target.collection };
    return {
      trace: injectTrace(trace.setSpan(first ?? extractTrace({ traceparent: '', tracestate: '' }), span)),
      called: (call, durationMs, refusal) => this.#called(lane, call, durationMs, refusal),
      retried: (refusal, delayMs) => {
        this.#metrics.retries.add(1, { ...of, code: refusal.failure.code });
        span.addEvent('retry', { ...spanReasons(refusal.failure), 'millrace.wait_ms': delayMs });
        this.#logger.warn(
          { event: 'write_retried', ...named(lane), delayMs, ...reasons(refusal.failure) },
          'Milvus says later',
        );
      },
      bisected: (from, to, refusal) => {
        this.#metrics.bisections.add(1, of);
        span.addEvent('bisect', { ...spanReasons(refusal.failure), 'millrace.entries': to - from });
        this.#logger.warn(
          { event: 'write_bisected', ...named(lane), entries: to - from, ...reasons(refusal.failure) },
          'Milvus refused rows',
        );
      },
      ended: (outcomes) => {
        this.#metrics.writeDuration.record((performance.now() - beganMs) / 1e3, of);
        this.#metrics.mergedBatches.add(parts.length, of);
        outcomes.forEach((outcome, index) => {
          this.#outcome(
            lane,
            outcome,
            index === 0 || others.length !== shares.length ? span : (shares[index - 1] ?? span),
          );
          const part = parts[index];
          if (part && lane.method === 'Insert' && outcome.result === Result.INDEFINITE) this.#inDoubt(lane, part);
        });
        for (const one of spans) one.end();
      },
      broke: (error) => {
        for (const one of spans) one.setStatus({ code: SpanStatusCode.ERROR }).end();
        this.#logger.error({ event: 'write_broke', ...named(lane), err: error }, 'a write failed by a mistake of ours');
      },
    };
  }

  #inDoubt(lane: Lane, part: Entries): void {
    this.#rowsInDoubt += part.count;
    const range = { first_offset: Number(part.offset(0)), last_offset: Number(part.offset(part.count - 1)) };
    this.#logger.warn(
      { event: 'possible_duplicates', ...named(lane), ...range, records: part.count, reason: 'indefinite_write' },
      'rows may be inserted though Milvus has not said so, and will be sent again',
    );
  }

  #called(lane: Lane, { method, request, count }: MethodCall, durationMs: number, refusal: Refusal | undefined): void {
    const call = { 'db.collection.name': lane.target.collection, 'db.operation.name': method.toLowerCase() };
    const { code = '', milvusCode = 0 } = refusal?.failure ?? {};
    const labels = { 'db.system.name': 'milvus', ...call, 'error.type': code };
    this.#metrics.operationDuration.record(durationMs / 1e3, labels);
    this.#metrics.bytes.add(request.length, call);
    if (!refusal) this.#metrics.rows.add(count, call);
    else {
      const status = milvusCode === 0 ? '' : String(milvusCode);
      this.#metrics.refusals.add(1, { class: refusal.class, code, 'db.response.status_code': status });
    }
  }

  #outcome(lane: Lane, outcome: Outcome, span: Span): void {
    for (const { violations } of outcome.rejections) {
      const labels = { 'db.collection.name': lane.target.collection, code: violations[0]?.code ?? '' };
      this.#metrics.rejections.add(1, labels);
    }
    for (const { offset, milvusCode, violations } of outcome.rejections.slice(0, rejectionEventsMax)) {
      const code = violations[0]?.code ?? '';
      span.addEvent('rejection', {
        'messaging.kafka.offset': Number(offset),
        'millrace.error.code': code,
        'millrace.error.path': '$',
        'db.response.status_code': String(milvusCode),
      });
      this.#logger.warn(
        { event: 'row_rejected', ...named(lane), offset: String(offset), code, milvusCode },
        'row rejected',
      );
    }
    if (outcome.rejections.length > rejectionEventsMax) {
      span.addEvent('more_rejections', { 'millrace.rejections': outcome.rejections.length - rejectionEventsMax });
    }
    if (outcome.result === Result.APPLIED) return;
    const { failure, result, reason } = outcome;
    span.setStatus({ code: SpanStatusCode.ERROR, message: failure?.code ?? 'not applied' });
    span.setAttributes({
      'error.type': failure?.code ?? 'not_applied',
      ...(failure?.milvusCode && { 'db.response.status_code': String(failure.milvusCode) }),
    });
    const fields = { event: 'batch_not_applied', ...named(lane), sequence: String(outcome.sequence), result, reason };
    this.#logger.warn({ ...fields, ...(failure && reasons(failure)) }, 'batch not applied');
  }
}

function named({ connector, topic, partition, stripe, target }: Lane) {
  return { connector, topic, partition, stripe, collection: target.collection };
}

function reasons({ code, message, milvusCode }: Failure) {
  return { code, reason: message, milvusCode };
}

function spanReasons({ code, milvusCode }: Failure) {
  return { 'error.type': code, 'db.response.status_code': String(milvusCode) };
}

/** From the first entry of the first batch to the last of the last: the offsets of one stripe alone, with gaps. */
function offsetsOf(parts: readonly Entries[]) {
  const [first, last] = [parts[0], parts.at(-1)];
  if (!first || !last) return {};
  return {
    'millrace.offset.first': Number(first.offset(0)),
    'millrace.offset.last': Number(last.offset(last.count - 1)),
  };
}

/** OpenTelemetry's database conventions; Milvus is not in their list of systems, so its name in lower case stands. */
function writeAttributes(lane: Lane, parts: readonly Entries[]) {
  const { connection, database, collection } = lane.target;
  const entries = parts.reduce((sum, { count }) => sum + count, 0);
  const deletes = parts.reduce((sum, { deleteCount }) => sum + deleteCount, 0);
  return {
    'db.system.name': 'milvus',
    'db.namespace': database || 'default',
    'db.collection.name': collection,
    'db.operation.name': deletes > 0 && deletes === entries ? 'delete' : lane.method.toLowerCase(),
    ...(entries > 1 && { 'db.operation.batch.size': entries }),
    'server.address': connection.endpoint.host,
    'server.port': connection.endpoint.port,
    'messaging.destination.name': lane.topic,
    'messaging.destination.partition.id': String(lane.partition),
    'millrace.connector': lane.connector,
    'millrace.stripe': lane.stripe,
    'millrace.batches': parts.length,
    'millrace.queued_ms': Math.round(performance.now() - Math.min(...parts.map(({ arrivedAtMs }) => arrivedAtMs))),
    ...offsetsOf(parts),
    ...(deletes > 0 && { 'millrace.deletes': deletes }),
  };
}
