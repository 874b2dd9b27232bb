import { isUtf8 } from 'node:buffer';
import { KeyFormat } from '@millrace/contracts';
import type { ViolationCode } from '@millrace/errors';
import type { FormatLimits } from '../formats/format.ts';
import { positionOf } from '../formats/json-position.ts';
import { JsonScanner } from '../formats/json-scanner.ts';
import { valueAt } from '../formats/json-value.ts';
import { firstBadUtf8 } from '../formats/utf8.ts';
import type { Finding } from '../report.ts';
import { shownValue } from '../shown-text.ts';
import { type Located, locatedInteger, locatedText } from './located.ts';

export const keyPath = '$key';

/** Why the bytes of a key are not what the connector takes them for. */
export interface KeyFault {
  readonly code: ViolationCode;
  readonly finding: Finding;
}

/** Reads a key as a value of a document; never throws, whatever the bytes. */
type KeyReader = (bytes: Buffer, limits: FormatLimits) => Located | KeyFault;

export type KnownKeyFormat = Exclude<KeyFormat, typeof KeyFormat.UNSPECIFIED>;

/** Every key format of the contract; one without its reader does not compile. */
export const keyFormats: Readonly<Record<KnownKeyFormat, KeyReader>> = {
  [KeyFormat.JSON]: readJson,
  [KeyFormat.STRING]: readText,
  [KeyFormat.LONG]: integerReader(8, (bytes) => bytes.readBigInt64BE()),
  [KeyFormat.INTEGER]: integerReader(4, (bytes) => bytes.readInt32BE()),
  [KeyFormat.SHORT]: integerReader(2, (bytes) => bytes.readInt16BE()),
};

/** One document by the grammar of RFC 8259, of any kind at the top; as strict as a record's value. */
function readJson(bytes: Buffer, limits: FormatLimits): Located | KeyFault {
  if (!isUtf8(bytes)) return badUtf8(bytes);
  const scanner = new JsonScanner(limits);
  const start = scanner.document(bytes);
  const [flaw] = scanner.flaws;
  if (!scanner.fault && !flaw) return { document: bytes, value: valueAt(bytes, start) };
  const { at, wanted } = scanner.fault ?? { at: flaw?.at ?? 0, wanted: flaws[flaw?.kind ?? 'duplicate_key'] };
  const message =
    bytes.length === 0
      ? 'the key is empty, which is no JSON'
      : `the key is not valid JSON at ${positionOf(bytes, at)}: expected ${wanted}`;
  const found = at >= bytes.length ? 'the end of the key' : shownValue(bytes.toString('utf8', at, at + 80));
  return { code: 'V063', finding: { path: keyPath, message, expected: 'a JSON document', found } };
}

/** What the grammar allows, and the reader of values does not either. */
const flaws = { duplicate_key: 'each key of an object once', lone_surrogate: 'a whole surrogate pair' } as const;

function readText(bytes: Buffer): Located | KeyFault {
  return isUtf8(bytes) ? locatedText(bytes.toString('utf8')) : badUtf8(bytes);
}

function badUtf8(bytes: Buffer): KeyFault {
  const at = firstBadUtf8(bytes);
  const message = `the key is not valid UTF-8 at byte ${at}`;
  const found = `byte ${(bytes[at] ?? 0).toString(16).padStart(2, '0')}`;
  return { code: 'V064', finding: { path: keyPath, message, expected: 'UTF-8', found } };
}

function integerReader(byteCount: number, read: (bytes: Buffer) => number | bigint): KeyReader {
  return (bytes) => {
    if (bytes.length === byteCount) return locatedInteger(read(bytes));
    const message = `the key has ${bytes.length} bytes, its converter reads ${byteCount}`;
    const found = `${bytes.length} bytes`;
    const finding = { path: keyPath, message, expected: `${byteCount} bytes, big-endian`, found };
    return { code: 'V065', finding };
  };
}
