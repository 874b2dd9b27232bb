import { styleText } from 'node:util';

const isTerminal = process.stdout.isTTY === true;
const spinner = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
const spinMs = 80;

/** Writes a line; on a terminal it replaces a live one. */
export function line(text = ''): void {
  process.stdout.write(isTerminal ? `\r\x1b[K${text}\n` : `${text}\n`);
}

export const dim = (text: string): string => styleText('dim', text);
export const bold = (text: string): string => styleText('bold', text);

/** Puts a live text on the last line of a terminal, cut to fit; without one writes it as a line, if it is news. */
export function live(style: (text: string) => string, text: string, isNews: boolean): void {
  if (isTerminal) process.stdout.write(`\r\x1b[K${style(text.slice(0, (process.stdout.columns ?? 80) - 1))}`);
  else if (isNews) line(text);
}

/**
 * Shows one step while it runs, with what it reports, and then its result and time. Without a terminal, what it reports
 * comes as plain lines.
 *
 * @param describe the result, as it stays on the screen
 */
export async function step<T>(
  name: string,
  work: (report: (text: string) => void) => Promise<T>,
  describe: (result: T) => string,
): Promise<T> {
  const started = performance.now();
  let note = '';
  let frame = 0;
  const draw = () => {
    const room = Math.max((process.stdout.columns ?? 80) - name.length - 8, 0);
    process.stdout.write(`\r\x1b[K  ${spinner[frame++ % spinner.length]} ${name}  ${dim(note.slice(0, room))}`);
  };
  const timer = isTerminal ? setInterval(draw, spinMs) : undefined;
  try {
    const result = await work((text) => {
      note = text;
      if (!isTerminal) line(`    ${text}`);
    });
    clearInterval(timer);
    const seconds = ((performance.now() - started) / 1_000).toFixed(1);
    line(
      `  ${styleText('green', '✓')} ${name.padEnd(18)} ${describe(result).padEnd(30)} ${dim(`${seconds.padStart(5)} s`)}`,
    );
    return result;
  } catch (error) {
    clearInterval(timer);
    line(`  ${styleText('red', '✗')} ${name}`);
    throw error;
  }
}
