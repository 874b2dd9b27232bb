/**
 * Which letters go with their record's own timestamp. A topic may refuse those that lie too far from its broker's clock
 * (`message.timestamp.after.max.ms`, an hour since Kafka 4.0, and `message.timestamp.before.max.ms`), though the record's
 * own topic took it. What it refuses is known from its refusals alone: reading its settings would need another right.
 */
export class LetterTimestamps {
  /** One that lay ahead was refused: how far ahead is allowed is not known, and with time each comes nearer. */
  #refusesAhead = false;
  /** The smallest age that was refused. */
  #refusedAgeMs = Number.POSITIVE_INFINITY;

  /** Whether the topic is known to refuse it, by a clock that shows `nowMs`. */
  isRefused(timestampMs: bigint, nowMs: number): boolean {
    const ageMs = nowMs - Number(timestampMs);
    return ageMs < 0 ? this.#refusesAhead : ageMs >= this.#refusedAgeMs;
  }

  /** Notes that the topic has refused this one. */
  refused(timestampMs: bigint, nowMs: number): void {
    const ageMs = nowMs - Number(timestampMs);
    if (ageMs < 0) this.#refusesAhead = true;
    else this.#refusedAgeMs = Math.min(this.#refusedAgeMs, ageMs);
  }
}
