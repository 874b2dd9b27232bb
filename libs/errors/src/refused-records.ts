import type { FailureEntry, ViolationEntry, ViolationTable } from './entry.ts';

/**
 * Milvus refuses a write for its data. That blames single rows, which are then rejected; where it turns out that no row
 * is to blame, it holds the lane up.
 */
export const milvusRowRefusals = {
  'milvus.row_refused': {
    name: 'milvus-refused-the-row',
    title: 'Milvus refused the row',
    hint: 'correct the record and send it again',
    stage: 'write',
    endsBy: 'itself',
    milvusClass: 'data',
    meaning:
      'The record passed every check of the schema-validator, and Milvus refused it all the same. The write was repeated in parts until this row alone was left, and the collection was described anew, so it is the row that Milvus does not take.',
    steps: [
      "Read Milvus's own words in the message, and its code in `__millrace.error.milvus_code` of the dead letter.",
      'Correct the record and send it again.',
      'Report it: a check is missing here.',
    ],
    told: 'Milvus refused the write: invalid parameter[expected=a][actual=b]',
  },
  'milvus.too_large': {
    name: 'milvus-refused-the-size',
    title: 'Milvus refused the write for its size',
    hint: 'lower WRITE_BYTES_MAX of the inserter',
    stage: 'write',
    endsBy: 'itself',
    milvusClass: 'split',
    meaning:
      'The request is larger than Milvus takes (`proxy.grpc.serverMaxRecvSize`, 64 MiB unless somebody has lowered it). Writes of several rows are halved until they fit; a single row that does not fit is rejected.',
    steps: [
      'If it happens often, lower `WRITE_BYTES_MAX` of the inserter below the limit of Milvus: halving costs time.',
      'If a single row is refused, send smaller values, or raise the limit of Milvus.',
    ],
  },
} as const satisfies Readonly<Record<string, ViolationEntry & FailureEntry>>;

/** Records that never leave the consumer. */
export const consumerViolations = {
  'record.too_large': {
    name: 'larger-than-a-batch',
    title: 'the record is larger than a batch may be',
    hint: 'raise BATCH_BYTES_MAX of the schema-validator and the inserter, or make the record smaller',
    stage: 'decode',
    meaning:
      'The record with its key has more bytes than the schema-validator takes in one message, so it cannot even be sent there.',
    steps: [
      'Make the record smaller.',
      'If such records are meant to be, raise `BATCH_BYTES_MAX` of the schema-validator and of the inserter.',
    ],
  },
} as const satisfies ViolationTable;
