import type { Cancel, Clock } from '@millrace/delivery';

export interface ReachabilityOptions {
  readonly clock: Clock;
  readonly everyMs: number;
  /** Whether there is a connection, told within `everyMs`. */
  readonly isReachable: () => Promise<boolean>;
  /** Called with the first finding and with each change. */
  readonly changed: (isReachable: boolean) => void;
}

/** Looks again and again whether something can be reached. */
export class Reachability {
  readonly #options: ReachabilityOptions;
  #cancel: Cancel = () => {};
  #stopped = false;
  #found: boolean | undefined;

  constructor(options: ReachabilityOptions) {
    this.#options = options;
  }

  /** Looks for the first time, and from then on by itself. */
  async start(): Promise<void> {
    const found = await this.#options.isReachable();
    if (this.#stopped) return;
    if (found !== this.#found) {
      this.#found = found;
      this.#options.changed(found);
    }
    this.#cancel = this.#options.clock.after(this.#options.everyMs, () => void this.start());
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  get isReachable(): boolean {
    return this.#found === true;
  }
}
