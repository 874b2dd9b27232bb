import type { Rejection } from '@millrace/contracts';

/** Text of at most so many bytes in UTF-8, cut between characters, with a mark where it was cut. */
export function boundedText(text: string, bytesMax: number): string {
  if (Buffer.byteLength(text) <= bytesMax) return text;
  const mark = '…';
  const left = bytesMax - Buffer.byteLength(mark);
  let bytes = 0;
  let end = 0;
  for (const char of text) {
    bytes += Buffer.byteLength(char);
    if (bytes > left) break;
    end += char.length;
  }
  return text.slice(0, end) + mark;
}

/** Longest field of a violation, bytes: the second where even one violation is too long with the first. */
const fieldBytesMax = [1_024, 64] as const;

/** A record's violations as a JSON list of at most so many bytes: as many as fit, and always the first. */
export function violationsText({ violations }: Rejection, bytesMax: number): string {
  let text = '[]';
  for (const each of fieldBytesMax) {
    const parts = violations.map((violation) =>
      JSON.stringify(violation, (_, field) => (typeof field === 'string' ? boundedText(field, each) : field)),
    );
    let bytes = 2;
    const count = parts.findIndex((part) => {
      bytes += Buffer.byteLength(part) + 1;
      return bytes > bytesMax;
    });
    text = `[${(count === -1 ? parts : parts.slice(0, count)).join()}]`;
    if (count !== 0) break;
  }
  return text;
}
