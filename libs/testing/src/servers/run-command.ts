import { createInterface } from 'node:readline';
import { spawnWatched } from './watched-process.ts';

/** Receives one line of progress, without its line break. */
export type Progress = (line: string) => void;

const keptLines = 30;

/**
 * Runs a command to its end and hands every line of its output to `progress`. It ends with this process, if not before.
 *
 * @throws Error when it cannot be started or ends with another code than 0; the message holds the last lines of its output
 */
export async function runCommand(command: string, args: readonly string[], progress: Progress): Promise<void> {
  const child = spawnWatched(command, args, { output: 'pipe' });
  const last: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream)
      createInterface({ input: stream }).on('line', (line) => {
        last.push(line);
        if (last.length > keptLines) last.shift();
        progress(line);
      });
  }
  const end = await new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(code === 0 ? undefined : `ended with ${signal ?? code}`));
  });
  if (end !== undefined) throw new Error([`${command} ${args.join(' ')}: ${end}`, ...last].join('\n  '));
}
