import assert from 'node:assert/strict';
import { NotAppliedReason, type RecordBatch, Result } from '@millrace/contracts';
import { settled } from './fake-dead-letters.ts';
import { type FakeStream, rejectionOf } from './fake-validator.ts';
import { LaneScene, laneOptions } from './lane-scene.ts';

export type Step =
  | { readonly does: 'fetch' | 'control' | 'advance'; readonly amount: number }
  | { readonly does: 'open' | 'apply' | 'refuse' | 'doubt' | 'drain' | 'end' | 'break' | 'take' | 'reject' };

const isPoison = (offset: number) => offset % 7 === 3;
const isDelete = (offset: number) => !isPoison(offset) && offset % 5 === 1;
const isFiltered = (offset: number) => !isPoison(offset) && !isDelete(offset) && offset % 11 === 2;

/** A lane under random faults beside the simplest account of what must be true of it. */
export class LaneModel {
  readonly scene = new LaneScene();
  readonly #records: number[] = [];
  /** Offsets that an outcome has settled; the poisoned ones still need their letters. */
  readonly #settled = new Set<number>();
  /** When writes that nobody knows the end of can no longer land. */
  #quietFromMs = 0;
  #next = 0;
  #seen = 0;
  /** Streams of which an outcome was not APPLIED: nothing more may be sent or settled. */
  readonly #failed = new Set<FakeStream>();

  async take(step: Step): Promise<void> {
    const { scene } = this;
    if (step.does === 'fetch') {
      for (let i = 0; i < step.amount; i++) this.#records.push(this.#next++);
      scene.fetch(step.amount);
    } else if (step.does === 'control') {
      this.#next += step.amount;
      scene.fetchControls(step.amount);
    } else if (step.does === 'advance') scene.clock.advance(step.amount);
    else if (step.does === 'take' || step.does === 'reject') await this.#letters(step.does);
    else if (scene.validator.streams.length > 0 && !scene.stream.isEnded) this.#serve(scene.stream, step.does);
    await settled();
    this.#check();
  }

  /** Everything works from here on: all has to be settled, once. */
  async finish(): Promise<void> {
    for (let turn = 0; this.scene.watermark < this.#next; turn++) {
      if (turn > 500) throw new Error(`the lane is stuck at ${this.scene.watermark} of ${this.#next}`);
      const { streams } = this.scene.validator;
      const stream = streams.at(-1);
      if (stream?.isCancelled || stream?.isHalfClosed) await this.take({ does: 'end' });
      else await this.take({ does: 'open' });
      await this.take({ does: 'apply' });
      await this.take({ does: 'take' });
      await this.take({ does: 'advance', amount: 1_000 });
    }
    const { counters, letters, unaccounted } = this.scene;
    const poisoned = this.#records.filter(isPoison);
    assert.deepEqual(letters.written.map(Number), poisoned);
    assert.equal(counters.read, this.#records.length);
    const [deleted, filtered] = [this.#records.filter(isDelete).length, this.#records.filter(isFiltered).length];
    assert.deepEqual([counters.deleted, counters.filtered], [deleted, filtered]);
    assert.equal(counters.written, this.#records.length - poisoned.length - deleted - filtered);
    assert.equal(counters.deadLettered, poisoned.length);
    assert.equal(unaccounted, 0);
  }

  async #letters(does: 'take' | 'reject'): Promise<void> {
    const { letters } = this.scene;
    if (letters.waiting === 0) return;
    if (does === 'take') await letters.take();
    else await letters.refuse(1);
  }

  #serve(stream: FakeStream, does: Step['does']): void {
    const waiting = stream.batches[stream.answered];
    if (does === 'open' && !stream.isOpened) stream.opened();
    else if (does === 'drain' && stream.isOpened) stream.drain();
    else if (does === 'end' || does === 'break') {
      for (const batch of stream.batches.slice(stream.answered)) this.#mayLand(batch);
      stream.end(does === 'break' ? 'UNAVAILABLE' : undefined);
    } else if (waiting && does === 'apply') this.#apply(stream, waiting);
    else if (waiting && does === 'refuse') {
      this.#failed.add(stream);
      stream.answer({ result: Result.NOT_APPLIED, reason: NotAppliedReason.EXPIRED });
    } else if (waiting && does === 'doubt') {
      this.#failed.add(stream);
      this.#mayLand(waiting);
      stream.answer({ result: Result.INDEFINITE });
    }
  }

  #apply(stream: FakeStream, batch: RecordBatch): void {
    const offsets = offsetsOf(batch);
    if (!this.#failed.has(stream)) {
      for (const offset of offsets) {
        assert.ok(!this.#settled.has(offset), `offset ${offset} is settled twice`);
        this.#settled.add(offset);
      }
    }
    const rejections = offsets.filter(isPoison).map(rejectionOf);
    const [deletedRows, filteredRows] = [offsets.filter(isDelete).length, offsets.filter(isFiltered).length];
    const writtenRows = offsets.length - rejections.length - deletedRows - filteredRows;
    stream.answer({ result: Result.APPLIED, rejections, writtenRows, deletedRows, filteredRows });
  }

  #mayLand({ notAfterUnixMs }: RecordBatch): void {
    this.#quietFromMs = Math.max(this.#quietFromMs, Number(notAfterUnixMs) + laneOptions.quietMarginMs);
  }

  #check(): void {
    const { scene } = this;
    const written = new Set(scene.letters.written.map(Number));
    for (const offset of this.#records) {
      if (offset >= scene.watermark) break;
      assert.ok(this.#settled.has(offset), `the watermark passes ${offset}, which is not settled`);
      if (isPoison(offset)) assert.ok(written.has(offset), `the watermark passes ${offset}, not parked`);
    }
    assert.equal(scene.unaccounted, 0);
    for (const stream of scene.validator.streams.slice(this.#seen)) this.#checkOrder(stream);
    this.#seen = Math.max(0, scene.validator.streams.length - 1);
  }

  /** A stream carries everything unsettled from its first batch on, in order, and begins when nothing may still land. */
  #checkOrder(stream: FakeStream): void {
    const offsets = stream.batches.flatMap(offsetsOf);
    const start = this.#records.indexOf(offsets[0] ?? -1);
    assert.deepEqual(offsets, offsets.length === 0 ? [] : this.#records.slice(start, start + offsets.length));
    const unanswered = stream.batches.slice(stream.answered).flatMap(offsetsOf);
    const [oldest] = this.#records.filter((offset) => !this.#settled.has(offset));
    if (unanswered.length > 0 && !this.#failed.has(stream)) assert.equal(unanswered[0], oldest);
    const [first] = stream.batches;
    const sentAtMs = first ? Number(first.notAfterUnixMs) - laneOptions.writeTimeoutMs : Number.POSITIVE_INFINITY;
    if (!stream.isEnded && stream.answered === 0)
      assert.ok(sentAtMs >= this.#quietFromMs, 'sent while a write may still land');
  }
}

function offsetsOf({ firstOffset, offsetDeltas }: RecordBatch): number[] {
  return offsetDeltas.map((delta) => Number(firstOffset + delta));
}
