import type {
  Attributes,
  Counter,
  Histogram,
  Meter,
  MetricOptions,
  ObservableCounter,
  ObservableGauge,
} from '@opentelemetry/api';
import type { Metric, MetricKind, MetricTable } from './definition.ts';

type LabelsOf<Definition> =
  Definition extends Metric<MetricKind, infer Label> ? Readonly<Record<Label, string>> : never;

type InstrumentOf<Definition extends Metric> = {
  readonly counter: Counter<LabelsOf<Definition>>;
  readonly histogram: Histogram<LabelsOf<Definition>>;
  readonly 'observed counter': ObservableCounter<LabelsOf<Definition>>;
  readonly 'observed gauge': ObservableGauge<LabelsOf<Definition>>;
}[Definition['kind']];

/** The instruments of a table, under the same keys; each takes exactly the labels that its metric names. */
export type InstrumentsOf<Table extends MetricTable> = { readonly [Key in keyof Table]: InstrumentOf<Table[Key]> };

type Create = (meter: Meter, name: string, options: MetricOptions) => unknown;

const creators: Readonly<Record<MetricKind, Create>> = {
  counter: (meter, name, options) => meter.createCounter<Attributes>(name, options),
  histogram: (meter, name, options) => meter.createHistogram<Attributes>(name, options),
  'observed counter': (meter, name, options) => meter.createObservableCounter<Attributes>(name, options),
  'observed gauge': (meter, name, options) => meter.createObservableGauge<Attributes>(name, options),
};

/** Creates the instruments of a table. Asking a meter twice for the same ones gives the same metrics. */
export function instrumentsOf<Table extends MetricTable>(meter: Meter, table: Table): InstrumentsOf<Table> {
  const entries = Object.entries(table).map(([key, { kind, name, unit, doc, buckets }]) => {
    const advice = buckets ? { advice: { explicitBucketBoundaries: [...buckets] } } : {};
    return [key, creators[kind](meter, name, { unit, description: doc, ...advice })] as const;
  });
  // The table's kinds say which instrument each entry is.
  return Object.fromEntries(entries) as InstrumentsOf<Table>;
}
