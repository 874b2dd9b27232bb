import { heldBytes, type KafkaRecord, sentBytes, type Travelling } from '@millrace/lanes';
import { type WeighedRecords, weigh } from './weighed-records.ts';

/** Records of one lane that wait to be sent, oldest first, with their bytes counted. */
export class RecordQueue {
  #records: KafkaRecord[] = [];
  #head = 0;
  #sentBytes = 0;
  #heldBytes = 0;
  readonly #travelling: Travelling;

  constructor(travelling: Travelling) {
    this.#travelling = travelling;
  }

  get length(): number {
    return this.#records.length - this.#head;
  }

  /** What they count for once they are sent. */
  get sentBytes(): number {
    return this.#sentBytes;
  }

  /** What they take up here. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  get first(): KafkaRecord | undefined {
    return this.#records[this.#head];
  }

  push(records: readonly KafkaRecord[]): void {
    for (const record of records) this.#records.push(record);
    const weighed = weigh(records, this.#travelling);
    this.#sentBytes += weighed.sentBytes;
    this.#heldBytes += weighed.heldBytes;
  }

  /** Takes records from the front: as many as fit, and always at least one. */
  take(countMax: number, bytesMax: number): WeighedRecords {
    const start = this.#head;
    let sent = 0;
    let held = 0;
    for (let record = this.first; record && this.#head - start < countMax; record = this.first) {
      const bytes = sentBytes(record, this.#travelling);
      if (this.#head > start && sent + bytes > bytesMax) break;
      sent += bytes;
      held += heldBytes(record);
      this.#head += 1;
    }
    const records = this.#records.slice(start, this.#head);
    this.#sentBytes -= sent;
    this.#heldBytes -= held;
    if (this.#head > 4_096 || this.#head === this.#records.length) {
      this.#records = this.#records.slice(this.#head);
      this.#head = 0;
    }
    return { records, sentBytes: sent, heldBytes: held };
  }

  clear(): void {
    this.#records = [];
    this.#head = 0;
    this.#sentBytes = 0;
    this.#heldBytes = 0;
  }
}
