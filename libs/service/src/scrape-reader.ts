import { prometheusName } from '@millrace/metrics';
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import {
  AggregationTemporality,
  DataPointType,
  InstrumentType,
  type MetricData,
  MetricReader,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';

/** The content type of Prometheus's text format. */
export const scrapeType = 'text/plain; version=0.0.4; charset=utf-8';

/** Longest time without a collection while other readers collect. */
const idleMs = 60_000;

/** Label sets of one metric: partitions of one process, with room. */
export const labelSetsMax = 10_000;

/** What a gauge says is true only now: a partition that went elsewhere must not be told of any more. */
export const temporalityOf = (type: InstrumentType): AggregationTemporality =>
  type === InstrumentType.OBSERVABLE_GAUGE ? AggregationTemporality.DELTA : AggregationTemporality.CUMULATIVE;

/** Metrics as Prometheus scrapes them: what OpenTelemetry's exporter writes, served on the HTTP side that is there. */
export class ScrapeReader extends MetricReader {
  readonly #serializer = new PrometheusSerializer('', false, undefined, false, true);
  readonly #idle: NodeJS.Timeout;

  constructor() {
    super({ aggregationTemporalitySelector: temporalityOf, cardinalitySelector: () => labelSetsMax });
    // The SDK keeps for each reader what the others have collected, without a bound, until it collects itself.
    // What fails is told by the scrape that somebody looks at.
    this.#idle = setInterval(() => {
      this.collect().catch(() => undefined);
    }, idleMs);
    this.#idle.unref();
  }

  /** Everything that is known now, in Prometheus's text format. */
  async scrape(): Promise<string> {
    const { resourceMetrics, errors } = await this.collect();
    if (errors.length > 0) throw new AggregateError(errors, 'metrics could not be collected');
    return this.#serializer.serialize(withScrapedNames(resourceMetrics));
  }

  protected override async onForceFlush(): Promise<void> {}

  protected override async onShutdown(): Promise<void> {
    clearInterval(this.#idle);
  }
}

function withScrapedNames({ resource, scopeMetrics }: ResourceMetrics): ResourceMetrics {
  const renamed = scopeMetrics.map(({ scope, metrics }) => ({ scope, metrics: metrics.map(withScrapedName) }));
  return { resource, scopeMetrics: renamed };
}

function withScrapedName(metric: MetricData): MetricData {
  const { name, unit } = metric.descriptor;
  const isCounter = metric.dataPointType === DataPointType.SUM && metric.isMonotonic;
  return { ...metric, descriptor: { ...metric.descriptor, name: prometheusName({ name, unit, isCounter }) } };
}
