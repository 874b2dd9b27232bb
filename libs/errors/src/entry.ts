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

/** Where a record was found to be bad: the part of its way from Kafka to Milvus. */
export type Stage = 'decode' | 'transform' | 'validate' | 'encode' | 'write';

/** One way for a record to be bad: it can never be written as it is. */
export interface ViolationEntry extends Entry {
  readonly stage: Stage;
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
}

export type ViolationTable = Readonly<Record<string, ViolationEntry>>;
export type FailureTable = Readonly<Record<string, FailureEntry>>;
