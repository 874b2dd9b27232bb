import { isUtf8 } from 'node:buffer';
import type { Report } from '../report.ts';
import { escapeText, shownRange } from '../shown-text.ts';
import { foreignFormatHint } from './foreign-formats.ts';
import type { Format, FormatLimits } from './format.ts';
import { pathOf, positionOf } from './json-position.ts';
import { type JsonFault, JsonScanner } from './json-scanner.ts';
import { type JsonMember, skipValue } from './json-value.ts';
import { firstBadUtf8 } from './utf8.ts';

/**
 * One JSON document per value, an object at the top. Strict by RFC 8259; besides, what the RFC leaves open is refused
 * where it could only lose data: byte order marks, duplicate keys, and halves of surrogate pairs.
 */
export const json: Format = { read };

function read(bytes: Buffer, limits: FormatLimits, report: Report): readonly JsonMember[] | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    report.add('V003', { path: '$', expected: 'a JSON document', found: 'bytes ef bb bf' });
    return undefined;
  }
  if (!isUtf8(bytes)) {
    reportBadUtf8(bytes, report);
    return undefined;
  }
  const scanner = new JsonScanner(bytes, limits.depthMax);
  const start = scanner.document();
  if (scanner.fault) {
    reportFault(bytes, scanner.fault, report);
    return undefined;
  }
  for (const { kind, at } of scanner.flaws) {
    const code = kind === 'duplicate_key' ? 'V006' : 'V004';
    const expected = kind === 'duplicate_key' ? 'each key once' : 'a whole surrogate pair';
    report.add(code, { path: pathOf(bytes, at), expected, found: positionOf(bytes, at) });
  }
  if (bytes[start] === 0x7b) return scanner.members;
  const found = shownRange(bytes, start, skipValue(bytes, start));
  report.add('V007', { path: '$', expected: 'an object', found });
  return undefined;
}

function reportFault(bytes: Buffer, fault: JsonFault, report: Report): void {
  const where = positionOf(bytes, fault.at);
  if (fault.kind === 'depth') {
    const message = `the value is nested too deep at ${where}`;
    report.add('V005', { path: '$', message, expected: fault.wanted, found: 'one level more' });
    return;
  }
  const message =
    bytes.length === 0 ? 'the value is empty' : `the value is not valid JSON at ${where}: expected ${fault.wanted}`;
  const hint = foreignFormatHint(bytes);
  const found = foundAt(bytes, fault.at);
  report.add('V001', { path: '$', message, expected: fault.wanted, found, ...(hint === undefined ? {} : { hint }) });
}

function foundAt(bytes: Buffer, at: number): string {
  if (at >= bytes.length) return 'the end of the value';
  const [character = ''] = bytes.toString('utf8', at, at + 4);
  return `\`${escapeText(character)}\``;
}

function reportBadUtf8(bytes: Buffer, report: Report): void {
  const at = firstBadUtf8(bytes);
  const message = `the value is not valid UTF-8 at ${positionOf(bytes, at)}`;
  const hint = foreignFormatHint(bytes);
  const found = `byte ${(bytes[at] ?? 0).toString(16).padStart(2, '0')}`;
  report.add('V002', { path: '$', message, expected: 'UTF-8', found, ...(hint === undefined ? {} : { hint }) });
}
