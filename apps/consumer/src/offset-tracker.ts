/** A span of records that is under way; `position` is the first offset of it that is not finished. */
export interface Span {
  position: bigint;
  finished: boolean;
}

/**
 * Finds a partition's watermark: the offset below which every record is in Milvus, in the dead letter topic, or
 * deliberately filtered. Spans begin in offset order and may finish in any order; the watermark crosses only the
 * finished prefix.
 */
export class OffsetTracker {
  #spans: Span[] = [];

  begin(firstOffset: bigint): Span {
    const span = { position: firstOffset, finished: false };
    this.#spans.push(span);
    return span;
  }

  finish(span: Span): void {
    span.finished = true;
    const open = this.#spans.findIndex((candidate) => !candidate.finished);
    if (open !== 0) this.#spans = open === -1 ? [] : this.#spans.slice(open);
  }

  /** The first offset that is not finished among the spans; undefined when none is under way. */
  get oldest(): bigint | undefined {
    return this.#spans[0]?.position;
  }
}
