import { type JsonValue, stringText } from './json-value.ts';

/**
 * The bytes of a scanned string that is base64 (RFC 4648 section 4, with padding); undefined where it is anything else,
 * bits behind the last byte that are not zero included.
 */
export function readBase64(document: Buffer, value: JsonValue): Buffer | undefined {
  const text = stringText(document, value.start, value.end, value.escaped);
  const bytes = Buffer.from(text, 'base64');
  // Decoding passes over what is no base64, and knows the alphabet for URLs too: only its own text comes back the same.
  return bytes.toString('base64') === text ? bytes : undefined;
}

/**
 * Fills `bytes` from a string that begins at `start` of UTF-8, not scanned yet, and is base64 of so many. Returns where it
 * ends, behind the quote; -1 where there is anything else.
 */
export function fillFromBase64(document: Buffer, start: number, bytes: Buffer): number {
  const quote = start + 1 + Math.ceil(bytes.length / 3) * 4;
  if (document[start] !== 0x22 || document[quote] !== 0x22) return -1;
  const text = document.toString('latin1', start + 1, quote);
  const count = bytes.write(text, 'base64');
  return count === bytes.length && bytes.toString('base64') === text ? quote + 1 : -1;
}
