import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';

export interface WatchedOptions extends Pick<SpawnOptions, 'cwd' | 'env'> {
  /** Where stdout and stderr go: a pipe to read, or an open file. */
  readonly output: 'pipe' | number;
}

/**
 * A shell starts a watchdog and then becomes the command, so there is no moment without one. The watchdog waits for the
 * end of file 3, a pipe that only we hold open, and then kills the whole group, itself included. It belongs to the group,
 * so the group's number cannot become another's while it waits.
 */
const script = `
(trap '' HUP INT TERM; read -r _ <&3; kill -9 0) >/dev/null 2>&1 &
exec "$@" 3<&-`;

/**
 * Starts a command in a process group of its own, which ends with this process, even when this process is killed, and
 * with the command: what the command leaves behind is killed. Its pid is the group's number.
 */
export function spawnWatched(command: string, args: readonly string[], options: WatchedOptions): ChildProcess {
  const { output, ...rest } = options;
  const child = spawn('/bin/sh', ['-c', script, 'watched', command, ...args], {
    ...rest,
    detached: true,
    stdio: ['ignore', output, output, 'pipe'],
  });
  child.once('exit', () => child.stdio[3]?.destroy());
  return child;
}
