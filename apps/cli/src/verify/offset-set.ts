const chunkOffsets = 8_192;

/** Offsets of one partition, one bit each in chunks of 1 KB: it takes no more than an eighth of a byte for each offset. */
export class OffsetSet {
  readonly #chunks = new Map<number, Uint8Array>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(offset: bigint): void {
    if (this.has(offset)) return;
    const { chunk, byte, bit } = placeOf(offset);
    const bytes = this.#chunks.get(chunk) ?? new Uint8Array(chunkOffsets / 8);
    bytes[byte] = (bytes[byte] ?? 0) | bit;
    this.#chunks.set(chunk, bytes);
    this.#size += 1;
  }

  has(offset: bigint): boolean {
    const { chunk, byte, bit } = placeOf(offset);
    return ((this.#chunks.get(chunk)?.[byte] ?? 0) & bit) !== 0;
  }

  /** The first offset at or after this one, to within a chunk: none that is in the set lies before it. */
  firstFrom(offset: bigint): bigint | undefined {
    const { chunk } = placeOf(offset);
    const later = [...this.#chunks.keys()].filter((each) => each >= chunk);
    if (later.length === 0) return undefined;
    const start = BigInt(Math.min(...later)) * BigInt(chunkOffsets);
    return start > offset ? start : offset;
  }
}

function placeOf(offset: bigint): { readonly chunk: number; readonly byte: number; readonly bit: number } {
  const at = Number(offset);
  const within = at % chunkOffsets;
  return { chunk: (at - within) / chunkOffsets, byte: within >> 3, bit: 1 << (within & 7) };
}
