import type { KeyTable } from '../key-spec.ts';

export const tolerances = ['none', 'all'] as const;
export const lostOffsetBehaviors = ['fail', 'earliest', 'latest'] as const;

/** What happens to records that can never be written, and to offsets that can never be read. */
export const errorKeys = {
  'behavior.on.lost.offset': {
    status: 'used',
    type: 'choice',
    default: 'fail',
    values: lostOffsetBehaviors,
    importance: 'medium',
    documentation:
      'What happens where a partition cannot be read on at the committed offset, because retention has passed it, or the topic was deleted and created again. fail: the partition halts and says so, and nothing of it is committed. earliest, latest: it goes on at its first record, or behind its last one, with a warning in the log. `auto.offset.reset` is for groups without offsets only.',
    example: 'earliest',
  },
  'errors.tolerance': {
    status: 'used',
    type: 'choice',
    default: 'none',
    values: tolerances,
    importance: 'medium',
    documentation:
      'What happens to a record that can never be written. none: the connector stops at it, and nothing behind it is committed. all: it goes to the dead letter topic.',
    example: 'all',
  },
  'errors.deadletterqueue.topic.name': {
    status: 'used',
    type: 'string',
    default: undefined,
    importance: 'medium',
    documentation:
      'Dead letter topic. With `errors.tolerance=all` unset means `<name>.dead-letters`, so nothing is dropped. It may not be one of `topics`, nor match `topics.regex`.',
    example: 'topic_0.dead-letters',
  },
  'errors.deadletterqueue.topic.replication.factor': {
    status: 'used',
    type: 'int',
    default: undefined,
    min: 1,
    max: 32767,
    importance: 'medium',
    documentation:
      'Replication factor of a dead letter topic that has to be created. Unset: 3, or the number of brokers.',
    example: '3',
  },
  'errors.deadletterqueue.context.headers.enable': {
    status: 'used',
    type: 'boolean',
    default: false,
    importance: 'medium',
    documentation:
      "Whether dead letters also carry Kafka Connect's `__connect.errors.*` headers. Ours are always there.",
    example: 'true',
  },
  'errors.deadletterqueue.run.max': {
    status: 'used',
    type: 'int',
    default: 1000,
    min: 0,
    max: 1_000_000_000,
    importance: 'medium',
    documentation:
      'Most records of a partition in a row that may become dead letters; at the next one the connector stops, with the watermark before its batch. 0: no limit.',
    example: '100',
  },
  'errors.deadletterqueue.share.max.percent': {
    status: 'used',
    type: 'int',
    default: 100,
    min: 1,
    max: 100,
    importance: 'medium',
    documentation:
      'Largest share of the last 1000 records of a partition that may become dead letters; beyond it the connector stops, with the watermark before that batch. 100: no limit.',
    example: '20',
  },
  'errors.log.enable': {
    status: 'used',
    type: 'boolean',
    default: false,
    importance: 'medium',
    documentation: 'Whether each rejected record is logged with its place and reason, but never its payload.',
    example: 'true',
  },
  'errors.mask.values': {
    status: 'used',
    type: 'boolean',
    default: false,
    importance: 'medium',
    documentation: 'Whether errors show `***` instead of what they found in a record, and of its primary key.',
    example: 'true',
  },
} as const satisfies KeyTable;
