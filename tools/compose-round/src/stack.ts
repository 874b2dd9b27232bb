import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Compose } from './compose.ts';
import { type Container, parseContainers } from './containers.ts';

const inside = join(import.meta.dirname, '..', 'inside');
const connector = 'zilliz-kafka-connect-milvus';

export interface Progress {
  /** `RUNNING` while all is well. */
  readonly state: string;
  /** Records that the consumer has read, and those of them that have come to their end. */
  readonly read: number;
  readonly settled: number;
  readonly deadLettered: number;
  readonly lag: number;
}

/** How the schema-validator's streams are spread over its inserters. */
export interface Spread {
  /** Of each inserter. */
  readonly streams: readonly number[];
  /** Of each inserter that came during the watch: from when it could be reached to its first stream, milliseconds. */
  readonly afterMs: readonly number[];
}

/** The running containers, as the steps look at them and act on them. */
export class Stack {
  readonly compose: Compose;
  readonly #signal: AbortSignal;

  constructor(compose: Compose, signal: AbortSignal) {
    this.compose = compose;
    this.#signal = signal;
  }

  async containers(): Promise<Container[]> {
    const { out } = await this.compose.run(['ps', '-a', '--format', 'json'], { timeoutMs: 60_000 });
    return parseContainers(out);
  }

  async log(service: string): Promise<string> {
    const { out } = await this.compose.run(['logs', '--no-log-prefix', '--no-color', service], { timeoutMs: 60_000 });
    return out;
  }

  /** Runs a script of `inside/` in a container, with Node. @returns what it prints */
  async inContainer(service: string, index: number, script: string, ...args: readonly string[]): Promise<string> {
    return this.#runInside(service, index, script, args);
  }

  /**
   * Waits until the schema-validator has so many inserters, with streams spread over all of them.
   *
   * @param meanwhile is begun when the watch has
   */
  async spreadOver(inserters: number, meanwhile: () => Promise<void> = async () => {}): Promise<Spread> {
    let begin: () => void = () => {};
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const args = [String(inserters)];
    const watched = this.#runInside('schema-validator', 1, 'watch-spread.mjs', args, (text) => {
      if (text.includes('watching')) begin();
    });
    const [printed] = await Promise.all([watched, Promise.race([begun, watched]).then(meanwhile)]);
    return JSON.parse(printed.replace('watching', ''));
  }

  async #runInside(
    service: string,
    index: number,
    script: string,
    args: readonly string[],
    heard: (text: string) => void = () => {},
  ): Promise<string> {
    const input = readFileSync(join(inside, script), 'utf8');
    const node = ['node', '--input-type=module', '-', ...args];
    const command = ['exec', '-T', '--index', String(index), service, ...node];
    const { out } = await this.compose.run(command, { timeoutMs: 200_000, input, heard });
    return out;
  }

  /** Brings the inserter to this number. @returns once every one is healthy */
  async scaleInserter(count: number): Promise<void> {
    const args = ['up', '-d', '--no-deps', '--no-recreate', '--scale', `inserter=${count}`, '--wait', 'inserter'];
    await this.compose.run(args, { timeoutMs: 240_000 });
  }

  /** What the consumer says of the tutorial's connector. */
  async progress(): Promise<Progress> {
    const answer = await this.get(`http://127.0.0.1:8083/connectors/${connector}/status`);
    const { connector: now, millrace } = answer as {
      connector: { state: string };
      millrace: { lag: number; records: Record<string, number> };
    };
    const { read = 0, deadLettered = 0, written = 0, superseded = 0, deleted = 0, filtered = 0 } = millrace.records;
    const settled = written + superseded + deleted + filtered + deadLettered;
    return { state: now.state, read, settled, deadLettered, lag: millrace.lag };
  }

  /** Waits until so many more records have come to their end. @returns how many, in how many seconds, with the lag then */
  async moreSettled(count: number, timeoutMs = 120_000): Promise<string> {
    const from = await this.progress();
    const started = performance.now();
    const now = await this.until(`${count} more records settled`, timeoutMs, async () => {
      const seen = await this.progress();
      return seen.settled - from.settled >= count ? seen : undefined;
    });
    const seconds = ((performance.now() - started) / 1_000).toFixed(1);
    if (now.state !== 'RUNNING') throw new Error(`the connector is ${now.state}`);
    return `${now.settled - from.settled} records settled in ${seconds} s, lag ${now.lag}`;
  }

  /** JSON from one of the published ports. @throws Error when it is not there */
  async get(url: string): Promise<unknown> {
    const timeout = AbortSignal.timeout(15_000);
    const answer = await fetch(url, { signal: AbortSignal.any([timeout, this.#signal]) });
    if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
    return answer.json();
  }

  /**
   * Looks until `look` finds something. What it throws counts as not yet, and is told at the end.
   *
   * @throws Error after `timeoutMs`, and at once when the round is broken off
   */
  async until<T>(what: string, timeoutMs: number, look: () => Promise<T | undefined>): Promise<T> {
    const started = performance.now();
    for (;;) {
      let last = '';
      try {
        const found = await look();
        if (found !== undefined) return found;
      } catch (error) {
        this.#signal.throwIfAborted();
        last = `: ${error instanceof Error ? [error.message, error.cause].filter(Boolean).join(', ') : error}`;
      }
      if (performance.now() - started > timeoutMs) throw new Error(`after ${timeoutMs / 1_000} s not ${what}${last}`);
      await delay(500, undefined, { signal: this.#signal });
    }
  }
}
