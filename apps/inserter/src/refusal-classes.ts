import type { FailureCode, MilvusClass } from '@millrace/errors';

/** What is done about a refusal of one class. */
export interface RefusalRule {
  /** For people: what it means. */
  readonly means: string;
  /** For people: what the inserter and the consumer do. */
  readonly done: string;
  /** For people: what ends it. */
  readonly endedBy: string;
  /** The inserter makes the same call again, with backoff, as long as not_after allows. */
  readonly isRetriedInPlace: boolean;
  /** It is the request's: the write is halved, and an entry that is refused alone is rejected. In no other class is one. */
  readonly isOfTheEntries: boolean;
  /** What the batch's outcome is when it ends the write. */
  readonly endsAs: 'BLOCKED' | 'SCHEMA_CHANGED' | 'INDEFINITE';
  /** Milvus's own words may repeat a value of a row. Of itself it always may speak. */
  readonly speaksOfRows: boolean;
  /** What is told, where the row of the table says nothing else. */
  readonly code: FailureCode;
  /** Least wait before the next probe; what the catalogue says of the code where it is left out. */
  readonly retryAfterMs?: number;
}

const blocked = { isRetriedInPlace: false, isOfTheEntries: false, endsAs: 'BLOCKED', speaksOfRows: false } as const;

/** A total table: a class without its rule does not compile. Data and size end a write only by a bug. */
export const refusalRules: Readonly<Record<MilvusClass, RefusalRule>> = {
  later: {
    ...blocked,
    means: 'the server says that it passes',
    done: "the same call again, with backoff from 0.1 to 5 s, inside the batch's `not_after`; then the lane waits and sends one probe batch at a time",
    endedBy: 'itself',
    isRetriedInPlace: true,
    code: 'milvus.busy',
    retryAfterMs: 1_000,
  },
  wait: {
    ...blocked,
    means: 'a quota, a water level of memory or disk, a node that is missing',
    done: 'no second call; the lane waits, and sends one probe batch after 5 s at the earliest',
    endedBy: 'itself, once there is room',
    code: 'milvus.quota',
    retryAfterMs: 5_000,
  },
  schema: {
    ...blocked,
    means: 'the collection is not the one that the batch was encoded for',
    done: 'the collection is described anew and the records are encoded anew; where it is still the same, the lane waits',
    endedBy: 'the resend',
    endsAs: 'SCHEMA_CHANGED',
    code: 'milvus.schema_changed',
  },
  split: {
    ...blocked,
    means: 'the request is too large',
    done: 'the write is halved, in offset order, until its parts fit; a single row that does not fit is a dead letter',
    endedBy: 'smaller writes',
    isOfTheEntries: true,
    speaksOfRows: true,
    code: 'milvus.too_large',
  },
  data: {
    ...blocked,
    means: 'a row is bad',
    done: 'the collection is described anew, and if it is the same, the row is found by bisection and is a dead letter; the others are written',
    endedBy: 'the rejection',
    isOfTheEntries: true,
    speaksOfRows: true,
    code: 'milvus.row_refused',
  },
  operator: {
    ...blocked,
    means: 'somebody has to act; nothing was written',
    done: 'the connector is FAILED, and the lane sends one probe batch after 5 s at the earliest',
    endedBy: 'a fix; the lane goes on unaided',
    code: 'milvus.refused',
  },
  indefinite: {
    ...blocked,
    means: 'nobody knows whether it was or will be written',
    done: 'nothing is sent until `not_after` and 2 s more have passed; then that batch and all after it, one probe first',
    endedBy: 'time, and the resend',
    endsAs: 'INDEFINITE',
    speaksOfRows: true,
    code: 'milvus.indefinite',
  },
};
