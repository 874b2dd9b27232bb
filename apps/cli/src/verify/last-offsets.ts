/** The range of the upper halves of hashes, all 32 bits of them. */
export const hashesEnd = 2 ** 32;

/** A slot is 4 + 4 + 8 bytes. A table that gives up half of its range keeps what is left aside while it is put back. */
const slotBytes = 16 + 8;
const loadMax = 0.75;

/**
 * The last offset of each of many keys, by their hashes, in a table that never grows: when it is full, it gives up the
 * upper half of the hashes that it covers. What it gave up is for another pass over the same records, which begins where
 * this one's range ends.
 */
export class LastOffsets {
  readonly #slots: number;
  #highs: Uint32Array;
  #lows: Uint32Array;
  /** The offset plus one; zero where the slot is free. */
  #offsets: Float64Array;
  #count = 0;
  #from = 0;
  #to = hashesEnd;

  constructor(memoryBytes: number) {
    this.#slots = Math.max(16, Math.floor(memoryBytes / slotBytes));
    this.#highs = new Uint32Array(this.#slots);
    this.#lows = new Uint32Array(this.#slots);
    this.#offsets = new Float64Array(this.#slots);
  }

  /** The upper halves that are covered, from here up to and without `to`. */
  get from(): number {
    return this.#from;
  }

  get to(): number {
    return this.#to;
  }

  get count(): number {
    return this.#count;
  }

  /** Empties the table for hashes from here on. */
  begin(from: number): void {
    this.#from = from;
    this.#to = hashesEnd;
    this.#clear();
  }

  covers(high: number): boolean {
    return high >= this.#from && high < this.#to;
  }

  /** Notes that the hash has a record at this offset, if it is covered. */
  put(high: number, low: number, offset: bigint): void {
    if (!this.covers(high)) return;
    const slot = this.#find(high, low);
    const stored = Number(offset) + 1;
    if (this.#offsets[slot] === 0) {
      this.#count += 1;
      this.#highs[slot] = high;
      this.#lows[slot] = low;
    }
    if (stored > (this.#offsets[slot] ?? 0)) this.#offsets[slot] = stored;
    if (this.#count > this.#slots * loadMax) this.#halve();
  }

  /** The last offset of a hash; undefined where it has none. */
  get(high: number, low: number): bigint | undefined {
    const stored = this.#offsets[this.#find(high, low)] ?? 0;
    return stored === 0 ? undefined : BigInt(stored - 1);
  }

  #find(high: number, low: number): number {
    let slot = Math.floor((low / hashesEnd) * this.#slots);
    while (this.#offsets[slot] !== 0 && (this.#highs[slot] !== high || this.#lows[slot] !== low)) {
      slot = slot + 1 === this.#slots ? 0 : slot + 1;
    }
    return slot;
  }

  #halve(): void {
    this.#to = this.#from + Math.floor((this.#to - this.#from) / 2);
    if (this.#to === this.#from) throw new Error('one hash has more units than the table has slots');
    const kept = [...this.#coveredSlots()];
    const highs = Uint32Array.from(kept, (slot) => this.#highs[slot] ?? 0);
    const lows = Uint32Array.from(kept, (slot) => this.#lows[slot] ?? 0);
    const offsets = Float64Array.from(kept, (slot) => this.#offsets[slot] ?? 0);
    this.#clear();
    for (let index = 0; index < offsets.length; index++) {
      this.put(highs[index] ?? 0, lows[index] ?? 0, BigInt((offsets[index] ?? 1) - 1));
    }
  }

  *#coveredSlots(): Generator<number> {
    for (let slot = 0; slot < this.#slots; slot++) {
      if (this.#offsets[slot] !== 0 && this.covers(this.#highs[slot] ?? 0)) yield slot;
    }
  }

  #clear(): void {
    this.#offsets.fill(0);
    this.#count = 0;
  }
}
