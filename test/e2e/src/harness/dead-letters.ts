import { violationEntry } from '@millrace/errors';
import type { BrokenRecord } from '../reference/records.ts';
import type { StoredRecord } from './kafka-client.ts';

/** A dead letter in a form that can be compared whole: bytes as hexadecimal, headers in their order. */
export interface Letter {
  readonly key: string | null;
  readonly value: string | null;
  readonly timestamp: string;
  /** Names and bytes of the record's own headers, before anything that was added. */
  readonly headers: readonly (readonly [string, string])[];
  /** Added headers that follow from the record alone. */
  readonly added: Readonly<Record<string, string>>;
  /** Added headers whose content is free, but which have to be there and not be empty. */
  readonly empty: readonly string[];
}

const free = [
  '__millrace.error.message',
  '__millrace.error.hint',
  '__millrace.schema_version',
  '__millrace.trace_id',
  '__millrace.attempts',
  '__millrace.first_failed_at',
  '__connect.errors.class.name',
  '__connect.errors.exception.class.name',
  '__connect.errors.exception.message',
] as const;

/** What the dead letter of a record has to be, for a collection that is named like the topic, and a connector too by default. */
export function expectedLetter({ kind, ...record }: BrokenRecord, topic: string, connector = topic): Letter {
  const stage = violationEntry(kind.code)?.stage ?? 'a stage of the catalogue';
  return {
    key: record.key?.toString('hex') ?? null,
    value: record.value?.toString('hex') ?? null,
    timestamp: record.timestamp,
    headers: headerList(record.headers),
    added: {
      '__millrace.error.code': kind.code,
      '__millrace.error.path': kind.path,
      '__millrace.error.stage': stage,
      '__millrace.error.count': String(kind.violations ?? 1),
      '__millrace.topic': topic,
      '__millrace.partition': String(record.partition),
      '__millrace.offset': String(record.offset),
      '__millrace.collection': topic,
      '__millrace.replay_count': '0',
      '__millrace.error.milvus_code': '',
      '__connect.errors.topic': topic,
      '__connect.errors.partition': String(record.partition),
      '__connect.errors.offset': String(record.offset),
      '__connect.errors.connector.name': connector,
      '__connect.errors.task.id': '0',
      '__connect.errors.stage': stage === 'decode' ? 'VALUE_CONVERTER' : 'TASK_PUT',
    },
    // The consumer decides it alone, without a look at any collection.
    empty: kind.code === 'record.too_large' ? ['__millrace.schema_version'] : [],
  };
}

/** The letters in the order of the records that they should be of; what is no such letter comes last. */
export function describeLetters(stored: readonly StoredRecord[], order: readonly BrokenRecord[]): Letter[] {
  const rank = new Map(order.map(({ partition, offset }, index) => [`${partition}:${offset}`, index]));
  const rankOf = (record: StoredRecord): number => {
    const partition = text(record, '__millrace.partition');
    return rank.get(`${partition}:${text(record, '__millrace.offset')}`) ?? Number.POSITIVE_INFINITY;
  };
  return [...stored].sort((a, b) => rankOf(a) - rankOf(b)).map(describeLetter);
}

function describeLetter(record: StoredRecord): Letter {
  const all = headerList(record.headers);
  const isAdded = ([name]: readonly [string, string]): boolean => /^__(millrace|connect)\./.test(name);
  const names = Object.keys(expectedAdded);
  return {
    key: record.key?.toString('hex') ?? null,
    value: record.value?.toString('hex') ?? null,
    timestamp: record.timestamp,
    headers: all.filter((header) => !isAdded(header)),
    added: Object.fromEntries(names.map((name) => [name, text(record, name)])),
    empty: free.filter((name) => !text(record, name)),
  };
}

const expectedAdded = expectedLetter(
  {
    kind: { name: '', code: '', path: '', value: () => null },
    partition: 0,
    offset: 0n,
    key: null,
    value: null,
    headers: {},
    timestamp: '',
  },
  '',
).added;

function text(record: StoredRecord, name: string): string {
  const value = record.headers[name];
  return Buffer.isBuffer(value) ? value.toString('utf8') : String(value);
}

/** Each header by itself, also where a name occurs several times. */
function headerList(headers: StoredRecord['headers']): [string, string][] {
  return Object.entries(headers).flatMap(([name, values]) =>
    [values].flat().map((value): [string, string] => [name, Buffer.from(value ?? '').toString('hex')]),
  );
}
