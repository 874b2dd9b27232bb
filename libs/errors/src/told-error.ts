import { docsOf } from './catalogue.ts';
import { escapeText } from './escape-text.ts';
import { type Excerpt, excerptOf } from './excerpt.ts';

/** One thing that is wrong, as the services tell it in answers, headers and status. */
export interface ToldViolation {
  readonly code: string;
  /** Empty where it is of no record. */
  readonly path: string;
  readonly message: string;
  readonly expected: string;
  readonly found: string;
  readonly hint: string;
}

/** An error that a person gets to see, with all that is known of it. Texts may come from anywhere: they are escaped here. */
export interface ToldError {
  /** An error needs somebody; what waits passes by itself. */
  readonly kind: 'error' | 'waits';
  /** At least one. */
  readonly violations: readonly ToldViolation[];
  /** How many more are known of. */
  readonly omitted: number;
  /** Such as `orders-7 @ offset 18 244 113`. */
  readonly place: string;
  /** More about the record, such as `key "a93"`. */
  readonly about: readonly string[];
  /** What an excerpt is taken from; undefined where it is not at hand, null where the record has none. */
  readonly value?: Buffer | null;
  readonly key?: Buffer | null;
  /** Show no value of the record. */
  readonly masked?: boolean;
  /** What became of it, and the like, in their order: name and text. */
  readonly facts: readonly (readonly [name: string, text: string])[];
}

/** What stands in one printed block: a violation, with what is known of it. */
export interface Block {
  readonly isFirst: boolean;
  readonly code: string;
  readonly title: string;
  readonly path: string;
  readonly excerpt: Excerpt | undefined;
  readonly expected: string;
  readonly found: string;
  readonly hint: string;
  readonly docs: string | undefined;
}

/** Longest text of one line, characters. */
const lineCharsMax = 1_000;

export const safe = (text: string): string => escapeText(text, lineCharsMax);

/** One block for each violation, all texts safe to print. */
export function blocksOf(error: ToldError): readonly Block[] {
  return error.violations.map((violation, index) => ({
    isFirst: index === 0,
    code: safe(violation.code),
    title: safe(violation.message),
    path: safe(violation.path),
    excerpt: excerptFor(error, violation),
    expected: safe(violation.expected),
    found: safe(violation.found),
    hint: safe(violation.hint),
    docs: docsOf(violation.code),
  }));
}

/** Paths of the value begin with `$`, those of the key with `$key`; others are of no document. */
function excerptFor(
  { value, key, masked = false }: ToldError,
  { path, found, message }: ToldViolation,
): Excerpt | undefined {
  const [root] = /^\$(key)?(?=[.[]|$)/.exec(path) ?? [];
  const document = root === '$' ? value : key;
  if (root === undefined || !document) return undefined;
  return excerptOf(document, path, { root, byte: byteOf(found) ?? byteOf(message), masked });
}

/** Where a document cannot be read, the words say at which byte, as `byte 12 (line 1, column 13)`. */
function byteOf(words: string): number | undefined {
  const [, digits] = /\bbyte (\d{1,9}) \(line \d+, column \d+\)/.exec(words) ?? [];
  return digits === undefined ? undefined : Number(digits);
}
