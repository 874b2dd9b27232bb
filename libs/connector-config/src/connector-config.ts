import type { MilvusEndpoint } from './address.ts';
import type { insertModes, tolerances, unknownFieldPolicies } from './connector-keys.ts';
import type { KafkaClientConfig } from './kafka-client-config.ts';
import type { Secret } from './secret.ts';

/** One connector, checked. Sizes are in bytes, times in milliseconds; `docs/connector-keys.md` explains each key. */
export interface ConnectorConfig {
  readonly name: string;
  /** The file that it was read from. */
  readonly file: string;
  /** At least one, each once. */
  readonly topics: readonly string[];
  readonly collectionName: string;
  readonly databaseName: string | undefined;
  /** Undefined: the inserter's own. */
  readonly publicEndpoint: MilvusEndpoint | undefined;
  /** As in the file: a reference is not resolved here. Undefined: the inserter's own. */
  readonly token: Secret | undefined;
  readonly valueFormat: 'json';
  /** Undefined: upsert, or insert for a collection with autoID. */
  readonly insertMode: (typeof insertModes)[number] | undefined;
  readonly unknownFields: (typeof unknownFieldPolicies)[number];
  readonly errors: ErrorsConfig;
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

export interface ErrorsConfig {
  readonly tolerance: (typeof tolerances)[number];
  /** Whether each rejected record is logged; its payload never is. */
  readonly logRejections: boolean;
  /** Defined exactly when `tolerance` is all. */
  readonly deadLetters: DeadLettersConfig | undefined;
}

export interface DeadLettersConfig {
  readonly topic: string;
  /** Undefined: 3, or the number of brokers where there are fewer. */
  readonly replicationFactor: number | undefined;
  /** Whether Kafka Connect's `__connect.errors.*` headers are written beside ours. */
  readonly connectHeaders: boolean;
}
