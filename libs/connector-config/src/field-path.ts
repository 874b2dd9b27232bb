import { nearestKey } from './nearest-key.ts';
import { closingQuote, unescaped } from './split-list.ts';

/** Where a path begins. All but the first three have no members. */
export const fieldOrigins = ['value', 'key', 'header', 'timestamp', 'topic', 'partition', 'offset'] as const;

/** What a path such as `$.a[0]['odd name']` or `$header.name` names. */
export interface FieldPath {
  readonly origin: (typeof fieldOrigins)[number];
  /** Names of members, or indexes of list elements in decimal digits, from the outside in. */
  readonly path: readonly string[];
}

export interface PathFailure {
  readonly failure: string;
  /** In UTF-16 units from the beginning of the text. */
  readonly at: number;
  readonly help?: string;
}

const stepsMax = 64;
const index = /^\[\s*(0|[1-9]\d{0,8})\s*\]/;
// Whatever has no meaning in a path or a list; a name with other characters goes between quotes.
const name = /^\.([^\s.[\]'",:$*?()\\]+)/u;
const names = "a name with other characters is written ['...']";

/** Reads a path: `$` for the value, of which it names a member, or `$key`, `$header` and so on, then `.name`, `['name']` or `[0]`. */
export function parseFieldPath(text: string): FieldPath | PathFailure {
  const [root, word = ''] = /^\$([A-Za-z_]*)/.exec(text) ?? [];
  if (root === undefined) return { failure: 'a path begins with $', at: 0, help: 'as in $.a.b, $key or $topic' };
  const origin = fieldOrigins.find((candidate) => candidate === (word === '' ? 'value' : word));
  if (origin === undefined || word === 'value') return unknownOrigin(word);
  const path: string[] = [];
  let at = root.length;
  while (at < text.length) {
    const step = nextStep(text, at);
    if ('failure' in step) return step;
    path.push(step.name);
    at = step.end;
    if (path.length > stepsMax) return { failure: `a path has at most ${stepsMax} steps`, at };
  }
  return checked({ origin, path }, root.length);
}

function nextStep(text: string, at: number): { readonly name: string; readonly end: number } | PathFailure {
  const rest = text.slice(at);
  const [step, found] = name.exec(rest) ?? index.exec(rest) ?? [];
  if (step !== undefined && found !== undefined) return { name: found, end: at + step.length };
  const [opening] = /^\[\s*(?=['"])/.exec(rest) ?? [];
  if (opening === undefined) return { failure: mistake(rest), at, help: names };
  const start = at + opening.length;
  const end = closingQuote(text, start);
  if (end === undefined) return { failure: 'a quote is not closed', at: start };
  const [closing] = /^\s*\]/.exec(text.slice(end + 1)) ?? [];
  if (closing === undefined) return { failure: 'a closing bracket is missing', at: end + 1 };
  return { name: unescaped(text.slice(start + 1, end)), end: end + 1 + closing.length };
}

/** What is wrong where a step should begin. */
function mistake(rest: string): string {
  if (rest.startsWith('..')) return 'a path cannot search at every depth (..)';
  if (/^(?:\.\*|\[\s*\*)/.test(rest)) return 'a path names one member, so * has no meaning';
  if (/^\[\s*-/.test(rest)) return 'a list is counted from 0, so an index cannot be negative';
  if (/^\[\s*[\d:]+/.test(rest)) return 'an index is one whole number in brackets';
  if (rest.startsWith('[')) return 'brackets hold an index or a name in quotes';
  return rest.startsWith('.') ? 'a name must follow the dot' : 'a path goes on with . or [';
}

/** Least and most steps behind each beginning, and what to say of fewer. */
const stepsBehind: Readonly<Record<FieldPath['origin'], readonly [least: number, most: number, missing: string]>> = {
  value: [1, stepsMax, 'a member of the value is missing'],
  key: [0, stepsMax, ''],
  header: [1, 1, 'the name of the header is missing'],
  timestamp: [0, 0, ''],
  topic: [0, 0, ''],
  partition: [0, 0, ''],
  offset: [0, 0, ''],
};

function checked(path: FieldPath, at: number): FieldPath | PathFailure {
  const [least, most, missing] = stepsBehind[path.origin];
  const { length } = path.path;
  if (length < least)
    return { failure: missing, at, help: path.origin === 'value' ? 'as in $.a.b' : 'as in $header.name' };
  if (length <= most) return path;
  if (most === 0) return { failure: `$${path.origin} has no members`, at };
  const help = `as in $header['${path.path.join('.')}']`;
  return { failure: 'a header has no members; a name with dots goes between quotes', at, help };
}

function unknownOrigin(word: string): PathFailure {
  const known = fieldOrigins.filter((candidate) => candidate !== 'value');
  const nearest = nearestKey(word, known);
  const help = nearest === undefined ? `a member of the value is $.${word}` : `did you mean $${nearest}?`;
  return {
    failure: `there is $ and ${known.map((each) => `$${each}`).join(', ')}, and no other beginning`,
    at: 1,
    help,
  };
}
