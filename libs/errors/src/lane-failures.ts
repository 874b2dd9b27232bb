import type { FailureTable } from './entry.ts';

/** Why the inserter cannot open a lane, or write for it, before Milvus is even asked. */
export const laneFailures = {
  'lane.upsert_with_auto_id': {
    name: 'upsert-with-auto-id',
    title: 'the collection makes its own keys, so an upsert would insert each row anew',
    hint: 'set insert.mode=insert, or use a collection whose key comes from the record',
    endsBy: 'a fix',
    meaning:
      'With autoID Milvus gives every row a new key. An upsert would never meet the row of before, and each replay would add rows.',
    steps: [
      'Set `insert.mode=insert` if every record is a new entity.',
      'Or use a collection without autoID, whose key comes from the record.',
    ],
  },
  'lane.key_type': {
    name: 'key-type',
    title: 'the primary key is of a type that cannot be upserted',
    hint: 'use a collection whose primary key is Int64 or VarChar',
    endsBy: 'a fix',
    meaning: 'Rows are told apart by their keys, and only Int64 and VarChar keys are known here.',
    steps: ['Use a collection whose primary key is Int64 or VarChar.'],
  },
  'lane.key_column_missing': {
    name: 'key-column-missing',
    title: 'a batch has no column of the primary key',
    hint: 'run the same release of schema-validator and inserter',
    endsBy: 'a fix',
    meaning: 'The schema-validator sent rows without their keys, which it should never do.',
    steps: ['Run the same release of schema-validator and inserter.', 'If you do, report it with the logs of both.'],
  },
  'lane.clock_skew': {
    name: 'clock-skew',
    title: "the client's clock is ahead of the inserter's",
    hint: 'keep the clocks of all machines within two seconds (NTP)',
    endsBy: 'itself',
    meaning:
      'Every batch says until when it may be written. That only holds if the clocks agree; with this difference a write could happen after the consumer takes it for expired, and put an old value over a new one.',
    steps: ['Keep the clocks of all machines within two seconds (NTP).', 'The lane goes on by itself.'],
  },
  'lane.no_grant': {
    name: 'no-room-for-the-stream',
    title: 'the inserter has no room for another stream',
    hint: 'run more inserters, or raise STREAM_BUDGET_BYTES',
    endsBy: 'itself',
    meaning:
      'Every open stream holds a share of one budget of memory, so that no load can exhaust the server. It is spent.',
    steps: ['Run more inserters.', 'Or raise `STREAM_BUDGET_BYTES` of this one.'],
  },
  'target.collection_missing': {
    name: 'no-collection-named',
    title: 'the lane names no collection',
    hint: 'set collection.name',
    endsBy: 'a fix',
    meaning: 'The stream was opened without the name of a collection.',
    steps: ['Set `collection.name` in the connector.'],
  },
  'target.name_too_long': {
    name: 'name-too-long',
    title: 'the name of the collection or database is too long',
    hint: 'correct collection.name',
    endsBy: 'a fix',
    meaning: 'Names of collections and databases have 255 characters at most in Milvus.',
    steps: ['Correct `collection.name` or `database.name`.'],
  },
  'target.endpoint_invalid': {
    name: 'endpoint-invalid',
    title: 'the Milvus endpoint is not one',
    hint: 'correct public.endpoint',
    endsBy: 'a fix',
    meaning: 'The endpoint is not of the form `https://host:port`, `http://host:port` or `host:port`.',
    steps: ['Correct `public.endpoint` of the connector, or `MILVUS_ENDPOINT` of the inserter.'],
  },
  'target.endpoint_not_allowed': {
    name: 'endpoint-not-allowed',
    title: 'the endpoint is not among those that the inserter may dial',
    hint: 'add it to MILVUS_ALLOWED_ENDPOINTS',
    endsBy: 'a fix',
    meaning:
      'The operator of the inserter has listed the endpoints that it may connect to, so that no connector can have its token sent elsewhere. The one that the connector names is not listed.',
    steps: [
      'Correct `public.endpoint` of the connector.',
      'Or add it to `MILVUS_ALLOWED_ENDPOINTS` of the inserter, and restart the inserter.',
    ],
  },
  'target.token_unresolved': {
    name: 'token-unresolved',
    title: 'the token cannot be resolved',
    hint: 'set it where the inserter runs, and allow the reference by SECRET_REFERENCES_ALLOWED',
    endsBy: 'a fix',
    meaning:
      'The token of the connector is a reference (`${env:NAME}` or `${file:/path:key}`), which the inserter resolves where it runs. There it does not exist, or is not among those that may be named.',
    steps: [
      'Set the variable, or mount the file, where the inserter runs.',
      'Allow it by `SECRET_REFERENCES_ALLOWED` of the inserter, and restart the inserter.',
    ],
  },
} as const satisfies FailureTable;
