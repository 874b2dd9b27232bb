import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Offsets of one partition that a trace shows to be settled, and when. */
export interface SettledRange {
  readonly partition: number;
  readonly first: number;
  readonly last: number;
  /** When the consumer had Milvus's acknowledgement, milliseconds since the Unix epoch. */
  readonly atMs: number;
}

export interface SettledRanges {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`, with the protocol `http/json`. */
  readonly endpoint: string;
  readonly ranges: readonly SettledRange[];
  stop(): Promise<void>;
}

/**
 * Hears the spans of the consumer: the end of `process <topic>`, which has the offsets of its batch, is when the batch was
 * acknowledged by Milvus and its outcome had come back through all services.
 */
export async function hearSettledRanges(): Promise<SettledRanges> {
  const ranges: SettledRange[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.url === '/v1/traces') ranges.push(...settledIn(JSON.parse(Buffer.concat(chunks).toString())));
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    ranges,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface OtlpSpan {
  readonly name: string;
  readonly endTimeUnixNano: string;
  readonly attributes?: readonly { readonly key: string; readonly value: Readonly<Record<string, string | number>> }[];
}

interface OtlpTraces {
  readonly resourceSpans?: readonly { readonly scopeSpans?: readonly { readonly spans?: readonly OtlpSpan[] }[] }[];
}

function settledIn({ resourceSpans = [] }: OtlpTraces): SettledRange[] {
  const spans = resourceSpans.flatMap(({ scopeSpans = [] }) => scopeSpans.flatMap(({ spans = [] }) => spans));
  return spans
    .filter(({ name }) => name.startsWith('process '))
    .map((span) => ({
      partition: attributeOf(span, 'messaging.destination.partition.id'),
      first: attributeOf(span, 'millrace.offset.first'),
      last: attributeOf(span, 'millrace.offset.last'),
      atMs: Number(BigInt(span.endTimeUnixNano) / 1_000n) / 1_000,
    }));
}

function attributeOf({ attributes = [] }: OtlpSpan, name: string): number {
  const value = attributes.find(({ key }) => key === name)?.value;
  return Number(value?.intValue ?? value?.stringValue);
}
