import { defaultText, type KeyTable } from './key-spec.ts';
import type { Entry, Position, Problem, Report } from './problem.ts';
import { checkReferences, hasReference, type ReferenceSources, resolveReferences } from './references.ts';
import { Secret } from './secret.ts';
import { type ListItem, plainName, splitList, splitPair, type TextFailure } from './split-list.ts';

/** Where keys may be set: a file's entries, and what stands before a key there. */
export interface Layer {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly prefix: string;
}

/**
 * Reads typed values out of layers of entries; the first layer that has a key counts. A value that is wrong is reported,
 * and the default comes back so that reading goes on and finds the next problem. An empty value means unset.
 */
export class KeyReader<Table extends KeyTable> {
  readonly #table: KeyTable;
  readonly #layers: readonly Layer[];
  readonly #sources: ReferenceSources;
  readonly #report: Report;
  readonly #home: Position;

  constructor(table: Table, layers: readonly Layer[], home: Position, sources: ReferenceSources, report: Report) {
    this.#table = table;
    this.#layers = layers;
    this.#home = home;
    this.#sources = sources;
    this.#report = report;
  }

  /** The entry that counts for a key, as the file holds it. */
  entry(key: keyof Table & string): Entry | undefined {
    for (const { entries, prefix } of this.#layers) {
      const entry = entries.get(prefix + key);
      if (entry !== undefined) return entry;
    }
    return undefined;
  }

  /** Text with its references resolved and white space around it removed. */
  text(key: keyof Table & string): string | undefined {
    const text = this.#resolved(key)?.trim();
    return text === undefined || text === '' ? this.#default(key) : text;
  }

  /** Like `text`, and reports when there is none. */
  required(key: keyof Table & string): string | undefined {
    const text = this.text(key);
    const failed = this.entry(key) !== undefined && this.#resolved(key) === undefined;
    if (text === undefined && !failed) this.problem(key, 'must be set');
    return text;
  }

  secret(key: keyof Table & string): Secret | undefined {
    const text = this.#resolved(key);
    return text === undefined || text === '' ? undefined : new Secret(text);
  }

  /** A secret whose references somebody else resolves: only their form is checked, and the text stays as it is. */
  travellingSecret(key: keyof Table & string): Secret | undefined {
    const entry = this.entry(key);
    if (entry === undefined || entry.text === '') return undefined;
    for (const error of checkReferences(entry.text)) this.problem(key, error);
    return new Secret(entry.text);
  }

  list(key: keyof Table & string): readonly string[] {
    const items = (this.text(key) ?? '').split(',').map((item) => item.trim());
    return [...new Set(items.filter((item) => item !== ''))];
  }

  /** Names separated by commas, each once; with quotes around one it may hold anything. */
  names(key: keyof Table & string): readonly string[] {
    return [...new Set(this.items(key).flatMap((item) => this.#accepted(key, plainName(item)) ?? []))];
  }

  /** What commas separate, quotes and all. */
  items(key: keyof Table & string): readonly ListItem[] {
    return this.#accepted(key, splitList(this.#resolved(key) ?? '')) ?? [];
  }

  /** Pairs such as `name:text`, in their order. */
  pairs(key: keyof Table & string): readonly (readonly [name: string, item: ListItem])[] {
    return this.items(key).flatMap((item) => {
      const [left, right] = this.#accepted(key, splitPair(item)) ?? [];
      const name = left && this.#accepted(key, plainName(left));
      return name === undefined || right === undefined ? [] : [[name, right] as const];
    });
  }

  /** Like `pairs`, where what stands after the colon is a name too. */
  namePairs(key: keyof Table & string): readonly (readonly [name: string, other: string])[] {
    return this.pairs(key).flatMap(([name, item]) => {
      const other = this.#accepted(key, plainName(item));
      return other === undefined ? [] : [[name, other] as const];
    });
  }

  int(key: keyof Table & string): number {
    return this.optionalInt(key) ?? Number(this.#needDefault(key));
  }

  optionalInt(key: keyof Table & string): number | undefined {
    const spec = this.#table[key];
    if (spec?.status !== 'used' || spec.type !== 'int') throw new TypeError(`${key} is not a number`);
    const text = this.#resolved(key)?.trim();
    if (text === undefined || text === '') return spec.default;
    const value = /^[+-]?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= spec.min && value <= spec.max) return value;
    this.problem(key, `must be a whole number from ${spec.min} to ${spec.max}`);
    return spec.default;
  }

  flag(key: keyof Table & string): boolean {
    return this.optionalFlag(key) ?? this.#needDefault(key) === 'true';
  }

  optionalFlag(key: keyof Table & string): boolean | undefined {
    const text = this.text(key)?.toLowerCase();
    if (text === undefined || text === 'true' || text === 'false')
      return text === undefined ? undefined : text === 'true';
    this.problem(key, 'must be true or false');
    return undefined;
  }

  choice<Value extends string>(key: keyof Table & string, values: readonly Value[]): Value {
    const fallback = this.#needDefault(key);
    const value = this.optionalChoice(key, values) ?? values.find((candidate) => candidate === fallback);
    if (value === undefined) throw new TypeError(`the default of ${key} is none of its values`);
    return value;
  }

  optionalChoice<Value extends string>(key: keyof Table & string, values: readonly Value[]): Value | undefined {
    const text = this.#resolved(key)?.trim();
    if (text === undefined) return undefined;
    const value = values.find((candidate) => candidate.toLowerCase() === text.toLowerCase());
    if (value === undefined && text !== '') this.problem(key, `must be ${values.filter(Boolean).join(' or ')}`);
    return value;
  }

  /** Reports a problem with a key, at its place if it has one. The message must not repeat the value. */
  problem(
    key: keyof Table & string,
    message: string,
    more: Partial<Pick<Problem, 'found' | 'foundAt' | 'help'>> = {},
  ): void {
    const spec = this.#table[key];
    const entry = this.entry(key);
    const isSecret = spec?.status === 'used' && spec.type === 'password';
    this.#report.problem(entry ?? this.#home, message, {
      key: entry?.key ?? `${this.#layers[0]?.prefix ?? ''}${key}`,
      // The text of the file: a resolved reference may be a secret, whatever key it was given to.
      found: isSecret && entry !== undefined ? '***' : entry?.text,
      default: spec && defaultText(spec),
      example: spec && `${this.#layers[0]?.prefix ?? ''}${key}=${spec.example}`,
      ...more,
      // What a reference stands for is counted, but never shown.
      foundAt: entry === undefined || hasReference(entry.text) ? undefined : more.foundAt,
    });
  }

  note(key: keyof Table & string, message: string): void {
    const entry = this.entry(key);
    this.#report.note(entry ?? this.#home, entry?.key ?? key, message);
  }

  #resolved(key: keyof Table & string): string | undefined {
    const entry = this.entry(key);
    if (entry === undefined || !hasReference(entry.text)) return entry?.text;
    const result = resolveReferences(entry.text, this.#sources);
    if (result.ok) return result.text;
    for (const error of result.errors) this.problem(key, error);
    return undefined;
  }

  #accepted<Value>(key: keyof Table & string, value: Value | TextFailure): Value | undefined {
    if (!(value instanceof Object && 'failure' in value)) return value;
    this.problem(key, value.failure, { foundAt: value.at });
    return undefined;
  }

  #default(key: string): string | undefined {
    const spec = this.#table[key];
    return spec && defaultText(spec);
  }

  #needDefault(key: string): string {
    const text = this.#default(key);
    if (text === undefined) throw new TypeError(`${key} has no default`);
    return text;
  }
}
