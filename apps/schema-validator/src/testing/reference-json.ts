/** A number of a JSON text, which is all that a double may have lost of it. */
export class NumberText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type ReferenceJson =
  | null
  | boolean
  | string
  | NumberText
  | readonly ReferenceJson[]
  | { readonly [key: string]: ReferenceJson };

type Reviver = (key: string, value: unknown, context: { readonly source: string }) => unknown;

/**
 * Reads a document with the engine's own reader, numbers by their text; undefined where it is no JSON, or holds what the
 * validator refuses wherever it stands: a key twice in one object, and halves of surrogate pairs.
 */
export function readReferenceJson(text: string): ReferenceJson | undefined {
  try {
    const revive: Reviver = (_, value, { source }) => (typeof value === 'number' ? new NumberText(source) : value);
    const value = JSON.parse(text, revive as never) as ReferenceJson;
    return keysWritten(text) === keysRead(value) && isWellFormed(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** All values inside a value, and itself. */
export function* valuesIn(value: ReferenceJson): Generator<ReferenceJson> {
  yield value;
  if (typeof value !== 'object' || value === null || value instanceof NumberText) return;
  for (const inner of Object.values(value)) yield* valuesIn(inner);
}

/** Strings with a colon behind them are keys in a text that is known to be JSON. */
function keysWritten(text: string): number {
  return [...text.matchAll(/"(?:[^"\\]|\\.)*"(?=([ \t\r\n]*:)?)/g)].filter(([, colon]) => colon !== undefined).length;
}

function keysRead(value: ReferenceJson): number {
  return [...valuesIn(value)].reduce((sum, inner) => sum + keysOf(inner).length, 0);
}

function isWellFormed(value: ReferenceJson): boolean {
  return [...valuesIn(value)].every(
    (inner) => (typeof inner !== 'string' || inner.isWellFormed()) && keysOf(inner).every((key) => key.isWellFormed()),
  );
}

function keysOf(value: ReferenceJson): readonly string[] {
  const isObject = typeof value === 'object' && value !== null && !(value instanceof NumberText);
  return isObject && !Array.isArray(value) ? Object.keys(value) : [];
}
