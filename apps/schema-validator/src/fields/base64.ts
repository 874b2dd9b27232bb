import { type JsonValue, stringText } from '../formats/json-value.ts';

const alphabet = /^[A-Za-z0-9+/]*={0,2}$/;

/**
 * The bytes of a scanned string that is base64 (RFC 4648 section 4, with padding); undefined where it is anything else,
 * bits behind the last byte that are not zero included.
 */
export function readBase64(document: Buffer, value: JsonValue): Buffer | undefined {
  const text = stringText(document, value.start, value.end, value.escaped);
  if (text.length % 4 !== 0 || !alphabet.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}
