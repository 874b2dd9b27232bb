import { isUtf8 } from 'node:buffer';
import type { Report } from '../report.ts';
import { escapeText, shownRange } from '../shown-text.ts';
import { foreignFormatHint } from './foreign-formats.ts';
import type { Format, FormatLimits, FormatReader } from './format.ts';
import { placesOf, positionOf } from './json-position.ts';
import { type JsonFault, type JsonFlaw, JsonScanner } from './json-scanner.ts';
import { type JsonMember, skipValue } from './json-value.ts';
import { MemberNames } from './member-names.ts';
import { firstBadUtf8 } from './utf8.ts';

/**
 * One JSON document per value, an object at the top. Strict by RFC 8259; besides, what the RFC leaves open is refused
 * where it could only lose data: byte order marks, duplicate keys, and halves of surrogate pairs.
 */
export const json: Format = {
  newReader: (limits, floatMembers) => new JsonReader(limits, new MemberNames(floatMembers)),
};

class JsonReader implements FormatReader {
  readonly #limits: FormatLimits;
  readonly #scanner: JsonScanner;

  constructor(limits: FormatLimits, names: MemberNames) {
    this.#limits = limits;
    this.#scanner = new JsonScanner(limits, names);
  }

  read(bytes: Buffer, report: Report): readonly JsonMember[] | undefined {
    if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
      report.add('V003', { path: '$', expected: 'a JSON document', found: 'bytes ef bb bf' });
      return undefined;
    }
    if (!isUtf8(bytes)) {
      reportBadUtf8(bytes, this.#limits, report);
      return undefined;
    }
    const scanner = this.#scanner;
    const start = scanner.document(bytes);
    if (scanner.fault) {
      reportFault(bytes, scanner.fault, report);
      return undefined;
    }
    if (scanner.flaws.length > 0) reportFlaws(bytes, scanner.flaws, report);
    if (bytes[start] === 0x7b) return scanner.members;
    const found = shownRange(bytes, start, skipValue(bytes, start));
    report.add('V007', { path: '$', expected: 'an object', found });
    return undefined;
  }
}

function reportFlaws(bytes: Buffer, flaws: readonly JsonFlaw[], report: Report): void {
  const ascending = flaws.toSorted((a, b) => a.at - b.at);
  const places = placesOf(
    bytes,
    ascending.map(({ at }) => at),
  );
  for (const [index, { kind }] of ascending.entries()) {
    const { path = '$', position = '' } = places[index] ?? {};
    const code = kind === 'duplicate_key' ? 'V006' : 'V004';
    const expected = kind === 'duplicate_key' ? 'each key once' : 'a whole surrogate pair';
    report.add(code, { path, expected, found: position });
  }
}

function reportFault(bytes: Buffer, fault: JsonFault, report: Report): void {
  const where = positionOf(bytes, fault.at);
  if (fault.kind === 'depth') {
    const message = `the value is nested too deep at ${where}`;
    report.add('V005', { path: '$', message, expected: fault.wanted, found: 'one level more' });
    return;
  }
  if (fault.kind === 'keys') {
    const message = `the value has too many keys: one too many is at ${where}`;
    report.add('V024', { path: '$', message, expected: fault.wanted, found: 'one key more' });
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

/** What comes first counts: text that is no JSON, or the bytes that are no UTF-8. */
function reportBadUtf8(bytes: Buffer, limits: FormatLimits, report: Report): void {
  const at = firstBadUtf8(bytes);
  const scanner = new JsonScanner(limits);
  scanner.document(bytes.subarray(0, at));
  if (scanner.fault && scanner.fault.at < at) {
    reportFault(bytes, scanner.fault, report);
    return;
  }
  const message = `the value is not valid UTF-8 at ${positionOf(bytes, at)}`;
  const hint = foreignFormatHint(bytes);
  const found = `byte ${(bytes[at] ?? 0).toString(16).padStart(2, '0')}`;
  report.add('V002', { path: '$', message, expected: 'UTF-8', found, ...(hint === undefined ? {} : { hint }) });
}
