import type { exampleCollections } from './example-collection.ts';
import type { MilvusClass } from './milvus-class.ts';

/** What the catalogue says of every code, whatever it is a code of. Texts are Markdown of one line, without a heading. */
export interface Entry {
  /** For people who search and count: kebab-case, as stable as the code. */
  readonly name: string;
  /** What is wrong, in one clause. What is printed with a case of it may say it more exactly. */
  readonly title: string;
  /** What to do about it, in one line. Names only commands and settings that exist. */
  readonly hint: string;
  /** For the page of the code: what it means and how it comes about. */
  readonly meaning: string;
  /** For the page of the code: what to do, one after the other or one of several. */
  readonly steps: readonly string[];
}

/** A record that is bad in this way, and what is said of it; the schema-validator's tests prove that it is. */
export interface RecordExample {
  /** The one that the record is meant for; `books` where it is left out. */
  readonly collection?: keyof typeof exampleCollections;
  /** The field that it is about. */
  readonly field?: string;
  readonly record: string;
  /** UTF-8 where it is left out. */
  readonly encoding?: 'utf8' | 'latin1';
  readonly path: string;
  /** The title where it is left out. */
  readonly message?: string;
  readonly expected: string;
  readonly found: string;
  /** The hint of the entry where it is left out. */
  readonly hint?: string;
}

/** Where a record was found to be bad: the part of its way from Kafka to Milvus. */
export type Stage = 'decode' | 'transform' | 'validate' | 'encode' | 'write';

/** One way for a record to be bad: it can never be written as it is. */
export interface ViolationEntry extends Entry {
  readonly stage: Stage;
  readonly example?: RecordExample;
}

/**
 * What ends a failure.
 *
 *   itself     it passes: an outage, a limit, a change that is under way
 *   a fix      somebody has to act, then the lane goes on by itself
 *   a restart  somebody has to act, and to start the connector again
 */
export type EndsBy = 'itself' | 'a fix' | 'a restart';

/** One reason for a lane not to move. No record is bad for it, and none is lost by it. */
export interface FailureEntry extends Entry {
  readonly endsBy: EndsBy;
  /** What Milvus's refusal asks for, where the failure is one. */
  readonly milvusClass?: MilvusClass;
  /** A case of it, in the words of the service that tells it. */
  readonly told?: string;
}

export type ViolationTable = Readonly<Record<string, ViolationEntry>>;
export type FailureTable = Readonly<Record<string, FailureEntry>>;
