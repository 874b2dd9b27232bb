import { type KafkaRecord, recordBytes } from './kafka-record.ts';

/** Records of one lane that wait to be sent, oldest first, with their bytes counted. */
export class RecordQueue {
  #records: KafkaRecord[] = [];
  #head = 0;
  #bytes = 0;

  get length(): number {
    return this.#records.length - this.#head;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get first(): KafkaRecord | undefined {
    return this.#records[this.#head];
  }

  push(records: readonly KafkaRecord[]): void {
    for (const record of records) {
      this.#records.push(record);
      this.#bytes += recordBytes(record);
    }
  }

  /** Takes records from the front: as many as fit, and always at least one. */
  take(countMax: number, bytesMax: number): KafkaRecord[] {
    const start = this.#head;
    let bytes = 0;
    for (let record = this.first; record && this.#head - start < countMax; record = this.first) {
      const size = recordBytes(record);
      if (this.#head > start && bytes + size > bytesMax) break;
      bytes += size;
      this.#head += 1;
    }
    const taken = this.#records.slice(start, this.#head);
    this.#bytes -= bytes;
    if (this.#head > 4_096 || this.#head === this.#records.length) {
      this.#records = this.#records.slice(this.#head);
      this.#head = 0;
    }
    return taken;
  }

  clear(): void {
    this.#records = [];
    this.#head = 0;
    this.#bytes = 0;
  }
}
