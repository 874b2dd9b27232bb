/**
 * JSON in one form for all texts of one value: keys in the order of their names, no blanks, strings in one spelling,
 * and numbers by value. A server that has read the text and written it anew, as milvus-lite does, keeps integers of any
 * length and turns all other numbers into doubles; so integers are compared by every digit, and others as doubles.
 * A text that is no JSON stays as it is.
 */
export function normalJson(text: string): string {
  try {
    return normal(JSON.parse(text, keepIntegers));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return `not JSON: ${text}`;
  }
}

const integer = /^-?\d+$/;

function keepIntegers(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const source = context?.source ?? '';
  return integer.test(source) ? BigInt(source) : value;
}

function normal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(normal).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${normal(member)}`).join(',')}}`;
  }
  if (typeof value === 'bigint') return String(value);
  // The two zeros of doubles are one number of JSON.
  return JSON.stringify(value === 0 ? 0 : value);
}
