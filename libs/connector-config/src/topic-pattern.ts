import { createContext, Script } from 'node:vm';
import type { TextFailure } from './split-list.ts';

const charsMax = 1_000;

/**
 * Longest run of a pattern over a list of topics. A pattern that backtracks without an end would stop the whole process
 * otherwise; V8 looks at the limit while it matches.
 */
const matchTimeoutMs = 250;

/** A pattern took too long over a list of topics, so nobody knows what it matches. */
export class SlowPatternError extends Error {
  constructor() {
    super(`matching took longer than ${matchTimeoutMs} ms`);
    this.name = 'SlowPatternError';
  }
}

/** `topics.regex`: names that match as a whole, as Kafka's consumer does it. */
export class TopicPattern {
  /** As in the file. */
  readonly source: string;
  readonly #regex: RegExp;

  constructor(source: string, regex: RegExp) {
    this.source = source;
    this.#regex = regex;
  }

  /** The topics that match, in their order, without Kafka's internal ones (`__...`). @throws SlowPatternError */
  matching(topics: readonly string[]): readonly string[] {
    const regex = this.#regex;
    const candidates = topics.filter((topic) => !topic.startsWith('__'));
    try {
      const context = createContext({ candidates, regex });
      const indexes: unknown = filter.runInContext(context, { timeout: matchTimeoutMs });
      const found = new Set(String(indexes).split(','));
      return candidates.filter((_, index) => found.has(String(index)));
    } catch (error) {
      throw isTimeout(error) ? new SlowPatternError() : error;
    }
  }

  toJSON(): string {
    return this.source;
  }
}

/** The error is of another context, and so an instance of nothing that is known here. */
function isTimeout(error: unknown): boolean {
  return (
    typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  );
}

const filter = new Script('candidates.flatMap((topic, index) => (regex.test(topic) ? [index] : [])).join()');

/**
 * Compiles a pattern that was written for Java (java.util.regex). What both languages read alike is taken as it is;
 * escapes that only Java has are translated; what cannot be is a failure, and nothing is read in another sense.
 */
export function parseTopicPattern(text: string): TopicPattern | TextFailure {
  if (text.length > charsMax) return { failure: `may hold at most ${charsMax} characters`, at: charsMax };
  const ignoreCase = text.startsWith('(?i)');
  const source = translated(text, ignoreCase ? 4 : 0);
  if ('failure' in source) return source;
  let regex: RegExp;
  try {
    regex = new RegExp(`^(?:${source.text})$`, ignoreCase ? 'iu' : 'u');
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^.*: /s, '') : String(error);
    return { failure: `not a regular expression: ${reason}`, at: 0 };
  }
  const pattern = new TopicPattern(text, regex);
  try {
    pattern.matching(hostileNames(text));
  } catch (error) {
    if (!(error instanceof SlowPatternError)) throw error;
    return { failure: 'takes too long over some names: repetitions stand inside one another', at: 0 };
  }
  return pattern;
}

const javaOnly: readonly (readonly [RegExp, string])[] = [
  [/^(?:[*+?]|\{\d+,?\d*\})\+/, "Java's possessive repetition has no counterpart here; leave the second + out"],
  [/^\(\?>/, "Java's atomic group has no counterpart here; use (?:...)"],
  [/^\(\?[a-zA-Z]+\)/, 'flags can stand at the beginning only, and only (?i)'],
  [/^\\[1-9k]/, 'a reference to an earlier group is not supported'],
  [/^\\[GhHRvVXc0]/, 'this escape is not supported in the pattern of topic names'],
];

/** Java's text in JavaScript's terms. */
function translated(text: string, start: number): { readonly text: string } | TextFailure {
  let out = '';
  let inClass = false;
  for (let at = start; at < text.length; ) {
    const rest = text.slice(at);
    const refused = inClass ? undefined : javaOnly.find(([pattern]) => pattern.test(rest));
    if (refused) return { failure: refused[1], at };
    if (inClass && (rest.startsWith('&&') || rest.startsWith('['))) {
      return { failure: 'classes within classes are not supported; write one list of characters', at };
    }
    const [token, replacement] = nextToken(rest, inClass);
    if (token === '[') inClass = true;
    else if (token === ']') inClass = false;
    out += replacement;
    at += token.length;
  }
  return { text: out };
}

function nextToken(rest: string, inClass: boolean): readonly [token: string, replacement: string] {
  const [quoted, content] = /^\\Q(.*?)(?:\\E|$)/s.exec(rest) ?? [];
  if (quoted !== undefined && content !== undefined) return [quoted, content.replace(/[^A-Za-z0-9_]/gu, literal)];
  const [anchor] = /^\\[AzZ]/.exec(rest) ?? [];
  if (anchor !== undefined && !inClass) return [anchor, anchor === '\\A' ? '^' : '$'];
  // Java lets a backslash stand before anything but a letter or digit.
  const [escaped, char] = /^\\([^A-Za-z0-9])/u.exec(rest) ?? [];
  if (escaped !== undefined && char !== undefined) return [escaped, literal(char)];
  // A hyphen beside a class such as \w is a hyphen in Java.
  const [family] = inClass ? (/^\\[dDsSwW]-(?=[^\]])|^-(?=\\[dDsSwW])/.exec(rest) ?? []) : [];
  if (family !== undefined) return [family, family.replace('-', '\\-')];
  const [first = ''] = /^(?:\\.|.)/su.exec(rest) ?? [];
  return [first, first];
}

function literal(char: string): string {
  return `\\u{${char.codePointAt(0)?.toString(16) ?? ''}}`;
}

/** Long names of one character each, for every character that the pattern may be about. */
function hostileNames(pattern: string): readonly string[] {
  const chars = new Set(`aA0.-_${pattern}`.match(/[A-Za-z0-9._-]/g));
  return [...chars].map((char) => char.repeat(249));
}
