import { randomBytes } from 'node:crypto';
import type { Settings } from './settings.ts';

/** A sampled trace context for one record: the batch that carries the record goes on with its trace. */
export interface RecordTrace {
  /** Kafka headers. */
  readonly headers: Readonly<Record<string, string>>;
  /** Where Jaeger shows it; undefined when no Jaeger is named. */
  readonly link: string | undefined;
}

export function newRecordTrace(settings: Settings): RecordTrace {
  const traceId = randomBytes(16).toString('hex');
  const link = settings.jaegerUrl && `${settings.jaegerUrl.replace(/\/$/, '')}/trace/${traceId}`;
  return { headers: { traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-01` }, link: link || undefined };
}
