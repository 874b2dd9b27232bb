/** Largest buffer that is kept for the next response, bytes. */
const keptBytesMax = 16 * 1024 * 1024;

/**
 * Memory of large responses, used again where nothing of the last one is needed any more. Only who knows that gives it back;
 * otherwise the garbage collector takes it, as it takes any other.
 */
export class FrameBuffers {
  readonly #lent = new WeakSet<ArrayBufferLike>();
  #kept: ArrayBufferLike | undefined;

  lend(bytes: number): Buffer {
    const memory = this.#kept && this.#kept.byteLength >= bytes ? this.#kept : Buffer.allocUnsafeSlow(bytes).buffer;
    if (memory === this.#kept) this.#kept = undefined;
    this.#lent.add(memory);
    return Buffer.from(memory, 0, bytes);
  }

  /** Nobody will read the memory of this response again. What was not lent from here is left alone. */
  giveBack({ buffer }: Buffer): void {
    if (!this.#lent.delete(buffer) || buffer.byteLength > keptBytesMax) return;
    if (!this.#kept || this.#kept.byteLength < buffer.byteLength) this.#kept = buffer;
  }
}

/** Of all connections of the process. */
export const frameBuffers = new FrameBuffers();
