import type { ChooseTopics, TopicChoice } from '@millrace/connector-config';
import type { Cancel, Clock } from '@millrace/delivery';

export interface TopicWatchParts {
  /** Names of all topics of the cluster. */
  readonly list: () => Promise<readonly string[]>;
  readonly choose: ChooseTopics;
  /** Topics that were deleted and created again since they were chosen. */
  readonly recreated: () => Promise<readonly string[]>;
  readonly intervalMs: number;
  readonly clock: Clock;
  /** A topic has come or gone; told once, and then the watch has ended. */
  readonly changed: () => void;
  /** Topics were created again; told once of each. */
  readonly toldRecreated: (topics: readonly string[]) => void;
  /** This time it could not be found out; the watch goes on. */
  readonly failed: (error: unknown) => void;
}

/** Looks now and then whether the topics that a connector reads are still the ones that it should read. */
export class TopicWatch {
  readonly #parts: TopicWatchParts;
  readonly #chosen: string;
  readonly #recreated = new Set<string>();
  #ended = false;
  #cancel: Cancel;

  constructor(chosen: TopicChoice, parts: TopicWatchParts) {
    this.#chosen = textOf(chosen);
    this.#parts = parts;
    this.#cancel = this.#schedule();
  }

  end(): void {
    this.#ended = true;
    this.#cancel();
  }

  #schedule(): Cancel {
    return this.#parts.clock.after(this.#parts.intervalMs, () => void this.#look());
  }

  async #look(): Promise<void> {
    const { list, choose, recreated, changed, failed } = this.#parts;
    let present: readonly string[];
    try {
      present = await list();
      this.#tellRecreated(await recreated());
    } catch (error) {
      if (this.#ended) return;
      failed(error);
      this.#cancel = this.#schedule();
      return;
    }
    if (this.#ended) return;
    if (this.#isChosen(present, choose)) this.#cancel = this.#schedule();
    else {
      this.end();
      changed();
    }
  }

  #tellRecreated(topics: readonly string[]): void {
    const news = this.#ended ? [] : topics.filter((topic) => !this.#recreated.has(topic));
    for (const topic of news) this.#recreated.add(topic);
    if (news.length > 0) this.#parts.toldRecreated(news);
  }

  /** A choice that is not possible any more is another one: whoever subscribes again finds out why. */
  #isChosen(present: readonly string[], choose: ChooseTopics): boolean {
    try {
      return textOf(choose(present)) === this.#chosen;
    } catch {
      return false;
    }
  }
}

function textOf({ topics, clashes }: TopicChoice): string {
  return JSON.stringify([topics, [...clashes.values()]]);
}
