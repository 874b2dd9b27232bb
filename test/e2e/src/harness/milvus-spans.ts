import { readFile } from 'node:fs/promises';

/** A span of Milvus 2.3.5, as its exporter `stdout` prints it: the default, for traces that a caller has sampled. */
export interface MilvusSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
}

interface Printed {
  readonly Name: string;
  readonly SpanContext: { readonly TraceID: string; readonly SpanID: string };
  readonly Parent: { readonly SpanID: string };
}

/** The spans that a Milvus has printed so far; a line that it is still writing is left out. */
export async function milvusSpans(logFile: string): Promise<readonly MilvusSpan[]> {
  const lines = (await readFile(logFile, 'utf8')).split('\n').slice(0, -1);
  return lines
    .filter((line) => line.startsWith('{"Name":'))
    .map((line) => {
      const { Name, SpanContext, Parent }: Printed = JSON.parse(line);
      return { name: Name, traceId: SpanContext.TraceID, spanId: SpanContext.SpanID, parentSpanId: Parent.SpanID };
    });
}
