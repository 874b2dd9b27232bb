import { OTLPMetricExporter as GrpcExporter } from '@opentelemetry/exporter-metrics-otlp-grpc';
import { OTLPMetricExporter as JsonExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as ProtobufExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import {
  ConsoleMetricExporter,
  type InstrumentType,
  type MetricReader,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
} from '@opentelemetry/sdk-metrics';
import { labelSetsMax, temporalityOf } from './scrape-reader.ts';
import { type ExportListener, ToldExporter } from './told-exporter.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** By the values of OTEL_EXPORTER_OTLP_PROTOCOL; each reads its endpoint, headers and certificates from OTEL_EXPORTER_OTLP_*. */
const otlpExporters: Readonly<Record<string, () => PushMetricExporter>> = {
  grpc: () => new GrpcExporter(),
  'http/protobuf': () => new ProtobufExporter(),
  'http/json': () => new JsonExporter(),
};

const exporters: Readonly<Record<string, (env: Environment) => PushMetricExporter | undefined>> = {
  otlp: (env) => {
    const protocol = env.OTEL_EXPORTER_OTLP_METRICS_PROTOCOL || env.OTEL_EXPORTER_OTLP_PROTOCOL || 'http/protobuf';
    const create = otlpExporters[protocol];
    if (!create) throw new Error(unknown('OTEL_EXPORTER_OTLP_PROTOCOL', protocol, Object.keys(otlpExporters)));
    return create();
  },
  console: () => new ConsoleMetricExporter(),
  // Scraped, on HTTP_PORT.
  prometheus: () => undefined,
  none: () => undefined,
};

/** The exporters that OTEL_METRICS_EXPORTER names; `otlp` where only an endpoint is set; none where nothing is. */
export function chosenExporters(env: Environment): readonly string[] {
  const names = (env.OTEL_METRICS_EXPORTER ?? '').split(',').flatMap((name) => name.trim() || []);
  if (names.length > 0) return names;
  return env.OTEL_EXPORTER_OTLP_ENDPOINT || env.OTEL_EXPORTER_OTLP_METRICS_ENDPOINT ? ['otlp'] : [];
}

/**
 * Readers that push metrics, as the standard OTEL_* variables say. At most one export is under way; what a collector that
 * is away does not take is not kept, since the next export says all of it. @throws Error for a value that does not exist
 */
export function pushReaders(env: Environment, listener: ExportListener): MetricReader[] {
  return chosenExporters(env).flatMap((name) => {
    const create = exporters[name];
    if (!create) throw new Error(unknown('OTEL_METRICS_EXPORTER', name, Object.keys(exporters)));
    const exporter = create(env);
    return exporter ? [new PushReader(new ToldExporter(exporter, listener), intervalMs(env))] : [];
  });
}

class PushReader extends PeriodicExportingMetricReader {
  constructor(exporter: PushMetricExporter, exportIntervalMillis: number) {
    const exportTimeoutMillis = Math.min(10_000, exportIntervalMillis);
    super({ exporter, exportIntervalMillis, exportTimeoutMillis, cardinalityLimits: { default: labelSetsMax } });
  }

  override selectAggregationTemporality(type: InstrumentType) {
    return temporalityOf(type);
  }
}

function intervalMs({ OTEL_METRIC_EXPORT_INTERVAL: given = '' }: Environment): number {
  if (given === '') return 60_000;
  const milliseconds = /^\d{1,9}$/.test(given) ? Number(given) : 0;
  if (milliseconds === 0)
    throw new Error(`OTEL_METRIC_EXPORT_INTERVAL: wants milliseconds, got ${JSON.stringify(given)}`);
  return milliseconds;
}

function unknown(variable: string, given: string, known: readonly string[]): string {
  return `${variable}: wants one of ${known.join(', ')}, got ${JSON.stringify(given)}`;
}
