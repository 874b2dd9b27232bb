import type { JsonValue } from '../formats/json-value.ts';

/** A value and the document that it is in. */
export interface Located {
  readonly document: Buffer;
  readonly value: JsonValue;
}

const whole = { start: 0, escaped: false, floats: undefined };

/** Text as a document of its own, so that it goes through the same checks as the text of a record's value. */
export function locatedText(text: string): Located {
  const json = JSON.stringify(text);
  const document = Buffer.from(json);
  return { document, value: { ...whole, kind: 'string', end: document.length, escaped: json.includes('\\') } };
}

/** An integer likewise. */
export function locatedInteger(integer: number | bigint): Located {
  const document = Buffer.from(String(integer));
  return { document, value: { ...whole, kind: 'number', end: document.length } };
}
