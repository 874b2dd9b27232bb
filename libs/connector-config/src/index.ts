export { escapeText } from '@millrace/errors';
export type { Address, MilvusEndpoint } from './address.ts';
export { parseAddress, parseEndpoint } from './address.ts';
export { allowedReferences } from './allowed-references.ts';
export { clashingTopics, collectionOf } from './collection-name.ts';
export type { ConfigFiles } from './config-files.ts';
export { diskFiles, fileBytesMax } from './config-files.ts';
export type { ConnectorConfig, DeadLettersConfig, ErrorsConfig, TopicsConfig } from './connector-config.ts';
export { formatNote, formatProblems } from './format-problems.ts';
export type { KafkaClientConfig } from './kafka-client-config.ts';
export type { KafkaSasl, KafkaSecurity, KafkaTls } from './kafka-security.ts';
export type { LoadedConnectors, LoadOptions } from './load-connectors.ts';
export { connectorsMax, loadConnectors } from './load-connectors.ts';
export { nearestKey } from './nearest-key.ts';
export type { Note, Position, Problem } from './problem.ts';
export type { Reference, ReferenceSources, Resolution } from './references.ts';
export { resolveReferences } from './references.ts';
export { Secret } from './secret.ts';
export {
  type ChooseTopics,
  ClashingTopicsError,
  clashText,
  MissingTopicError,
  NoMatchingTopicError,
  type TopicChoice,
  topicChooser,
} from './topic-choice.ts';
export { parseTopicPattern, SlowPatternError, TopicPattern } from './topic-pattern.ts';
export type { WorkerConfig } from './worker-config.ts';
