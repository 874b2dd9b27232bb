import type { JsonValue } from '../formats/json-value.ts';

/** A value and the document that it is in. */
export interface Located {
  readonly document: Buffer;
  readonly value: JsonValue;
}

/** Text as a document of its own, so that it goes through the same checks as the text of a record's value. */
export function locatedText(text: string): Located {
  const json = JSON.stringify(text);
  const document = Buffer.from(json);
  return { document, value: { kind: 'string', start: 0, end: document.length, escaped: json.includes('\\') } };
}

/** An integer likewise. */
export function locatedInteger(integer: number | bigint): Located {
  const document = Buffer.from(String(integer));
  return { document, value: { kind: 'number', start: 0, end: document.length, escaped: false } };
}
