/** One item of a list, without white space around it; `at` is where it begins in the list's text, in UTF-16 units. */
export interface ListItem {
  readonly text: string;
  readonly at: number;
}

/** Something wrong with a text, in words that do not repeat it, and where. */
export interface TextFailure {
  readonly failure: string;
  readonly at: number;
}

/** Cuts a text at its commas, except between quotes (`'` or `"`, in which a backslash takes the next character as it is). */
export function splitList(text: string): readonly ListItem[] | TextFailure {
  const items: ListItem[] = [];
  let start = 0;
  const cuts = cutsOf(text, ',');
  if ('failure' in cuts) return cuts;
  for (const end of [...cuts.all, text.length]) {
    const item = trimmed(text.slice(start, end), start);
    if (item.text !== '') items.push(item);
    start = end + 1;
  }
  return items;
}

/** Cuts `a:b` at its first colon outside quotes. */
export function splitPair({ text, at }: ListItem): readonly [ListItem, ListItem] | TextFailure {
  const cuts = cutsOf(text, ':');
  if ('failure' in cuts) return { ...cuts, at: at + cuts.at };
  const [colon] = cuts.all;
  if (colon === undefined) return { failure: 'must be two things with a colon between them', at };
  const pair = [trimmed(text.slice(0, colon), at), trimmed(text.slice(colon + 1), at + colon + 1)] as const;
  const empty = pair.find((part) => part.text === '');
  return empty === undefined ? pair : { failure: 'something is missing beside the colon', at: at + colon };
}

/** A name as it is meant: without the quotes around it, if there are any. */
export function plainName({ text, at }: ListItem): string | TextFailure {
  const quote = text[0];
  if (quote !== "'" && quote !== '"') {
    const odd = text.search(/['"]/);
    return odd === -1 ? text : { failure: 'quotes must stand around the whole name', at: at + odd };
  }
  const end = closingQuote(text, 0);
  if (end !== text.length - 1) return { failure: 'quotes must stand around the whole name', at };
  const name = unescaped(text.slice(1, -1));
  return name === '' ? { failure: 'a name is empty', at } : name;
}

/** A text that `splitList`, `splitPair` and `plainName` give back as it is. */
export function quotedName(text: string): string {
  return /^[^\s'",:\\](?:[^'",:\\]*[^\s'",:\\])?$/.test(text) ? text : `'${text.replace(/['\\]/g, '\\$&')}'`;
}

/** The index of the quote that ends the one at `start`; undefined where there is none. */
export function closingQuote(text: string, start: number): number | undefined {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === text[start]) return at;
  }
  return undefined;
}

export function unescaped(text: string): string {
  return text.replace(/\\(.)/gsu, '$1');
}

function cutsOf(text: string, separator: string): { readonly all: readonly number[] } | TextFailure {
  const all: number[] = [];
  for (let at = 0; at < text.length; at++) {
    if (text[at] === separator) all.push(at);
    if (text[at] !== "'" && text[at] !== '"') continue;
    const end = closingQuote(text, at);
    if (end === undefined) return { failure: 'a quote is not closed', at };
    at = end;
  }
  return { all };
}

function trimmed(text: string, at: number): ListItem {
  return { text: text.trim(), at: at + (text.length - text.trimStart().length) };
}
