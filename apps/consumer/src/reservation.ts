import type { Clock } from '@millrace/delivery';

/** What the metadata of an offset commit says: until when its session may have writes of the partition under way. */
export interface Reservation {
  /** Milliseconds since the Unix epoch; 0: the partition was released, nothing is under way. */
  readonly untilMs: number;
  /** Of the process that made it. */
  readonly session: string;
  /** Of the topic that the offset belongs to; undefined where the brokers tell none. */
  readonly topicId?: string | undefined;
  /** Insert mode: which records beyond the committed offset may be written already; undefined: none. */
  readonly inDoubt?: InDoubt | undefined;
}

/** Records that may be in Milvus though their offsets are not committed, so that reading them again may repeat rows. */
export interface InDoubt {
  /** The offset after the last of them; the first is the committed one. */
  readonly endOffset: bigint;
  /** `crash`: whoever finds it finds an owner that went on; `unfinished_drain`: the owner left it, and knew. */
  readonly reason: 'crash' | 'unfinished_drain';
}

/** What the group has committed for a partition. */
export interface CommittedOffset {
  /** -1: nothing was ever committed. */
  readonly offset: bigint;
  readonly metadata: string | null;
}

const form = /^v1;r=(\d{1,15});s=([\w-]{1,64})(?:;t=([\da-f]{32}))?(?:;([eu])=(\d{1,19}))?$/;

const reasons = { e: 'crash', u: 'unfinished_drain' } as const;

/** A reservation as the metadata of a commit. */
export function metadataOf({ untilMs, session, topicId, inDoubt }: Reservation): string {
  const doubt = inDoubt && `;${inDoubt.reason === 'crash' ? 'e' : 'u'}=${inDoubt.endOffset}`;
  return `v1;r=${untilMs};s=${session}${topicId === undefined ? '' : `;t=${topicId}`}${doubt ?? ''}`;
}

/** The reservation that a commit's metadata holds; undefined where it is of another writer, or none. */
export function reservationIn(metadata: string | null): Reservation | undefined {
  const [, until, session, topicId, mark, end] = form.exec(metadata ?? '') ?? [];
  if (until === undefined || session === undefined) return undefined;
  const reason = mark === 'e' || mark === 'u' ? reasons[mark] : undefined;
  return {
    untilMs: Number(until),
    session,
    ...(topicId !== undefined && { topicId }),
    ...(reason && end !== undefined && { inDoubt: { endOffset: BigInt(end), reason } }),
  };
}

/**
 * Until when a new owner of a partition has to wait, because its former owner may still have writes under way (R3); 0:
 * not at all. An offset without a reservation that can be read was committed by somebody who makes none, or by a newer
 * version: then the longest one is assumed. A reservation of the process itself needs no wait, since it knows its own
 * writes.
 */
export function takeoverWaitMs(committed: CommittedOffset, session: string, nowMs: number, longestMs: number): number {
  if (committed.offset === -1n) return 0;
  const reservation = reservationIn(committed.metadata);
  if (!reservation) return nowMs + longestMs;
  return reservation.session === session ? 0 : reservation.untilMs;
}

/**
 * One lane's own reservation. Nothing is sent whose `not_after` lies beyond what a commit has reserved (R1); while no
 * coordinator takes commits, nothing new is sent. In insert mode a commit also says up to which offset records may be
 * sent, so that whoever finds it knows what may be written twice.
 */
export class LaneReservation {
  readonly #clock: Clock;
  readonly #onWanted: () => void;
  #untilMs = 0;
  #endOffset = 0n;
  #wantedEnd = 0n;
  #wantsTime = false;
  #wantedSinceMs: number | undefined;
  /** Why the last commit failed; undefined after one that did not. */
  #refusal: string | undefined;

  /** `onWanted` is called when a longer reservation is needed; once, until it is there. */
  constructor(clock: Clock, onWanted: () => void) {
    this.#clock = clock;
    this.#onWanted = onWanted;
  }

  /** The end of what is reserved, milliseconds since the Unix epoch; 0: nothing. */
  get untilMs(): number {
    return this.#untilMs;
  }

  get isWanted(): boolean {
    return this.#wantedSinceMs !== undefined;
  }

  /** That it has been wanted for long, and why, in words that follow `since Kafka`. */
  get lack(): { readonly why: string; readonly sinceMs: number } | undefined {
    const sinceMs = this.#wantedSinceMs;
    if (sinceMs === undefined || this.#clock.now() - sinceMs <= patienceMs) return undefined;
    const why =
      this.#refusal === undefined ? 'has not answered the offset commit' : `took no offset commit: ${this.#refusal}`;
    return { why, sinceMs };
  }

  /** Whether a write may go out that expires then; asks for a longer reservation where it may not. */
  covers(notAfterMs: number): boolean {
    if (notAfterMs <= this.#untilMs) return true;
    this.#wantsTime = true;
    this.want();
    return false;
  }

  /** Insert mode: whether records below this offset may go out; asks for more where they may not. */
  reaches(endOffset: bigint): boolean {
    if (endOffset <= this.#endOffset) return true;
    this.#wantedEnd = endOffset;
    this.want();
    return false;
  }

  /** The least offset that the next commit has to reach; what was asked for last. */
  get wantedEnd(): bigint {
    return this.#wantedEnd;
  }

  /** A commit is on its way that reaches no further: from now on it has to be taken for stored. */
  lowerEnd(endOffset: bigint): void {
    if (endOffset < this.#endOffset) this.#endOffset = endOffset;
  }

  want(): void {
    if (this.isWanted) return;
    this.#wantedSinceMs = this.#clock.now();
    this.#onWanted();
  }

  /** A commit was acknowledged that reserves until then, and up to that offset. */
  reserved(untilMs: number, endOffset = 0n): void {
    this.#refusal = undefined;
    this.#endOffset = endOffset;
    const isLonger = untilMs > this.#untilMs;
    if (isLonger) this.#untilMs = untilMs;
    if (this.#wantsTime && !isLonger) return;
    this.#wantsTime = false;
    this.#wantedSinceMs = undefined;
  }

  /** A commit was refused, or not answered. What it should reserve may or may not be there, so it does not count. */
  refused(why: string): void {
    this.#refusal = why;
  }
}

/** A coordinator takes a commit in a moment; who has waited longer for one says so. */
const patienceMs = 5_000;
