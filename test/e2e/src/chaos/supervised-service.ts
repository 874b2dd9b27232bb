import { setTimeout as delay } from 'node:timers/promises';
import type { Child, Exit } from '@millrace/testing';
import { fetchFrom, type ServiceName, type ServiceOptions, startService } from '../harness/pipeline.ts';

const retryMs = 500;
const askMs = 20;

export interface SupervisedOptions extends Omit<ServiceOptions, 'ready'> {
  readonly label: string;
  /** Told of whatever happened to it that nobody did to it. */
  readonly note: (text: string) => void;
}

/** One process of a service that is started again whenever it ends, as Docker or Kubernetes would. */
export class SupervisedService {
  readonly name: ServiceName;
  readonly label: string;
  readonly #options: SupervisedOptions;
  readonly #child: Child;
  readonly #supervision: Promise<void>;
  #killed = false;
  #ending = false;

  private constructor(name: ServiceName, options: SupervisedOptions, child: Child) {
    this.name = name;
    this.label = options.label;
    this.#options = options;
    this.#child = child;
    this.#supervision = this.#supervise();
  }

  static async start(name: ServiceName, options: SupervisedOptions): Promise<SupervisedService> {
    // Not `/readyz`: a service may come up while what it depends on is away.
    return new SupervisedService(name, options, await startService(name, { ...options, ready: '/livez' }));
  }

  /** The body of a GET of its HTTP side, or undefined where it does not answer with one. */
  async get<Body>(path: string): Promise<Body | undefined> {
    const answer = await fetchFrom(this.#options.httpPort, path).catch(() => undefined);
    // A process that is killed now may break off its answer.
    return answer?.ok ? ((await answer.json().catch(() => undefined)) as Body | undefined) : undefined;
  }

  /** SIGKILL; resolves when the process that follows answers. */
  async killAndRestart(): Promise<void> {
    this.#killed = true;
    const { pid } = this.#child;
    await this.#child.kill();
    while (!this.#ending && (this.#child.pid === pid || (await this.get('/status')) === undefined)) await delay(askMs);
  }

  /** SIGSTOP, and SIGCONT after that time or when the signal is given. */
  async pause(ms: number, signal: AbortSignal): Promise<void> {
    const { pid } = this.#child;
    // The process alone, not its group: who watches over the group must go on.
    send(pid, 'SIGSTOP');
    try {
      await delay(ms, undefined, { signal });
    } finally {
      send(pid, 'SIGCONT');
    }
  }

  /** SIGTERM, for good. */
  async retire(): Promise<Exit> {
    this.#ending = true;
    const exit = await this.#child.stop();
    await this.end();
    return exit;
  }

  /** SIGKILL, for good, also of a process that is being started. */
  async end(): Promise<void> {
    this.#ending = true;
    let isOver = false;
    void this.#supervision.then(() => {
      isOver = true;
    });
    while (!isOver) {
      await this.#child.kill();
      await delay(askMs);
    }
  }

  async #supervise(): Promise<void> {
    for (;;) {
      const { code, signal } = await this.#child.exited;
      if (this.#ending) return;
      if (!this.#killed) this.#options.note(`${this.label} ended by itself (${signal ?? `code ${code}`})`);
      this.#killed = false;
      try {
        await this.#child.restart();
      } catch (error) {
        if (this.#ending) return;
        this.#options.note(`${this.label} did not start: ${error instanceof Error ? error.message : error}`);
        await delay(retryMs);
      }
    }
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It ended in between, which its supervisor notices.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
