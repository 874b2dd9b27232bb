/** One mistake in the code of the product: the text of one place, replaced. */
export interface Mutant {
  readonly name: string;
  /** From the root of the repository. */
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly find: string;
  readonly replace: string;
  /** The scenarios that it is tried on; storms where it does not say. */
  readonly shownBy?: Exclude<Family, 'storms'>;
}

/**
 *   storms      everything there is
 *   handovers   what makes two owners of a partition meet, one soon after the other
 *   outages     what happens to writes between a consumer and Milvus, one soon after the other
 *   upkeep      restarts, rebalances and changes of scale where nothing is slow
 */
export type Family = 'storms' | 'handovers' | 'outages' | 'upkeep';

const consumer = 'apps/consumer/src';
const validator = 'apps/schema-validator/src';
const inserter = 'apps/inserter/src';

/** What must never slip in unnoticed. */
export const mutants: readonly Mutant[] = [
  {
    name: 'watermark: a commit passes batches that are not settled',
    file: `${consumer}/lane.ts`,
    find: 'return this.#tracker.oldest ?? this.#queue.first?.offset ?? this.#fetchedTo;',
    replace: 'return this.#queue.first?.offset ?? this.#fetchedTo;',
  },
  {
    name: 'watermark: a batch that finishes early takes those before it along',
    file: `${consumer}/offset-tracker.ts`,
    find: 'const open = this.#spans.findIndex((candidate) => !candidate.finished);',
    replace: 'const open = this.#spans.indexOf(span) + 1 || -1;',
  },
  {
    name: 'fence (R3): a new owner does not wait for the former one',
    file: `${consumer}/assignment.ts`,
    find: 'lane.waitUntil(Math.max(ownMs, waitMs), ',
    replace: 'lane.waitUntil(ownMs, ',
    shownBy: 'handovers',
  },
  {
    name: 'fence (R5): an owner forgets its own writes over a rebalance',
    file: `${consumer}/assignment.ts`,
    find: 'lane.waitUntil(Math.max(ownMs, waitMs), ',
    replace: 'lane.waitUntil(waitMs, ',
    shownBy: 'handovers',
  },
  {
    name: 'fence (R1): a batch is sent without a reservation',
    file: `${consumer}/lane-sender.ts`,
    find: 'if (!this.#parts.reservation.covers(this.#nextNotAfterMs)) break;',
    replace: 'this.#parts.reservation.covers(this.#nextNotAfterMs);',
  },
  {
    name: 'fence (R6): a partition is released although a write of it may be under way',
    file: `${consumer}/lane.ts`,
    find: 'const untilMs = this.#sender.quietFromMs === 0 && this.#sender.unanswered === 0 ? 0 : this.#reservedMs;',
    replace: 'const untilMs = 0;',
    shownBy: 'handovers',
  },
  {
    name: 'fence (R3): a commit of a new owner drops the reservation that it waits for',
    file: `${consumer}/lane.ts`,
    find: 'return Math.max(this.#reservation.untilMs, this.#sender.quietFromMs);',
    replace: 'return this.#reservation.untilMs;',
    shownBy: 'handovers',
  },
  {
    name: 'fence (R6): a lane that drains sends again',
    file: `${consumer}/lane-sender.ts`,
    find: 'if (this.#isFinishing) return;',
    replace: '',
    shownBy: 'handovers',
  },
  {
    name: 'fence (R7): a commit is made under a later generation than it was computed in',
    file: `${consumer}/connector.ts`,
    find: `    this.#commits = this.#commits.then(async () => {
      if (generation !== this.#generation) return;
      const commits = due();`,
    replace: `    const commits = due();
    this.#commits = this.#commits.then(async () => {`,
    shownBy: 'handovers',
  },
  {
    name: 'fence (R7): a commit that waits behind one of an earlier generation is made in the next one',
    file: `${consumer}/connector.ts`,
    find: 'if (generation !== this.#generation) return;',
    replace: '',
    shownBy: 'handovers',
  },
  {
    name: 'wait (R5) after a write of unknown end: left out',
    file: `${consumer}/lane-sender.ts`,
    find: 'const quietMs = this.#quietFromMs === 0 ? 0 : this.#quietFromMs + this.#options.quietMarginMs - now;',
    replace: 'const quietMs = 0;',
    shownBy: 'outages',
  },
  {
    name: 'wait (R5): a broken stream counts as one without an effect',
    file: `${consumer}/open-stream.ts`,
    find: 'const open = this.indefinite || this.unanswered > 0;',
    replace: 'const open = this.indefinite;',
    shownBy: 'outages',
  },
  {
    name: 'wait (R5): an outcome of unknown end counts as one without an effect',
    file: `${consumer}/open-stream.ts`,
    find: 'if (outcome.result !== Result.APPLIED && outcome.result !== Result.NOT_APPLIED) this.indefinite = true;',
    replace: '',
    shownBy: 'outages',
  },
  {
    name: 'go back N: only the batch that failed is sent again',
    file: `${consumer}/lane-sender.ts`,
    find: `    this.#sent = 0;
    this.#quietFromMs`,
    replace: `    this.#sent = 0;
    for (const behind of this.#unsettled.splice(1)) {
      const writtenRows = behind.records.length;
      this.#parts.flow.applied(behind, { ...Outcome.create(), result: Result.APPLIED, writtenRows });
    }
    this.#quietFromMs`,
    shownBy: 'outages',
  },
  {
    name: 'go back N: the batch that failed is not sent again',
    file: `${consumer}/lane-sender.ts`,
    find: `    this.#sent = 0;
    this.#quietFromMs`,
    replace: `    this.#sent = Math.min(1, this.#unsettled.length);
    this.#quietFromMs`,
    shownBy: 'outages',
  },
  {
    name: 'deduplication: left out',
    file: `${inserter}/stripe-writer.ts`,
    find: '? merged.selectLast(from, to, keyField)',
    replace: '? merged.select(from, to)',
  },
  {
    name: 'deduplication: the first of a key wins',
    file: `${inserter}/merge.ts`,
    find: `        superseded.push({ part, entry });
        if (entry + 1 < keptEnd)`,
    replace: `        if (ranges.length > 0 || entry + 1 < keptEnd) continue;
        superseded.push({ part, entry });
        if (entry + 1 < keptEnd)`,
  },
  {
    name: 'superseded: counted before the successor is written',
    file: `${inserter}/bisect.ts`,
    find: 'const result = await options.write(selection);',
    replace: `for (const { part, entry } of selection.superseded) set(part, entry, 'superseded');
    const result = await options.write(selection);`,
    shownBy: 'handovers',
  },
  {
    name: 'dead letter: the watermark passes before it is acknowledged',
    file: `${consumer}/settlement.ts`,
    find: 'await deadLetters.send(first.letters);',
    replace: 'void deadLetters.send(first.letters).catch(() => {});',
  },
  {
    name: 'expiry (R2): a write begins after its time',
    file: `${inserter}/milvus-writer.ts`,
    find: "if (clock.now() > write.notAfterMs - budgetMinMs) return { kind: 'expired' };",
    replace: 'write = { ...write, notAfterMs: Math.max(write.notAfterMs, clock.now() + 10_000) };',
    shownBy: 'outages',
  },
  {
    name: 'outcome: a lost answer counts as a refusal',
    file: `${inserter}/refusal-table.ts`,
    find: "{ from: 'grpc', name: 'any other gRPC status', class: 'indefinite' }",
    replace: "{ from: 'grpc', name: 'any other gRPC status', class: 'wait' }",
    shownBy: 'outages',
  },
  {
    name: 'outcome: what was under way on a stream that breaks counts as not written',
    file: `${validator}/stripe-stream.ts`,
    find: 'for (const sent of unanswered) sent.resolve(indefinite(failure(code, why)));',
    replace: 'for (const sent of unanswered) sent.resolve(notApplied(NotAppliedReason.BLOCKED, failure(code, why)));',
    shownBy: 'outages',
  },
  {
    name: 'order: an inserter goes on behind a write that failed',
    file: `${inserter}/write-queue.ts`,
    find: 'if (outcome.result !== Result.APPLIED || outcome.stopped) this.#ended ??= NotAppliedReason.NOT_STARTED;',
    replace: '',
    shownBy: 'handovers',
  },
  {
    name: 'reading: a fetch of an earlier generation is taken',
    file: `${consumer}/connector.ts`,
    find: 'if (fetchedFrom === lane.nextFetchOffset) lane.offer(fetched);',
    replace: 'if (fetchedFrom >= 0n) lane.offer(fetched);',
    shownBy: 'handovers',
  },
  {
    name: 'release: a partition is given back before what is under way has ended',
    file: `${consumer}/assignment.ts`,
    find: 'await within(timeoutMs, Promise.all(this.all.map((lane) => lane.drain())), this.#parts.clock);',
    replace: 'void Promise.all(this.all.map((lane) => lane.drain()));',
    shownBy: 'upkeep',
  },
];
