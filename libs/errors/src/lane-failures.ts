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
  'lane.delete_with_insert': {
    name: 'delete-with-insert',
    title: 'deletes are asked for where rows are inserted',
    hint: 'ask for no deletes (behavior.on.null.values, delete.marker.path), or set insert.mode=upsert with a key of the record',
    endsBy: 'a fix',
    meaning:
      'A record deletes the row of its key. In insert mode a key may have several rows, and with autoID Milvus makes the keys, so a record cannot say which row it means.',
    steps: [
      'Ask for no deletes: set `behavior.on.null.values=fail` or `ignore`, and remove `delete.marker.path`.',
      'Or use `insert.mode=upsert` and a collection whose key comes from the record.',
    ],
  },
  'lane.delete_needs_templates': {
    name: 'delete-needs-templates',
    title: 'this Milvus cannot delete by text keys',
    hint: 'use Milvus 2.5 or newer (or 2.4.19), or a collection with an Int64 key; or ask for no deletes (behavior.on.null.values, delete.marker.path)',
    endsBy: 'a fix',
    meaning:
      'Milvus deletes by an expression, and keys travel beside it, as values of a template. This server is older than templates (or is milvus-lite, which has none), so text keys would have to be pasted into the expression, where a quote in a key makes it another expression. Integers are safe there, texts are not sent.',
    steps: [
      'Use Milvus 2.5 or newer, or 2.4.19 of the 2.4 line.',
      'Or use a collection whose primary key is Int64.',
      'Or ask for no deletes: set `behavior.on.null.values=fail` or `ignore`, and remove `delete.marker.path`.',
    ],
  },
  'lane.delete_key_name': {
    name: 'delete-key-name',
    title: 'the name of the primary key cannot stand in an expression',
    hint: 'use a collection whose primary key is named by letters, digits and underscores',
    endsBy: 'a fix',
    meaning:
      'Milvus deletes by an expression that names the primary key. A name with other characters than letters, digits and underscores could be read as something else.',
    steps: ['Use a collection whose primary key is named by letters, digits and underscores.'],
  },
  'lane.update_unsupported': {
    name: 'update-unsupported',
    title: 'this Milvus cannot update some fields of a row and keep the others',
    hint: 'use Milvus 2.6.2 or newer, or set insert.mode=upsert',
    endsBy: 'a fix',
    meaning:
      'With `insert.mode=update` a record sets the fields that it has, and the others keep their values. An older Milvus takes the call, ignores the wish, and empties the other fields, so it is not even asked.',
    steps: ['Use Milvus 2.6.2 or newer.', 'Or set `insert.mode=upsert`, and send whole rows.'],
  },
  'lane.partition_with_partition_key': {
    name: 'partition-with-partition-key',
    title: 'the collection chooses partitions by itself',
    hint: 'remove partition.name, or use a collection without a partition key',
    endsBy: 'a fix',
    meaning:
      'A collection with a partition key chooses the partition of a row by that field, and Milvus refuses writes that name one.',
    steps: ['Remove `partition.name` from the connector.', 'Or use a collection without a partition key.'],
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
    told: "the client's clock is 5000 ms ahead of the inserter's",
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
    title: 'the name of the collection, database or partition is too long',
    hint: 'correct collection.name, database.name or partition.name',
    endsBy: 'a fix',
    meaning: 'Names of collections, databases and partitions have 255 characters at most in Milvus.',
    steps: ['Correct `collection.name`, `database.name` or `partition.name`.'],
  },
  'target.endpoint_invalid': {
    name: 'endpoint-invalid',
    title: 'the Milvus endpoint is not one',
    hint: 'correct public.endpoint',
    endsBy: 'a fix',
    meaning: 'The endpoint is not of the form `https://host:port`, `http://host:port` or `host:port`.',
    steps: ['Correct `public.endpoint` of the connector, or `MILVUS_ENDPOINT` of the inserter.'],
    told: 'the Milvus endpoint must begin with https:// or http://',
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
    told: 'https://elsewhere.example.com:19530 is not among the endpoints that this inserter may dial',
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
    told: 'the token cannot be resolved: ${env:HOME} is not on the list of references allowed here',
  },
} as const satisfies FailureTable;
