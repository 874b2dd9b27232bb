/** Where in a file something stands. Line and column count from 1; column in UTF-16 units. */
export interface Position {
  readonly file: string;
  readonly line: number | undefined;
  readonly column: number | undefined;
}

/** One key with its text as the file holds it: references not resolved, numbers and booleans in their literal text. */
export interface Entry extends Position {
  readonly key: string;
  readonly text: string;
}

/** Something in the configuration that must be put right before a start. No field ever holds a secret's value. */
export interface Problem extends Position {
  readonly key: string | undefined;
  readonly message: string;
  /** The text in the file, `***` for a secret; undefined where showing it could give a secret away. */
  readonly found: string | undefined;
  /** The place in `found` that is meant, in UTF-16 units from 0; undefined: all of it. */
  readonly foundAt: number | undefined;
  readonly default: string | undefined;
  readonly example: string | undefined;
  /** What to do about it, when that is more than the message says. */
  readonly help: string | undefined;
}

/** Something worth knowing that does not stop a start: a key that means nothing here, a default that was chosen. */
export interface Note extends Position {
  readonly key: string | undefined;
  readonly message: string;
}

/** Collects everything there is to say, so that all of it is said at once. The same problem is kept once. */
export class Report {
  readonly problems: Problem[] = [];
  readonly notes: Note[] = [];
  readonly #seen = new Set<string>();

  problem(at: Position, message: string, more: Partial<Omit<Problem, keyof Position | 'message'>> = {}): void {
    const { key, found, foundAt, default: fallback, example, help } = more;
    if (this.#isNew('problem', at, key, message)) {
      const { file, line, column } = at;
      this.problems.push({ file, line, column, key, message, found, foundAt, default: fallback, example, help });
    }
  }

  note(at: Position, key: string | undefined, message: string): void {
    const { file, line, column } = at;
    if (this.#isNew('note', at, key, message)) this.notes.push({ file, line, column, key, message });
  }

  #isNew(kind: string, at: Position, key: string | undefined, message: string): boolean {
    const id = JSON.stringify([kind, at.file, at.line, at.column, key, message]);
    if (this.#seen.has(id)) return false;
    this.#seen.add(id);
    return true;
  }
}

/** A file as a whole, when no line of it is to blame. */
export function wholeFile(file: string): Position {
  return { file, line: undefined, column: undefined };
}
