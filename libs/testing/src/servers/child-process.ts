import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { spawnWatched } from './watched-process.ts';

export interface ChildSpec {
  /** How errors call it. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment of the child; the parent's own when absent. */
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Receives stdout and stderr; appended to, its folder is made. */
  readonly logFile: string;
  /** Whether it is ready to serve. Asked again and again; a rejection counts as no. */
  ready(): Promise<boolean>;
  /** How long it may take to become ready. */
  readonly readyTimeoutMs?: number;
  /** How long it may take to end after SIGTERM, before SIGKILL. */
  readonly stopTimeoutMs?: number;
}

/** How a process ended: exactly one of the two is set. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process of ours that can be stopped, killed and started again with the same settings. */
export interface Child {
  readonly name: string;
  readonly logFile: string;
  /** Of the running process, else of the last one. */
  readonly pid: number;
  readonly running: boolean;
  /** Settles when the current process has ended, for whatever reason. */
  readonly exited: Promise<Exit>;
  /** SIGTERM, then SIGKILL when it takes too long; returns how it ended. A process that has ended stays so. */
  stop(): Promise<Exit>;
  /** SIGKILL. */
  kill(): Promise<Exit>;
  /** Stops it if it runs, starts it again and waits until it is ready. */
  restart(): Promise<void>;
}

interface Running {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  exit: Exit | undefined;
}

const pollMs = 50;

/**
 * Starts a process, waits until it is ready and never leaves it behind: it has a process group of its own, and a
 * watchdog kills that group when this process ends, even by SIGKILL.
 *
 * @throws Error with the end of the log, when the process ends or times out before it is ready
 */
export async function startChild(spec: ChildSpec): Promise<Child> {
  const { readyTimeoutMs = 60_000, stopTimeoutMs = 15_000 } = spec;
  let current = launch(spec);
  await untilReady(spec, current, readyTimeoutMs);

  const signal = async (name: NodeJS.Signals): Promise<Exit> => {
    if (current.exit === undefined) killGroup(current.pid, name);
    return current.exited;
  };
  const stop = async (): Promise<Exit> => {
    const timer = setTimeout(() => void signal('SIGKILL'), stopTimeoutMs);
    return signal('SIGTERM').finally(() => clearTimeout(timer));
  };
  return {
    name: spec.name,
    logFile: spec.logFile,
    get pid() {
      return current.pid;
    },
    get running() {
      return current.exit === undefined;
    },
    get exited() {
      return current.exited;
    },
    stop,
    kill: () => signal('SIGKILL'),
    restart: async () => {
      await stop();
      current = launch(spec);
      await untilReady(spec, current, readyTimeoutMs);
    },
  };
}

function launch(spec: ChildSpec): Running {
  mkdirSync(dirname(spec.logFile), { recursive: true });
  const log = openSync(spec.logFile, 'a');
  const child = spawnWatched(spec.command, spec.args, {
    output: log,
    ...(spec.env && { env: spec.env }),
    ...(spec.cwd && { cwd: spec.cwd }),
  });
  closeSync(log);
  // Without a pid there is an 'error' event to come.
  child.once('error', () => {});
  if (child.pid === undefined) throw new Error(`${spec.name} could not be started in ${spec.cwd ?? process.cwd()}`);
  const exited = new Promise<Exit>((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  const running: Running = { pid: child.pid, exited, exit: undefined };
  void exited.then((exit) => {
    running.exit = exit;
  });
  return running;
}

function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // The group ended in between.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

async function untilReady(spec: ChildSpec, running: Running, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (running.exit === undefined) {
    if (await spec.ready().catch(() => false)) return;
    if (performance.now() > deadline) {
      killGroup(running.pid, 'SIGKILL');
      await running.exited;
      throw new Error(`${spec.name} was not ready after ${timeoutMs} ms\n${logEnd(spec.logFile)}`);
    }
    await Promise.race([delay(pollMs), running.exited]);
  }
  const { code, signal } = running.exit;
  throw new Error(`${spec.name} ended (${signal ?? code}) before it was ready\n${logEnd(spec.logFile)}`);
}

/** The last lines of a log, with the file's name above them. */
export function logEnd(file: string, lines = 30): string {
  const end = readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines);
  return [`${file}:`, ...end].join('\n  ');
}
