/** As much of a metric as its name depends on. */
export interface Named {
  readonly name: string;
  readonly unit: string;
  readonly isCounter: boolean;
}

/** Words for units, of OpenTelemetry's rules for Prometheus; a unit in braces has none. */
const unitWords: Readonly<Record<string, string>> = { s: 'seconds', ms: 'milliseconds', By: 'bytes', '1': 'ratio' };

/**
 * The name that Prometheus scrapes, by the rules that the OpenTelemetry collector follows, so that it is the same whether
 * it is scraped or pushed: other characters than letters and digits are `_`, the unit is a suffix, and counters end in
 * `_total`. (The exporter of OpenTelemetry for JavaScript leaves the unit out.)
 */
export function prometheusName({ name, unit, isCounter }: Named): string {
  const word = isCounter && unit === '1' ? undefined : unitWords[unit];
  const plain = name.replace(/[^a-zA-Z0-9_]+/g, '_').replace(/_total$/, isCounter ? '' : '_total');
  const withUnit = word === undefined || plain.endsWith(`_${word}`) ? plain : `${plain}_${word}`;
  return isCounter ? `${withUnit}_total` : withUnit;
}

/** The label of Prometheus for an attribute of OpenTelemetry. */
export function prometheusLabel(attribute: string): string {
  return attribute.replace(/[^a-zA-Z0-9_]+/g, '_');
}
