import type { FailureTable } from './entry.ts';

/** What Milvus refuses or does not answer, as long as no row is to blame. */
export const milvusFailures = {
  'milvus.busy': {
    name: 'milvus-is-busy',
    title: 'Milvus says that it cannot write now',
    hint: 'it passes by itself; nothing to do',
    endsBy: 'itself',
    meaning:
      'Milvus is starting, recovering, or limits the rate, and says so. The write is tried again with growing waits, and reading from Kafka slows down meanwhile.',
    steps: [
      'Nothing, if it passes.',
      'If it lasts, see whether Milvus is well, and whether its rate limits fit the load.',
    ],
    told: 'Milvus refused the write: request is rejected by limiter, rate limit exceeded[rate=0.1]',
  },
  'milvus.quota': {
    name: 'milvus-protects-itself',
    title: 'Milvus protects its memory, disk or quota',
    hint: 'free memory or disk of Milvus, or raise the quota; the lane goes on by itself',
    endsBy: 'itself',
    meaning:
      'Milvus refuses all writes because its memory or disk is nearly full, or a quota of the database or collection is reached. No record is bad for it, so none becomes a dead letter; the lane waits and asks now and then.',
    steps: [
      'Read which one it is in the message.',
      'Free memory or disk (drop, compact, release), add some, or raise the quota.',
      'The lane goes on by itself.',
    ],
    told: 'Milvus refused the write: quota exceeded[reason=disk quota exceeded, please allocate more resources]',
  },
  'milvus.schema_changed': {
    name: 'collection-has-changed',
    title: 'the collection has changed',
    hint: 'nothing to do; the collection is described anew, and the records are encoded anew',
    endsBy: 'itself',
    meaning:
      'The batch was encoded for a schema that is no longer the one of the collection: a field was added, or the collection was dropped and created again, or an alias was moved. The records are encoded anew and sent again.',
    steps: ['Nothing. Records that do not fit the new schema are rejected, with a reason of their own.'],
  },
  'milvus.schema_unsettled': {
    name: 'collection-is-changing',
    title: 'Milvus refuses the schema that it describes',
    hint: 'it passes once all nodes of Milvus know the schema; see whether the collection is being altered',
    endsBy: 'itself',
    meaning:
      'Milvus refused a write because the collection had changed, and yet its description is the one that the batch was encoded for. Its nodes do not agree yet.',
    steps: ['Wait; see whether somebody is altering the collection.', 'If it lasts, restart the proxies of Milvus.'],
  },
  'milvus.indefinite': {
    name: 'write-of-unknown-end',
    title: 'it is not known whether the write took place',
    hint: 'nothing to do; the records are sent again once the write can no longer take place',
    endsBy: 'itself',
    meaning:
      'The call ended without an answer that settles it: the connection broke in its middle, its time was up, or Milvus contradicts itself. Writing again at once could put an old value over a new one, so the lane first waits until the first write can no longer happen.',
    steps: [
      'Nothing, if it is rare.',
      'If it is not, see whether Milvus is slow or restarts, and raise `write.timeout.ms` of the connector.',
    ],
    told: 'the call to Milvus at http://localhost:19530 ended with UNAVAILABLE: read ECONNRESET',
  },
  'milvus.unreachable': {
    name: 'milvus-unreachable',
    title: 'Milvus is not reachable',
    hint: 'check that Milvus runs and that the endpoint, its port and https or http are right',
    endsBy: 'itself',
    meaning: 'There is no connection to Milvus, so nothing was sent. The lane waits and tries again.',
    steps: [
      'Check that Milvus runs, and that it can be reached from where the inserter runs.',
      'Check `public.endpoint` of the connector, or `MILVUS_ENDPOINT` of the inserter: host, port, and https for TLS.',
    ],
    told: 'Milvus at http://localhost:19530 is not reachable: connect ECONNREFUSED 127.0.0.1:19530',
  },
  'milvus.collection_not_found': {
    name: 'collection-not-found',
    title: 'the collection does not exist',
    hint: 'create the collection, or correct collection.name; the lane goes on by itself',
    endsBy: 'a fix',
    meaning:
      'Milvus has no collection of this name in this database. Records are kept in Kafka meanwhile; none becomes a dead letter.',
    steps: [
      'Create the collection, or correct `collection.name`.',
      'If it exists elsewhere, correct `database.name` or `public.endpoint`.',
      'The lane goes on by itself.',
    ],
    told: 'Milvus refused the write: collection not found[database=default][collection=books]',
  },
  'milvus.not_loaded': {
    name: 'collection-not-loaded',
    title: 'the collection is not loaded',
    hint: 'load the collection: insert.mode=update reads the rows that it changes; the lane goes on by itself',
    endsBy: 'a fix',
    meaning:
      'With `insert.mode=update` Milvus reads the row of the key, sets the fields of the record and writes the whole. It reads loaded collections only. Other writes do not need that.',
    steps: [
      'Load the collection in Milvus.',
      'Or set `insert.mode=upsert`, and send whole rows.',
      'The lane goes on by itself.',
    ],
  },
  'milvus.database_not_found': {
    name: 'database-not-found',
    title: 'the database does not exist',
    hint: 'create the database, or correct database.name; the lane goes on by itself',
    endsBy: 'a fix',
    meaning: 'Milvus has no database of this name.',
    steps: ['Create the database, or correct `database.name`.', 'The lane goes on by itself.'],
    told: 'Milvus refused the write: database not found[database=library]',
  },
  'milvus.partition_not_found': {
    name: 'partition-not-found',
    title: 'the partition does not exist',
    hint: 'create the partition, or correct partition.name; the lane goes on by itself',
    endsBy: 'a fix',
    meaning: 'The collection has no partition of the name that is written to.',
    steps: ['Create the partition in Milvus, or correct `partition.name`.', 'The lane goes on by itself.'],
    told: 'Milvus refused the write: partition not found[partition=old]',
  },
  'milvus.not_authenticated': {
    name: 'token-not-accepted',
    title: 'Milvus does not accept the token',
    hint: 'set token in the connector, or MILVUS_TOKEN of the inserter, and grant its user the right; the lane goes on by itself',
    endsBy: 'a fix',
    meaning: 'The token is missing, wrong or expired, or its user may not describe or write this collection.',
    steps: [
      'Set `token` in the connector, or `MILVUS_TOKEN` of the inserter: `user:password`, or an API key.',
      'Grant its user the rights to describe the collection, to insert, to upsert and to delete.',
      'The lane goes on by itself.',
    ],
    told: 'Milvus at http://localhost:19530 does not accept the token: auth check failure, please check api key is correct',
  },
  'milvus.refused': {
    name: 'milvus-refused',
    title: 'Milvus refused the write',
    hint: 'see what Milvus says; the lane goes on by itself once it is put right',
    endsBy: 'a fix',
    meaning: 'Milvus refuses for a reason that somebody has to see to; the message holds its own words.',
    steps: ["Read Milvus's words, and put right what they name.", 'The lane goes on by itself.'],
    told: 'Milvus refused the write: collection exceeds the maximum number of indexes',
  },
  'milvus.delete_refused': {
    name: 'delete-refused',
    title: 'Milvus refused to delete',
    hint: 'see what Milvus says; nothing is lost, and the lane goes on by itself once Milvus takes the delete',
    endsBy: 'a fix',
    meaning:
      'A delete names primary keys of the right type and nothing else, so no record is to blame for it and none becomes a dead letter: this Milvus does not take the call as it was made.',
    steps: [
      "Read Milvus's words, and put right what they name.",
      'If they speak of the expression, report them with the version of Milvus.',
      'The lane goes on by itself.',
    ],
  },
  'milvus.not_implemented': {
    name: 'server-is-no-milvus',
    title: 'the server does not implement the call',
    hint: 'check that the endpoint is a Milvus of version 2.3 or newer (upsert needs that)',
    endsBy: 'a fix',
    meaning: 'Something answers at the endpoint, but it does not know the call: an old Milvus, or another gRPC server.',
    steps: ['Check `public.endpoint` or `MILVUS_ENDPOINT`.', 'Use Milvus 2.3 or newer.'],
    told: 'the server at http://localhost:19530 does not implement this call',
  },
  'milvus.describe_refused': {
    name: 'description-refused',
    title: 'Milvus does not describe the collection',
    hint: 'check collection.name and database.name',
    endsBy: 'a fix',
    meaning: 'Milvus refused to describe the collection for a reason that is in the message, in its own words.',
    steps: ['Check `collection.name` and `database.name`.', "Read Milvus's words, and put right what they name."],
  },
  'milvus.no_description': {
    name: 'no-description',
    title: 'Milvus did not describe the collection in time',
    hint: 'see whether Milvus is well; the lane tries again by itself',
    endsBy: 'itself',
    meaning:
      'Milvus was asked what the collection looks like, and gave no answer in time. Nothing is written unchecked.',
    steps: ['See whether Milvus is well.', 'If it is only slow, raise `DESCRIBE_TIMEOUT_MS` of the inserter.'],
  },
  'milvus.no_primary_key': {
    name: 'no-primary-key',
    title: 'the collection has no primary key in its description',
    hint: 'report this with the version of Milvus',
    endsBy: 'a fix',
    meaning: 'Every collection has a primary key, and the description that Milvus gave names none. It is not believed.',
    steps: ['Report it with the version of Milvus.'],
  },
} as const satisfies FailureTable;
