export type JsonKind = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null';

/** A value inside a document that has been scanned: its kind and its bytes, `end` exclusive, quotes included. */
export interface JsonValue {
  readonly kind: JsonKind;
  readonly start: number;
  readonly end: number;
  /** A string that holds a backslash; false for every other kind. */
  readonly escaped: boolean;
  /** Of a vector of float32 that was read with its document: its numbers, little-endian, until the next one is read. */
  readonly floats: Buffer | undefined;
}

/** A member of the document's object. */
export interface JsonMember {
  readonly name: string;
  /** The key's bytes, quotes included. */
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly value: JsonValue;
}

/** The kind of the value that begins with this byte, in a document known to be valid. */
export function kindOf(firstByte: number | undefined): JsonKind {
  switch (firstByte) {
    case 0x7b:
      return 'object';
    case 0x5b:
      return 'array';
    case 0x22:
      return 'string';
    case 0x6e:
      return 'null';
    case 0x74:
    case 0x66:
      return 'boolean';
    default:
      return 'number';
  }
}

export function skipWhitespace(bytes: Buffer, start: number): number {
  let at = start;
  for (let byte = bytes[at]; byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09; byte = bytes[at]) at++;
  return at;
}

/** The values of a scanned list. */
export function* elementsOf(bytes: Buffer, list: JsonValue): Generator<JsonValue> {
  let at = skipWhitespace(bytes, list.start + 1);
  while (bytes[at] !== 0x5d) {
    const value = valueAt(bytes, at);
    yield value;
    at = skipComma(bytes, value.end);
  }
}

/** The members of a scanned object, each name once: the scanner has reported what follows under the same one. */
export function* membersOf(bytes: Buffer, object: JsonValue): Generator<JsonMember> {
  const names = new Set<string>();
  let at = skipWhitespace(bytes, object.start + 1);
  while (bytes[at] !== 0x7d) {
    const key = valueAt(bytes, at);
    const name = stringText(bytes, key.start, key.end, key.escaped);
    // Behind the colon.
    const value = valueAt(bytes, skipWhitespace(bytes, skipWhitespace(bytes, key.end) + 1));
    if (!names.has(name)) yield { name, keyStart: key.start, keyEnd: key.end, value };
    names.add(name);
    at = skipComma(bytes, value.end);
  }
}

/** The value that begins at `start` of a valid document. */
export function valueAt(bytes: Buffer, start: number): JsonValue {
  const kind = kindOf(bytes[start]);
  const end = skipValue(bytes, start);
  const escaped = kind === 'string' && bytes.subarray(start, end).includes(0x5c);
  return { kind, start, end, escaped, floats: undefined };
}

function skipComma(bytes: Buffer, end: number): number {
  const at = skipWhitespace(bytes, end);
  return bytes[at] === 0x2c ? skipWhitespace(bytes, at + 1) : at;
}

/** The end of the string, number, literal, object or array that begins at `start` of a valid document. */
export function skipValue(bytes: Buffer, start: number): number {
  const first = bytes[start];
  if (first === 0x22) return skipString(bytes, start);
  if (first !== 0x7b && first !== 0x5b) return skipPlain(bytes, start);
  let at = start;
  let depth = 0;
  while (at < bytes.length) {
    const byte = bytes[at];
    if (byte === 0x22) {
      at = skipString(bytes, at);
      continue;
    }
    at++;
    if (byte === 0x7b || byte === 0x5b) depth++;
    if ((byte === 0x7d || byte === 0x5d) && --depth === 0) break;
  }
  return at;
}

/** The end of the number or literal that begins at `start` of a valid document. */
export function skipPlain(bytes: Buffer, start: number): number {
  let at = start + 1;
  // Of what can stand in one, only the plus of an exponent (1E+2) comes before the comma.
  for (
    let byte = bytes[at] ?? 0;
    (byte > 0x2c && byte !== 0x5d && byte !== 0x7d) || byte === 0x2b;
    byte = bytes[at] ?? 0
  )
    at++;
  return at;
}

/** The text of a scanned string without its quotes, escapes resolved. */
export function stringText(bytes: Buffer, start: number, end: number, escaped: boolean): string {
  if (!escaped) return bytes.toString('utf8', start + 1, end - 1);
  const text: unknown = JSON.parse(bytes.toString('utf8', start, end));
  if (typeof text !== 'string') throw new TypeError('the range is no string');
  return text;
}

function skipString(bytes: Buffer, start: number): number {
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== 0x22) at += bytes[at] === 0x5c ? 2 : 1;
  return at + 1;
}
