import { spawn } from 'node:child_process';

/**
 * Lets a shell wait for the end of this process, which closes the pipe to its standard input, and then kill the group.
 *
 * @returns ends the watch; to be called as soon as the group has ended, before its number can belong to another
 */
export function watch(pid: number): () => void {
  const watchdog = spawn('/bin/sh', ['-c', 'read -r _; kill -9 "-$1" 2>/dev/null', 'watchdog', String(pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watchdog.unref();
  return () => watchdog.kill('SIGKILL');
}
