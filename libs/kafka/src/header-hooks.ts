// A program that imports this file has not read the declarations beside it.
/// <reference path="./untyped-modules.d.ts" />
import type { RecordHeaders } from '@millrace/lanes';
import type { IHeaders, KafkaMessage } from 'kafkajs';
import Decoder from 'kafkajs/src/protocol/decoder.js';
import Encoder from 'kafkajs/src/protocol/encoder.js';

/** Stands for null while kafkajs sizes and writes a header, both of which take an empty value the same number of bytes. */
const noValue = Buffer.alloc(0);

let installed = false;

/**
 * Lets headers through kafkajs 2.2.4 as they are. It keeps them on an object by name, which loses their order, trips over
 * names such as `toString`, and takes quadratic time; and it fails to write a header without a value. Wrapped are the
 * methods that read a record's headers and write a header's value; the version is pinned, and
 * `foreign-headers.test.ts` of the consumer fails when a new one no longer passes them.
 */
export function installHeaderHooks(): void {
  if (installed) return;
  installed = true;
  const { readVarIntArray } = Decoder.prototype;
  Decoder.prototype.readVarIntArray = function (reader) {
    // kafkajs reads nothing else by this method, and goes on to reduce the list to its object.
    return Object.assign(readVarIntArray.call(this, reader), { reduce: asItIs });
  };
  const { writeVarIntBytes } = Encoder.prototype;
  Encoder.prototype.writeVarIntBytes = function (value) {
    return writeVarIntBytes.call(this, value === noValue ? null : value);
  };
}

function asItIs(this: unknown[]): unknown[] {
  return this;
}

/** The headers of a message that was read with the hooks installed. */
export function headersOf(headers: KafkaMessage['headers']): RecordHeaders {
  if (headers === undefined) return [];
  if (!Array.isArray(headers)) throw new Error('kafkajs no longer reads headers by the method that is wrapped');
  return Array.from(headers, ({ key, value }) => ({ name: String(key), value: Buffer.isBuffer(value) ? value : null }));
}

/** Headers as kafkajs takes them: it asks each value that is a list for what to write. */
export function writtenHeaders(headers: RecordHeaders): IHeaders {
  const pairs = headers.map(({ name, value }) => ({ key: name, value: value ?? noValue }));
  const list: Buffer[] = [];
  return { all: Object.assign(list, { map: () => pairs }) };
}
