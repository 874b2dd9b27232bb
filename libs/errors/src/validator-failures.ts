import type { FailureTable } from './entry.ts';

/** Why the schema-validator cannot serve a lane or a batch. What the inserter says is passed on in its own codes. */
export const validatorFailures = {
  V101: {
    name: 'unsupported-type',
    title: 'the collection has a field of a type that is not supported',
    hint: 'use a collection of Bool, Int8 to Int64, Float, Double, VarChar, Text, JSON, Array, Geometry, Timestamptz and vector fields',
    endsBy: 'a fix',
    meaning:
      'The collection has a field that this version cannot fill, and leaving it out would write entities without it. So nothing is written at all, and the message names the field and its type.',
    steps: [
      'Use a collection without the field; [the types](../field-types.md) that are supported are listed there.',
      'The lane looks again by itself and goes on once it can.',
    ],
  },
  V102: {
    name: 'upsert-into-auto-id',
    title: 'the collection makes its own keys, so it cannot be upserted into',
    hint: 'set insert.mode=insert, or use a collection whose primary key comes from the record',
    endsBy: 'a fix',
    meaning:
      'With autoID Milvus gives every row a new key. An upsert would never meet the row of before, and each replay would add rows.',
    steps: [
      'Set `insert.mode=insert` if every record is a new entity.',
      'Or use a collection without autoID, whose key comes from the record.',
    ],
    told: 'collection `log` makes its own keys (autoID on `id`), so it cannot be upserted into',
  },
  V103: {
    name: 'inserter-unreachable',
    title: 'no inserter answers',
    hint: 'check that an inserter runs, and INSERTER_ADDRESS of the schema-validator',
    endsBy: 'itself',
    meaning:
      'The schema-validator has no connection to an inserter, or did not get an answer in time. Nothing was sent, so nothing is lost.',
    steps: [
      'See whether an inserter runs: `GET /readyz` on its `HTTP_PORT`.',
      'Compare `INSERTER_ADDRESS` of the schema-validator with `GRPC_PORT` of the inserter.',
      'Where TLS is set on one side, set it on the other: `TLS_CA_FILE`, `TLS_CERT_FILE`, `TLS_KEY_FILE`.',
    ],
  },
  V104: {
    name: 'inserter-stream-lost',
    title: 'the stream to the inserter broke',
    hint: 'the records are sent again once no write can be under way any more; look into the log of the inserter',
    endsBy: 'itself',
    meaning:
      'The stream ended while batches were unanswered: the inserter was killed, restarted or cut off. Whether they were written is not known, so they are sent again, but only when a write that may still be under way has expired.',
    steps: [
      'Nothing, if an inserter was restarted.',
      'If it comes again and again, look into the log of the inserter.',
    ],
  },
  V105: {
    name: 'no-room-for-the-lane',
    title: 'too many lanes wait for room on this schema-validator',
    hint: 'start more schema-validators, or raise STREAM_BUDGET_BYTES of this one',
    endsBy: 'itself',
    meaning:
      'Every open stream holds a share of one budget of memory, so that no load can exhaust the server. It is spent, and as many lanes as may wait are waiting.',
    steps: ['Start more schema-validators.', 'Or raise `STREAM_BUDGET_BYTES` or `WAITING_LANES_MAX` of this one.'],
  },
  V106: {
    name: 'inserter-broke-the-contract',
    title: 'the inserter gave an answer that cannot be right',
    hint: 'run the same version of all services',
    endsBy: 'itself',
    meaning:
      'An answer came out of order, twice, or empty. It is not believed: the batches count as unanswered, and are sent again.',
    steps: ['Run the same version of all three services.', 'If you do, report it with the logs of both.'],
  },
  V110: {
    name: 'server-too-old-for-a-type',
    title: 'the collection has a field that this version of the server does not have',
    hint: 'upgrade Milvus to the version that the message names, or use a collection without the field',
    endsBy: 'a fix',
    meaning:
      "The type, or null and default values of it, came with a later version of Milvus than the one that answers. A type's name is in Milvus before the type is, so a collection may have it and lose what is written.",
    steps: [
      'Upgrade Milvus to the version that the message names. Text needs `common.storage.useLoonFFI` of the server besides.',
      'Or use a collection without the field. The lane looks again by itself and goes on once it can.',
    ],
  },
} as const satisfies FailureTable;
