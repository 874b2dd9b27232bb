/** One setting of a service: the environment variable that holds it, what it means, and how its text is read. */
export interface Setting<Value> {
  readonly name: string;
  readonly doc: string;
  /** The default as a person would write it; undefined where there is none. */
  readonly shown: string | undefined;
  /** Reads the text, or the default when the variable is unset or empty. Throws an Error that says what is wrong. */
  read(text: string | undefined): Value;
}

export type Settings = Readonly<Record<string, Setting<unknown>>>;
export type SettingsOf<Table extends Settings> = {
  readonly [Key in keyof Table]: Table[Key] extends Setting<infer Value> ? Value : never;
};

/** What is wrong with the environment, all of it at once. */
export class SettingsError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'SettingsError';
    this.problems = problems;
  }
}

export function text(name: string, fallback: string, doc: string): Setting<string> {
  return { name, doc, shown: fallback, read: (given) => given ?? fallback };
}

export function optionalText(name: string, doc: string): Setting<string | undefined> {
  return { name, doc, shown: undefined, read: (given) => given };
}

/** A setting whose text `parse` turns into anything; also for secrets, whose text never shows in an error. */
export function parsed<Value>(
  name: string,
  fallback: string,
  doc: string,
  parse: (given: string) => Value,
): Setting<Value> {
  return { name, doc, shown: fallback, read: (given) => parse(given ?? fallback) };
}

export interface IntegerRange {
  readonly min: number;
  readonly max: number;
}

export function integer(name: string, fallback: number, range: IntegerRange, doc: string): Setting<number> {
  return {
    name,
    doc: `${doc} (${range.min} to ${range.max})`,
    shown: String(fallback),
    read(given) {
      if (given === undefined) return fallback;
      const value = /^\d{1,15}$/.test(given) ? Number(given) : Number.NaN;
      if (!(value >= range.min && value <= range.max)) {
        throw new Error(`wants a whole number from ${range.min} to ${range.max}, got ${JSON.stringify(given)}`);
      }
      return value;
    },
  };
}

export function port(name: string, fallback: number, doc: string): Setting<number> {
  return integer(name, fallback, { min: 0, max: 65_535 }, doc);
}

export function flag(name: string, fallback: boolean, doc: string): Setting<boolean> {
  return {
    name,
    doc,
    shown: String(fallback),
    read(given) {
      if (given === undefined) return fallback;
      if (given !== 'true' && given !== 'false') throw new Error(`wants true or false, got ${JSON.stringify(given)}`);
      return given === 'true';
    },
  };
}

export function oneOf<Choice extends string>(
  name: string,
  choices: readonly Choice[],
  fallback: Choice,
  doc: string,
): Setting<Choice> {
  return {
    name,
    doc: `${doc} (${choices.join(', ')})`,
    shown: fallback,
    read(given) {
      if (given === undefined) return fallback;
      const choice = choices.find((candidate) => candidate === given);
      if (!choice) throw new Error(`wants one of ${choices.join(', ')}, got ${JSON.stringify(given)}`);
      return choice;
    },
  };
}

/** Reads a whole table from the environment. @throws SettingsError with every problem, each naming its variable. */
export function readSettings<Table extends Settings>(
  table: Table,
  environment: Readonly<Record<string, string | undefined>>,
): SettingsOf<Table> {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [key, setting] of Object.entries(table)) {
    try {
      values[key] = setting.read(environment[setting.name] || undefined);
    } catch (error) {
      problems.push(`${setting.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (problems.length > 0) throw new SettingsError(problems);
  return values as SettingsOf<Table>;
}

/** The table as `--help` prints it. */
export function describeSettings(table: Settings): string {
  const rows = Object.values(table).map((setting) => [setting.name, setting.shown ?? '', setting.doc] as const);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column as 0 | 1].length)));
  return rows
    .map(([name, shown, doc]) => `  ${name.padEnd(widths[0] ?? 0)}  ${shown.padEnd(widths[1] ?? 0)}  ${doc}`)
    .join('\n');
}
