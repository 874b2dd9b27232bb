/** Observed ones are read when somebody collects, so they cost nothing while data flows. */
export type MetricKind = 'counter' | 'histogram' | 'observed counter' | 'observed gauge';

/** One metric: the only place where its name stands. */
export interface Metric<Kind extends MetricKind = MetricKind, Label extends string = string> {
  readonly kind: Kind;
  /** OpenTelemetry's; `prometheusName` makes the one that is scraped. */
  readonly name: string;
  /** UCUM, as OpenTelemetry writes it: `s`, `By`, `1`, or a thing in braces. */
  readonly unit: string;
  /** OpenTelemetry attributes; every one of them has few values. */
  readonly labels: readonly Label[];
  /** One sentence. */
  readonly doc: string;
  /** Upper bounds of a histogram's buckets, in the unit. */
  readonly buckets?: readonly number[];
}

export type MetricTable = Readonly<Record<string, Metric>>;

export function counter<const Label extends string = never>(
  name: string,
  unit: string,
  labels: readonly Label[],
  doc: string,
): Metric<'counter', Label> {
  return { kind: 'counter', name, unit, labels, doc };
}

export function histogram<const Label extends string = never>(
  name: string,
  unit: string,
  labels: readonly Label[],
  doc: string,
  buckets: readonly number[],
): Metric<'histogram', Label> {
  return { kind: 'histogram', name, unit, labels, doc, buckets };
}

export function observedCounter<const Label extends string = never>(
  name: string,
  unit: string,
  labels: readonly Label[],
  doc: string,
): Metric<'observed counter', Label> {
  return { kind: 'observed counter', name, unit, labels, doc };
}

export function observedGauge<const Label extends string = never>(
  name: string,
  unit: string,
  labels: readonly Label[],
  doc: string,
): Metric<'observed gauge', Label> {
  return { kind: 'observed gauge', name, unit, labels, doc };
}

/** Seconds; those that OpenTelemetry advises for durations of calls. */
export const callSeconds = [0.001, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] as const;

/** Seconds, from a stream that flows to one that has stood still for a day. */
export const freshnessSeconds = [
  0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 3_600, 21_600, 86_400,
] as const;
