import { type Context, context, DiagLogLevel, diag, metrics, propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { ConfigError } from './config-error.ts';
import type { HttpRoute } from './http-server.ts';
import type { Logger } from './logger.ts';
import { observeProcess } from './process-observer.ts';
import { chosenExporters, type Environment, pushReaders } from './push-readers.ts';
import { ScrapeReader, scrapeType } from './scrape-reader.ts';
import { toldOnce } from './told-once.ts';

/** W3C trace context as batches and Kafka headers carry it; empty strings where there is none. */
export interface TraceCarrier {
  readonly traceparent: string;
  readonly tracestate: string;
}

export interface Telemetry {
  /** `GET /metrics` for Prometheus; nothing with OTEL_METRICS_EXPORTER=none or OTEL_SDK_DISABLED. */
  readonly metricsRoute: HttpRoute;
  stop(): Promise<void>;
}

/**
 * Starts OpenTelemetry as the standard OTEL_* variables say. Without an endpoint or exporter among them nothing is
 * sent, yet spans have ids, so that logs and dead letters can name them, and metrics can be scraped.
 *
 * @throws ConfigError for a variable that asks for something that does not exist
 */
export function startTelemetry(
  serviceName: string,
  environment: Environment,
  logger: Pick<Logger, 'warn' | 'info'>,
): Telemetry {
  const exports = ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_TRACES_EXPORTER'];
  const sends = exports.some((name) => environment[name]);
  // With OTEL_LOG_LEVEL the SDK writes its complaints itself, all of them.
  if (!environment.OTEL_LOG_LEVEL) {
    const tell = (complaint: string) => logger.warn({ event: 'telemetry' }, `OpenTelemetry: ${complaint}`);
    diag.setLogger(toldOnce(tell), { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  }
  const measures = environment.OTEL_SDK_DISABLED !== 'true' && !chosenExporters(environment).includes('none');
  const scraped = measures ? new ScrapeReader() : undefined;
  const sdk = new NodeSDK({
    serviceName: environment.OTEL_SERVICE_NAME || serviceName,
    autoDetectResources: true,
    instrumentations: [],
    ...(sends ? {} : { spanProcessors: [silentProcessor] }),
    metricReaders: scraped ? [scraped, ...pushed(environment, logger)] : [],
    logRecordProcessors: [],
  });
  sdk.start();
  const endObserving = scraped ? observeProcess(metrics.getMeter('millrace.process')) : () => {};
  return {
    metricsRoute: async (path) =>
      path === '/metrics' && scraped ? { status: 200, body: await scraped.scrape(), type: scrapeType } : undefined,
    async stop() {
      endObserving();
      // A collector that is away must not keep the service from ending well.
      await Promise.race([sdk.shutdown().catch(() => {}), new Promise((done) => setTimeout(done, 1_500).unref())]);
    },
  };
}

function pushed(environment: Environment, logger: Pick<Logger, 'warn' | 'info'>) {
  try {
    return pushReaders(environment, {
      lost: ({ message }) =>
        logger.warn({ event: 'metrics_lost' }, `metrics do not reach the collector, and are dropped: ${message}`),
      arrives: () => logger.info({ event: 'metrics_arrive' }, 'metrics reach the collector again'),
    });
  } catch (error) {
    throw new ConfigError(error instanceof Error ? error.message : String(error), { cause: error });
  }
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
