import type { Clock } from '@millrace/delivery';

/** Something that shows signs of life as long as it has anything to do. */
export interface Watched {
  readonly id: string;
  /** Another number with every sign of life. */
  readonly signs: number;
  /** No sign is to be expected now. */
  readonly isIdle: boolean;
  /** What is wrong where no sign comes, as the beginning of a sentence that a time ends. */
  readonly complaint: string;
}

export interface Stall {
  readonly watched: Watched;
  readonly message: string;
  readonly silentMs: number;
  /** It has lasted for twice the timeout: nobody comes out of this without a restart. */
  readonly isFinal: boolean;
}

/**
 * Notices what hangs without an error. Silence is added up look by look, and a look that comes late counts no more than
 * two intervals: a process that was frozen itself has not been kept waiting by anybody.
 */
export class ProgressWatch {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly intervalMs: number;
  #lastLookMs: number;
  #silences = new Map<string, { readonly signs: number; readonly silentMs: number }>();

  constructor(clock: Clock, timeoutMs: number) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.intervalMs = Math.max(100, Math.min(1_000, timeoutMs / 20));
    this.#lastLookMs = clock.now();
  }

  /** To be called every `intervalMs` with everything there is; what is not named is forgotten. The worst stall is first. */
  look(all: readonly Watched[]): readonly Stall[] {
    const nowMs = this.#clock.now();
    const passedMs = Math.min(Math.max(0, nowMs - this.#lastLookMs), 2 * this.intervalMs);
    this.#lastLookMs = nowMs;
    const silences = new Map<string, { signs: number; silentMs: number }>();
    const stalls: Stall[] = [];
    for (const watched of all) {
      const { id, signs, isIdle, complaint } = watched;
      const before = this.#silences.get(id);
      const silentMs = before && before.signs === signs && !isIdle ? before.silentMs + passedMs : 0;
      silences.set(id, { signs, silentMs });
      if (silentMs < this.#timeoutMs) continue;
      const message = `${complaint} for ${Math.floor(silentMs / 1_000)} s`;
      stalls.push({ watched, message, silentMs, isFinal: silentMs >= 2 * this.#timeoutMs });
    }
    this.#silences = silences;
    return stalls.sort((a, b) => b.silentMs - a.silentMs);
  }

  /** How long it has shown no sign, as of the last look. */
  silentMs(id: string): number {
    return this.#silences.get(id)?.silentMs ?? 0;
  }
}
