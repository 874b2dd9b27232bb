/** A span of Jaeger's query API. */
export interface Span {
  readonly id: string;
  readonly parentId: string | undefined;
  readonly service: string;
  readonly name: string;
}

/** One hop: the service, and the operation that its span's name begins with. */
export type Hop = readonly [service: string, operation: string];

/** The hops of a batch, in the order of their parents. */
export const batchHops: readonly Hop[] = [
  ['consumer', 'process'],
  ['schema-validator', 'validate'],
  ['inserter', 'upsert'],
];

/** The spans of each trace in an answer of `/api/traces`. @throws Error when it is not one */
export function parseTraces(answer: unknown): Span[][] {
  const { data } = objectOf(answer);
  if (!Array.isArray(data)) throw new Error('Jaeger answered without data');
  return data.map((trace) => {
    const { spans, processes } = objectOf(trace);
    return (Array.isArray(spans) ? spans : []).map((span) => parseSpan(objectOf(span), objectOf(processes)));
  });
}

function parseSpan(span: Record<string, unknown>, processes: Record<string, unknown>): Span {
  const references = Array.isArray(span.references) ? span.references.map(objectOf) : [];
  const parent = references.find(({ refType }) => refType === 'CHILD_OF');
  return {
    id: String(span.spanID),
    parentId: parent && String(parent.spanID),
    service: String(objectOf(processes[String(span.processID)]).serviceName),
    name: String(span.operationName),
  };
}

/**
 * A span of each hop, each below the one before: its child, or a child of that. Undefined where there is no such chain.
 */
export function findChain(spans: readonly Span[], hops: readonly Hop[], below?: Span): Span[] | undefined {
  const [hop, ...rest] = hops;
  if (hop === undefined) return [];
  const [service, operation] = hop;
  for (const span of spans) {
    const fits = span.service === service && span.name.split(' ')[0] === operation;
    if (!fits || (below && !isBelow(span, below, spans))) continue;
    const chain = findChain(spans, rest, span);
    if (chain) return [span, ...chain];
  }
  return undefined;
}

function isBelow(span: Span, ancestor: Span, spans: readonly Span[]): boolean {
  const seen = new Set<string>();
  for (let parentId = span.parentId; parentId !== undefined && !seen.has(parentId); ) {
    if (parentId === ancestor.id) return true;
    seen.add(parentId);
    const id: string = parentId;
    parentId = spans.find((other) => other.id === id)?.parentId;
  }
  return false;
}

export const shownChain = (chain: readonly Span[]): string =>
  chain.map(({ service, name }) => `${service} ${name}`).join(' → ');

function objectOf(value: unknown): Record<string, unknown> {
  return value instanceof Object ? Object.fromEntries(Object.entries(value)) : {};
}
