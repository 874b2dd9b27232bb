import { frameBuffers } from './frame-buffers.ts';

/** Bytes of the length that stands before a response. */
const lengthBytes = 4;

/** Longest response that is waited for, bytes; a fetch brings 64 MiB at most, or one record batch that is larger. */
const frameBytesMax = 1024 ** 3;

const scratchBytes = 64 * 1024;

/**
 * Cuts what a broker sends into its responses. A large one is read in place: once its length is known, what is still to
 * come goes straight into one buffer, so it is neither held in pieces nor put together.
 */
export class FrameReader {
  readonly #take: (frame: Buffer) => void;
  /** Where a response begins, and small ones are whole. */
  readonly #scratch = Buffer.allocUnsafeSlow(scratchBytes);
  #scratchEnd = 0;
  /** The large response that is under way, and how much of it has come. */
  #frame: Buffer | undefined;
  #frameEnd = 0;

  /** `take` is given each response, with its length before it. */
  constructor(take: (frame: Buffer) => void) {
    this.#take = take;
  }

  /** Where the next bytes have to be put; at least one fits. */
  get space(): Buffer {
    return this.#frame ? this.#frame.subarray(this.#frameEnd) : this.#scratch.subarray(this.#scratchEnd);
  }

  /** So many bytes were put there. @throws for a length that no response has */
  filled(bytes: number): void {
    const frame = this.#frame;
    if (!frame) {
      this.#scratchEnd += bytes;
      this.#cut();
      return;
    }
    this.#frameEnd += bytes;
    if (this.#frameEnd < frame.length) return;
    this.#frame = undefined;
    this.#take(frame);
  }

  #cut(): void {
    let at = 0;
    while (this.#scratchEnd - at >= lengthBytes) {
      const end = at + this.#frameBytes(at);
      if (end > this.#scratchEnd) {
        this.#frame = frameBuffers.lend(end - at);
        this.#frameEnd = this.#scratch.copy(this.#frame, 0, at, this.#scratchEnd);
        this.#scratchEnd = 0;
        return;
      }
      this.#take(Buffer.from(this.#scratch.subarray(at, end)));
      at = end;
    }
    this.#scratch.copyWithin(0, at, this.#scratchEnd);
    this.#scratchEnd -= at;
  }

  #frameBytes(at: number): number {
    const bytes = lengthBytes + this.#scratch.readInt32BE(at);
    if (bytes < lengthBytes || bytes > frameBytesMax) {
      throw new Error(`the broker announces a response of ${bytes - lengthBytes} bytes; is this a Kafka listener?`);
    }
    return bytes;
  }
}
