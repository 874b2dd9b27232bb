import { spawn } from 'node:child_process';

/** The project of the round: its containers and volumes are no other's. */
export const project = 'millrace-round';

const keptOutput = 1_000_000;

export class ComposeError extends Error {
  override readonly name = 'ComposeError';
}

export interface RunOptions {
  readonly timeoutMs: number;
  /** Standard input of the command. */
  readonly input?: string;
  /** It is told where it ends with another code than 0; left out: that is an error. */
  readonly mayFail?: boolean;
  /** Called with what it writes to its standard output, as it comes. */
  heard?(text: string): void;
}

/** Runs the compose command on docker-compose.yml, for the project of the round only. */
export class Compose {
  readonly #words: readonly string[];
  readonly #folder: string;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #signal: AbortSignal;

  constructor(words: readonly string[], folder: string, environment: NodeJS.ProcessEnv, signal: AbortSignal) {
    this.#words = words;
    this.#folder = folder;
    this.#environment = environment;
    this.#signal = signal;
  }

  /** The same for what has to be done even when the round was broken off. */
  withSignal(signal: AbortSignal): Compose {
    return new Compose(this.#words, this.#folder, this.#environment, signal);
  }

  /**
   * @returns what the command wrote to its standard output, with its exit code
   * @throws ComposeError when it cannot be started, ends with another code than 0, takes too long, or the round is broken off
   */
  async run(
    args: readonly string[],
    options: RunOptions,
  ): Promise<{ readonly out: string; readonly exitCode: number }> {
    const files = ['-f', 'docker-compose.yml', '-p', project, '--profile', 'observe', '--profile', 'demo'];
    const [program = '', ...rest] = [...this.#words, ...files, ...args];
    const what = `\`${[...this.#words, ...args].join(' ')}\``;
    this.#signal.throwIfAborted();
    // A group of its own: Ctrl-C is for the round, which then takes down what it has started.
    const child = spawn(program, rest, { cwd: this.#folder, env: this.#environment, detached: true });
    const kept = { out: '', err: '' };
    for (const name of ['out', 'err'] as const) {
      child[`std${name}`].setEncoding('utf8').on('data', (text: string) => {
        kept[name] = (kept[name] + text).slice(-keptOutput);
        if (name === 'out') options.heard?.(text);
      });
    }
    // A command that ends before it has read all says why by its code.
    child.stdin.on('error', () => {});
    child.stdin.end(options.input ?? '');
    let why = '';
    const end = (reason: string) => {
      why ||= reason;
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGTERM');
    };
    const timer = setTimeout(() => end(`took longer than ${options.timeoutMs / 1_000} s`), options.timeoutMs);
    const abort = () => end('was broken off');
    this.#signal.addEventListener('abort', abort, { once: true });
    try {
      const exitCode = await new Promise<number>((resolve, reject) => {
        child.once('error', (cause) => reject(new ComposeError(`${what} cannot be run: ${cause.message}`, { cause })));
        child.once('close', (code) => resolve(code ?? 1));
      });
      if (why) throw new ComposeError(`${what} ${why}\n${tail(kept.err)}`);
      if (exitCode !== 0 && !options.mayFail) {
        throw new ComposeError(`${what} ended with ${exitCode}\n${tail(kept.err || kept.out)}`);
      }
      return { out: kept.out, exitCode };
    } finally {
      clearTimeout(timer);
      this.#signal.removeEventListener('abort', abort);
    }
  }
}

const tail = (text: string): string => text.trimEnd().split('\n').slice(-15).join('\n');
