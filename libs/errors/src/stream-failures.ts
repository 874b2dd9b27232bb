import type { FailureTable } from './entry.ts';

/** Why a server ends a stream between the services with a status that is not OK. */
export const streamFailures = {
  'stream.contract_broken': {
    name: 'contract-broken',
    title: 'a message breaks the rules of the stream',
    hint: 'run the same version of all three services; nothing was taken as written',
    endsBy: 'a fix',
    meaning:
      'A server got a message that no client of its version sends: batches out of order, columns that contradict each other, options that it does not know. It ends the stream with a gRPC status; the details of the status name the field. What was unanswered counts as unknown, and is sent again once a write that may still be under way has expired.',
    steps: [
      'Run the same version of all three services.',
      'If you do, report it with the message and the logs of both sides.',
    ],
    told: 'the schema-validator at dns:///schema-validator:50051 ended the stream: INVALID_ARGUMENT batch 7 is not the next one (batch.sequence)',
  },
  'stream.grant_exceeded': {
    name: 'grant-exceeded',
    title: 'a client sends more than it was granted',
    hint: 'run the same version of all three services; nothing was taken as written',
    endsBy: 'a fix',
    meaning:
      'A server grants each stream a number of batches and bytes that may be unanswered, so that no client can exhaust its memory. A client went beyond that, and the stream was ended.',
    steps: [
      'Run the same version of all three services.',
      'If you do, report it with the message and the logs of both sides.',
    ],
  },
  'stream.internal': {
    name: 'server-failed',
    title: 'a server made a mistake of its own',
    hint: 'look into the log of the service; the records are sent again by themselves',
    endsBy: 'itself',
    meaning:
      'Something happened in a server that should not. It ends the stream rather than guess; what was unanswered counts as unknown, and is sent again once a write that may still be under way has expired.',
    steps: ['Look into the log of the service, where the mistake stands with its stack.', 'Report it with that log.'],
  },
} as const satisfies FailureTable;
