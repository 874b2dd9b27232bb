import type { DiagLogger } from '@opentelemetry/api';

/** Different complaints that are remembered; the rest is dropped. */
const complaintsMax = 100;

/** Of the host's id, which a container does not have. */
const harmless = /dropping invalid resource attribute/;

/**
 * What OpenTelemetry itself complains of (a collector that is away, above all), each complaint once: it would come with
 * every export. Numbers do not make a complaint another one.
 */
export function toldOnce(tell: (complaint: string) => void): DiagLogger {
  const told = new Set<string>();
  const complain = (...parts: readonly unknown[]) => {
    const complaint = parts.map(textOf).join(' ');
    const kind = complaint.replace(/\d+/g, '#');
    if (harmless.test(kind) || told.has(kind) || told.size >= complaintsMax) return;
    told.add(kind);
    tell(complaint);
  };
  return { error: complain, warn: complain, info() {}, debug() {}, verbose() {} };
}

/** The SDK passes errors as JSON with their stack. */
function textOf(part: unknown): string {
  if (part instanceof Error) return part.message;
  const text = typeof part === 'string' ? part : String(part);
  try {
    const parsed: unknown = JSON.parse(text);
    return parsed instanceof Object && 'message' in parsed ? String(parsed.message) : text;
  } catch {
    return text;
  }
}
