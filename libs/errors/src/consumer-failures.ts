import type { FailureTable } from './entry.ts';

/** Why the consumer cannot read, send or write dead letters. */
export const consumerFailures = {
  'hop.unavailable': {
    name: 'service-unavailable',
    title: 'the schema-validator does not answer',
    hint: 'start the service, or look at its log; the lane goes on by itself',
    endsBy: 'itself',
    meaning:
      'There is no stream to a schema-validator, or it broke. Batches that were unanswered are sent again, once a write that may still be under way has expired.',
    steps: [
      'See whether a schema-validator runs: `GET /readyz` on its `HTTP_PORT`.',
      'Compare `VALIDATOR_ADDRESS` of the consumer with `GRPC_PORT` of the schema-validator.',
      'If it runs, look at its log.',
    ],
    told: 'the schema-validator at dns:///schema-validator:50051 cannot be reached (ECONNREFUSED)',
  },
  'hop.protocol': {
    name: 'answer-cannot-be-right',
    title: 'an answer does not account for every record of its batch',
    hint: 'run the same version of all three services; nothing was taken as written',
    endsBy: 'a fix',
    meaning:
      'Every answer must say of every record of its batch what became of it. This one does not, or came out of turn. It is not believed, the watermark stays, and the records are sent again.',
    steps: ['Run the same version of all three services.', 'If you do, report it with the log of the consumer.'],
    told: 'outcome 7 is out of turn or does not account for every record of its batch',
  },
  'kafka.offset_out_of_range': {
    name: 'offset-gone',
    title: 'a partition cannot be read on where its group stands',
    hint: 'records may be lost already; move the group to an offset that exists, deliberately, or set behavior.on.lost.offset, and restart',
    endsBy: 'a restart',
    meaning:
      'The offset at which the group stands does not exist any more, or is that of another topic: retention has deleted it, a broker has lost records, or the topic was deleted and created again. Going on at another one would skip or repeat records without a word, so the partition halts, and nothing of it is committed. A topic that was created again is known by its id, which every commit carries, also when it has more records by now than the old one had.',
    steps: [
      'Find out which records are gone, and whether they can be sent again.',
      "Stop the consumer, and move the group, `connect-<name>`, to an offset that exists, with Kafka's `kafka-consumer-groups.sh --reset-offsets`. Or set `behavior.on.lost.offset` to `earliest` or `latest`, which does the same for every such partition, now and later.",
      'Start the consumer.',
    ],
    told: 'books-0 has no offset 1200 any more: 300 offsets from there on are deleted, by retention or by hand; its first one is 1500',
  },
  'kafka.topic_missing': {
    name: 'topic-missing',
    title: 'a topic of the connector does not exist',
    hint: 'create the topic, or correct `topics`; the connector goes on by itself',
    endsBy: 'a fix',
    meaning: 'Kafka has no topic of a name that stands in `topics`, or does not show it to this user.',
    steps: ['Create the topic, or correct `topics`.', 'The connector goes on by itself.'],
    told: 'connector shop cannot read from Kafka: topic books does not exist',
  },
  'kafka.no_topic_matches': {
    name: 'no-topic-matches',
    title: 'no topic matches the pattern of the connector',
    hint: 'create a topic that matches `topics.regex`, or correct it; the connector goes on by itself',
    endsBy: 'itself',
    meaning:
      'Kafka has no topic whose whole name matches `topics.regex`, or does not show it to this user. Topics whose names begin with `__`, and the dead letter topic, never match. The connector looks again every `topics.refresh.interval.ms`.',
    steps: ['Nothing, if the topic is still to be created.', 'Or correct `topics.regex`, and restart the consumer.'],
  },
  'kafka.topics_clash': {
    name: 'topics-clash',
    title: 'topics would share a collection by accident',
    hint: 'name their collections in `collection.name.map`, and restart; until then none of them is read',
    endsBy: 'a fix',
    meaning:
      '`collection.name.format` writes `.` and `-` of a topic as `_`, so two names that `topics.regex` matches become the name of one collection. Their keys could overwrite each other, so neither topic is read. All other topics are.',
    steps: [
      'Name the collections of these topics in `collection.name.map`; to share one there is allowed.',
      'Restart the consumer. Nothing of these topics was committed, so nothing is missed.',
    ],
  },
  'kafka.topic_pattern_slow': {
    name: 'topic-pattern-slow',
    title: 'matching the names of the topics takes too long',
    hint: 'simplify `topics.regex`, with no repetition inside another one, and restart',
    endsBy: 'a fix',
    meaning:
      'A pattern with repetitions inside one another may need more steps for a single name than anybody can wait for. Matching was cut off, so nobody knows which topics are meant.',
    steps: ['Simplify `topics.regex`: `(a+)+` is `a+`.', 'Or list the topics in `topics`.', 'Restart the consumer.'],
  },
  'kafka.unavailable': {
    name: 'kafka-unavailable',
    title: 'the connector cannot read from Kafka',
    hint: 'check bootstrap.servers, the brokers, and the credentials; the connector tries again by itself',
    endsBy: 'itself',
    meaning: 'Kafka does not answer, or does not accept the credentials; the message holds what the client says.',
    steps: [
      'Check `bootstrap.servers` of the worker file, or `BOOTSTRAP_SERVERS` of the consumer.',
      'Check that the brokers run, and that their advertised listeners can be reached from the consumer.',
      'Check `security.protocol` and `sasl.jaas.config`.',
    ],
  },
  'kafka.no_reservation': {
    name: 'no-reservation',
    title: 'Kafka takes no offset commit, and without one nothing may be written',
    hint: 'look at the brokers, above all at the one that coordinates the group; the lane goes on by itself',
    endsBy: 'itself',
    meaning:
      'Before anything of a partition is written, an offset commit has to reserve it, so that a consumer which has lost its partitions cannot write into the work of the next one. For more than five seconds no commit was taken: the coordinator of the group is being moved or loaded, does not answer, or the group rebalances. What had been sent before is finished; nothing new goes out.',
    steps: [
      'Nothing, if brokers are being restarted: the next commit that is taken ends it.',
      'See whether the brokers answer, and whether `__consumer_offsets` has a leader for every partition.',
      'Check that the user of the consumer may read the group, which offset commits need.',
    ],
    told: 'nothing of books-0 is written, since Kafka took no offset commit: The group is loading its state',
  },
  'kafka.no_progress': {
    name: 'no-progress',
    title: 'nothing is read, and nothing says why',
    hint: 'the process ends with code 70 if it lasts, so that its supervisor starts a new one; look at the log and at the brokers',
    endsBy: 'itself',
    meaning:
      'For `PROGRESS_TIMEOUT_MS` the connector has been joining its group, or its loop of fetches has stood still, or a partition with records in it was not fetched although nothing holds its lane up. The Kafka client hangs, or the brokers do. The consumer is not ready meanwhile. If it lasts as long again, the process ends with code 70 (its offsets are safe); a new one begins where this one has committed.',
    steps: [
      'Run the consumer under something that starts it again: Docker, Kubernetes, systemd.',
      'If it comes again, look at the lines of `kafkajs` in the log (`LOG_LEVEL=debug` shows all), and at the brokers.',
      'A group whose members take longer than `PROGRESS_TIMEOUT_MS` to come back from a rebalance needs a longer one.',
    ],
    told: 'books-0 has had no fetch, with 57 records to read, for 60 s',
  },
  'dead_letter.too_large': {
    name: 'dead-letter-too-large',
    title: 'a dead letter is larger than its topic takes',
    hint: 'raise max.message.bytes of the dead letter topic (and message.max.bytes of the brokers); the lane goes on by itself',
    endsBy: 'a fix',
    meaning:
      'A rejected record was refused by the dead letter topic for its size, also with the fewest headers. It is neither dropped nor cut: the lane halts, and nothing behind it is committed.',
    steps: [
      'Raise `max.message.bytes` of the dead letter topic to at least that of the source.',
      'The lane goes on by itself.',
    ],
  },
  'dead_letter.limit_run': {
    name: 'too-many-rejected-in-a-row',
    title: 'too many records in a row were rejected',
    hint: 'correct the producer or the collection; or raise errors.deadletterqueue.run.max (0: no limit); then restart the consumer',
    endsBy: 'a restart',
    meaning:
      'With `errors.tolerance=all` a bad record becomes a dead letter. When one follows the other without a good one between, the mistake is most often not in the records but in the topic, the collection or the connector, and a copy of the whole topic in the dead letter topic would help nobody. So the lane stops before it writes the letters of the batch that goes beyond the limit. The watermark stays before that batch; rows of it that were good may be in Milvus already, and are written again after the restart.',
    steps: [
      'Look at the code that the message names as the most frequent, and at the record whose offset it gives.',
      'If the producer is wrong, correct it. The bad records are still in the topic: raise the limit to let them become dead letters, or move the group past them.',
      'If the collection or the connector is wrong, correct that; the records are read again.',
      'Restart the consumer. The run is counted anew from there.',
    ],
    told: 'more than 1000 records of books-0 in a row were rejected; most of them for V017 (1000 of 1000), such as offset 1000 at $.embedding: vector has 3 numbers, the collection wants 4',
  },
  'dead_letter.limit_share': {
    name: 'too-large-a-share-rejected',
    title: 'too large a share of the last records was rejected',
    hint: 'correct the producer or the collection; or raise errors.deadletterqueue.share.max.percent (100: no limit); then restart the consumer',
    endsBy: 'a restart',
    meaning:
      'Of the last 1,000 records of the partition more were rejected than `errors.deadletterqueue.share.max.percent` allows. The lane stops before it writes the letters of the batch that goes beyond it. The watermark stays before that batch; rows of it that were good may be in Milvus already, and are written again after the restart.',
    steps: [
      'Look at the code that the message names as the most frequent, and at the record whose offset it gives.',
      'Correct the producer, the collection or the connector; or raise the limit to let such records become dead letters.',
      'Restart the consumer. The share is taken anew from there.',
    ],
    told: 'more than 20 % of the last 1000 records of books-0 were rejected; most of them for V017 (180 of 201), such as offset 5311 at $.embedding: vector has 3 numbers, the collection wants 4',
  },
  'dead_letter.refused': {
    name: 'dead-letter-refused',
    title: 'dead letters cannot be written',
    hint: 'let the producer create and write the dead letter topic; the lane goes on by itself',
    endsBy: 'a fix',
    meaning:
      'A rejected record must be in the dead letter topic before the group moves past it, and the topic does not take it: it does not exist and may not be created, or may not be written. The lane halts, and nothing behind it is committed.',
    steps: [
      'Create the topic that the message names, or allow the user of the consumer to create and write it.',
      'The lane goes on by itself.',
    ],
    told: 'dead letters cannot be written to shop.dead-letters: Not authorized to access topics: [Topic authorization failed]',
  },
} as const satisfies FailureTable;
