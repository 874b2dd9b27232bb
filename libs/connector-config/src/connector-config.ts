import type { MilvusEndpoint } from './address.ts';
import type { RouteConfig } from './collection-name.ts';
import type { FieldPath } from './field-path.ts';
import type { KafkaClientConfig } from './kafka-client-config.ts';
import type { lostOffsetBehaviors, tolerances } from './keys/error-keys.ts';
import type { unknownFieldPolicies } from './keys/shape-keys.ts';
import type { insertModes, nullValueBehaviors, primaryKeyModes } from './keys/write-keys.ts';
import type { Secret } from './secret.ts';
import type { TopicPattern } from './topic-pattern.ts';

/** One connector, checked. Sizes are in bytes, times in milliseconds; `docs/connector-keys.md` explains each key. */
export interface ConnectorConfig {
  readonly name: string;
  /** The file that it was read from. */
  readonly file: string;
  readonly topics: TopicsConfig;
  readonly route: RouteConfig;
  /** Undefined: the inserter's own. */
  readonly publicEndpoint: MilvusEndpoint | undefined;
  /** As in the file: a reference is not resolved here. Undefined: the inserter's own. */
  readonly token: Secret | undefined;
  readonly valueFormat: 'json';
  /** Undefined where no option reads record keys. */
  readonly keyFormat: KeyFormat | undefined;
  readonly shape: ShapeConfig;
  /** Undefined: upsert, or insert for a collection with autoID. */
  readonly insertMode: (typeof insertModes)[number] | undefined;
  readonly primaryKey: PrimaryKeyConfig;
  readonly deletes: DeletesConfig;
  readonly errors: ErrorsConfig;
  /** What happens where a partition cannot be read on at the committed offset. */
  readonly lostOffset: (typeof lostOffsetBehaviors)[number];
  readonly batchBytesMax: number;
  readonly batchRecordsMax: number;
  readonly windowBatchesMax: number;
  readonly windowBytesMax: number;
  readonly laneBufferBytesMax: number;
  readonly retryBackoffMs: number;
  readonly retryBackoffMaxMs: number;
  readonly writeTimeoutMs: number;
  readonly commitIntervalMs: number;
  readonly kafka: KafkaClientConfig;
  /** The keys as the file holds them, fit to be shown: secrets and unknown keys are `***`, references stay references. */
  readonly shown: Readonly<Record<string, string>>;
}

/** Topics by name, or by pattern. */
export interface TopicsConfig {
  /** Each once; none where there is a pattern. */
  readonly names: readonly string[];
  readonly pattern: TopicPattern | undefined;
  /** Time between looks for topics that have come or gone. */
  readonly refreshIntervalMs: number;
}

export type KeyFormat = 'json' | 'string' | 'long' | 'integer' | 'short';

/** How the top-level members of a record become fields, in the order of the members here. */
export interface ShapeConfig {
  /** Undefined: to the dynamic field where there is one, an error elsewhere. */
  readonly unknownFields: (typeof unknownFieldPolicies)[number] | undefined;
  /** Empty: all. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly renames: readonly { readonly from: string; readonly to: string }[];
  readonly sources: readonly (FieldPath & { readonly field: string })[];
}

export interface PrimaryKeyConfig {
  readonly mode: (typeof primaryKeyModes)[number];
  /** Of the value or the key, by `mode`; empty: the member of the primary key's own name. */
  readonly path: readonly string[];
}

export interface DeletesConfig {
  /** What a record without a value does. */
  readonly tombstones: (typeof nullValueBehaviors)[number];
  /** A record deletes where one of the values stands at the path of its value. */
  readonly marker: { readonly path: readonly string[]; readonly values: readonly string[] } | undefined;
}

export interface ErrorsConfig {
  readonly tolerance: (typeof tolerances)[number];
  /** Whether each rejected record is logged; its payload never is. */
  readonly logRejections: boolean;
  /** Whether errors show `***` for what they found. */
  readonly maskValues: boolean;
  /** Defined exactly when `tolerance` is all. */
  readonly deadLetters: DeadLettersConfig | undefined;
}

export interface DeadLettersConfig {
  readonly topic: string;
  /** Undefined: 3, or the number of brokers where there are fewer. */
  readonly replicationFactor: number | undefined;
  /** Whether Kafka Connect's `__connect.errors.*` headers are written beside ours. */
  readonly connectHeaders: boolean;
  /** Most rejected records of a partition in a row; 0: no limit. */
  readonly runMax: number;
  /** Largest share of rejected records among the last thousand of a partition; 100: no limit. */
  readonly sharePercentMax: number;
}
