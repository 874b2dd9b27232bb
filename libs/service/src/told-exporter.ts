import type { PushMetricExporter, ResourceMetrics } from '@opentelemetry/sdk-metrics';

/** As `ExportResultCode` of the SDK has them. */
const taken = 0;

export interface ExportResult {
  readonly code: number;
  readonly error?: Error;
}

/** Who is told when metrics begin to be lost, and when they arrive again. */
export interface ExportListener {
  lost(error: Error): void;
  arrives(): void;
}

/**
 * Tells of a collector that is away once, not per export. A failed export ends like any other: the reader goes on, and
 * data never waits for it.
 */
export class ToldExporter implements PushMetricExporter {
  readonly #exporter: PushMetricExporter;
  readonly #listener: ExportListener;
  #isLosing = false;

  constructor(exporter: PushMetricExporter, listener: ExportListener) {
    this.#exporter = exporter;
    this.#listener = listener;
  }

  export(metrics: ResourceMetrics, done: (result: ExportResult) => void): void {
    this.#exporter.export(metrics, ({ code, error }) => {
      if (code === taken) this.#arrives();
      else this.#lost(error ?? new Error('the collector did not take them'));
      done({ code: taken });
    });
  }

  async forceFlush(): Promise<void> {
    await this.#exporter.forceFlush();
  }

  async shutdown(): Promise<void> {
    await this.#exporter.shutdown();
  }

  #lost(error: Error): void {
    if (!this.#isLosing) this.#listener.lost(error);
    this.#isLosing = true;
  }

  #arrives(): void {
    if (this.#isLosing) this.#listener.arrives();
    this.#isLosing = false;
  }
}
