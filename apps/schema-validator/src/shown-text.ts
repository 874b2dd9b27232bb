/** Longest `found` of a violation, characters (lane.proto). */
const foundCharsMax = 80;
/** Longest path of a violation, characters (lane.proto). */
const pathCharsMax = 512;

// Characters that steer a terminal, hide text or reorder it.
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const identifier = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** What was found in the record, safe to print, at most 80 characters. */
export function shownValue(text: string): string {
  return shorten(escapeText(text.slice(0, foundCharsMax * 2)), foundCharsMax);
}

/** The value in [start, end) of a document as `found` shows it. */
export function shownRange(bytes: Buffer, start: number, end: number): string {
  const enough = Math.min(end, start + foundCharsMax * 4);
  return shownValue(bytes.toString('utf8', start, enough));
}

/** A JSON path one member deeper: `$.name`, or `$['odd name']` where the name is no identifier. */
export function memberPath(parent: string, name: string): string {
  const short = name.length > pathCharsMax ? name.slice(0, pathCharsMax) : name;
  if (identifier.test(short)) return shorten(`${parent}.${short}`, pathCharsMax);
  const quoted = escapeText(short).replaceAll("'", "\\'");
  return shorten(`${parent}['${quoted}']`, pathCharsMax);
}

export function elementPath(parent: string, index: number): string {
  return shorten(`${parent}[${index}]`, pathCharsMax);
}

export function escapeText(text: string): string {
  return text.replace(unprintable, (char) => `\\u{${char.codePointAt(0)?.toString(16) ?? ''}}`);
}

function shorten(text: string, charsMax: number): string {
  return text.length > charsMax ? `${text.slice(0, charsMax - 1)}…` : text;
}
