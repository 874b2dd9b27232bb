import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A run in a process of its own. */
export interface StartedChaos {
  readonly child: ChildProcess;
  /** What it has printed so far. */
  readonly lines: readonly string[];
  /** Its exit code. */
  readonly ended: Promise<number>;
  /** Resolves with the first line that matches; rejects where it ends without one. */
  said(pattern: RegExp): Promise<string>;
}

/** Starts a run as `npm run chaos` does. */
export function startChaos(...args: string[]): StartedChaos {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  const heard = new EventTarget();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      heard.dispatchEvent(new Event('line'));
    });
  }
  const ended = once(child, 'close').then(([code]: number[]) => code ?? -1);
  const said = (pattern: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        const line = lines.find((one) => pattern.test(one));
        if (line !== undefined) resolve(line);
      };
      look();
      heard.addEventListener('line', look);
      void ended.then(() => reject(new Error(`it ended without ${pattern}:\n${lines.join('\n')}`)));
    });
  return { child, lines, ended, said };
}
