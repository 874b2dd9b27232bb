/** What the person in front of the terminal sees of a run. */
export interface Progress {
  /** What runs now, and how much of it is done, from 0 to 1. */
  tell(what: string, share: number): void;
  /** A line that stays. */
  note(line: string): void;
  end(): void;
}

const barWidth = 24;

/** A bar on the last line of a terminal; where there is none, only the lines that stay. */
export function progressOn(output: NodeJS.WriteStream): Progress {
  const clear = () => {
    if (output.isTTY) output.write('\r\u001b[2K');
  };
  return {
    tell(what, share) {
      if (!output.isTTY) return;
      const filled = Math.round(Math.min(1, Math.max(0, share)) * barWidth);
      clear();
      output.write(`${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)} ${what}`.slice(0, output.columns));
    },
    note(line) {
      clear();
      output.write(`${line}\n`);
    },
    end: clear,
  };
}
