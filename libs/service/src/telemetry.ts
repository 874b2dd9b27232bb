import { type Context, context, propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import { NodeSDK } from '@opentelemetry/sdk-node';

/** W3C trace context as batches and Kafka headers carry it; empty strings where there is none. */
export interface TraceCarrier {
  readonly traceparent: string;
  readonly tracestate: string;
}

/**
 * Starts OpenTelemetry as the standard OTEL_* variables say. Without an endpoint or exporter among them nothing is
 * sent, yet spans have ids, so that logs and dead letters can name them.
 */
export function startTelemetry(
  serviceName: string,
  environment: Readonly<Record<string, string | undefined>>,
): { stop(): Promise<void> } {
  const exports = ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_TRACES_EXPORTER'];
  const sends = exports.some((name) => environment[name]);
  const sdk = new NodeSDK({
    serviceName: environment.OTEL_SERVICE_NAME || serviceName,
    autoDetectResources: true,
    instrumentations: [],
    ...(sends ? {} : { spanProcessors: [silentProcessor] }),
    metricReaders: [],
    logRecordProcessors: [],
  });
  sdk.start();
  return {
    async stop() {
      // A collector that is away must not keep the service from ending well.
      await Promise.race([sdk.shutdown().catch(() => {}), new Promise((done) => setTimeout(done, 1_500).unref())]);
    },
  };
}

/** Keeps the tracer provider alive where no exporter is configured. */
const silentProcessor = {
  onStart() {},
  onEnd() {},
  async forceFlush() {},
  async shutdown() {},
};

/** The active (or given) context in the form that a batch carries. */
export function injectTrace(from: Context = context.active()): TraceCarrier {
  const carrier: Record<string, string> = {};
  propagation.inject(from, carrier);
  return { traceparent: carrier.traceparent ?? '', tracestate: carrier.tracestate ?? '' };
}

/** The context that a batch carried; the root context where it carried none or something unreadable. */
export function extractTrace(carrier: TraceCarrier): Context {
  if (!carrier.traceparent) return ROOT_CONTEXT;
  return propagation.extract(ROOT_CONTEXT, { traceparent: carrier.traceparent, tracestate: carrier.tracestate });
}
