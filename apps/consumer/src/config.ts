import {
  allowedReferences,
  formatNote,
  formatProblems,
  type LoadedConnectors,
  loadConnectors,
} from '@millrace/connector-config';
import { ConfigError, commonSettings, integer, optionalText, type SettingsOf, text } from '@millrace/service';

/** All that the consumer takes from its environment. */
export const settings = {
  ...commonSettings(8083),
  workerFile: optionalText('CONNECT_WORKER_CONFIG', "the worker's properties file (connect-standalone.properties)"),
  connectorsDir: text('CONNECTORS_DIR', 'connectors', 'folder in which every file is one connector'),
  bootstrapServers: optionalText('BOOTSTRAP_SERVERS', "host:port of brokers, instead of the file's bootstrap.servers"),
  validatorAddress: text('VALIDATOR_ADDRESS', 'dns:///schema-validator:50051', 'gRPC address of the schema validators'),
  envAllowed: text(
    'CONFIG_ENV_ALLOWED',
    'KAFKA_*,MILVUS_*,MILLRACE_*',
    'variables that ${env:NAME} may name, separated by commas',
  ),
  filesAllowed: text(
    'CONFIG_FILES_ALLOWED',
    '/run/secrets',
    'folders of the files that ${file:path:key} may name, separated by commas',
  ),
  readBudgetBytes: integer(
    'READ_BUDGET_BYTES',
    67_108_864,
    { min: 1_048_576, max: 68_719_476_736 },
    'records read and not settled over all partitions, bytes; a partition may hold as much as is free',
  ),
  drainTimeoutMs: integer(
    'DRAIN_TIMEOUT_MS',
    5_000,
    { min: 0, max: 600_000 },
    'longest wait for work under way at a stop, milliseconds',
  ),
  progressTimeoutMs: integer(
    'PROGRESS_TIMEOUT_MS',
    60_000,
    { min: 1_000, max: 3_600_000 },
    'not ready after this long without progress and without a reason, ended with 70 after twice as long, milliseconds',
  ),
};

export type ConsumerSettings = SettingsOf<typeof settings>;

/** The worker's and the connectors' files, checked; notes are for the log. @throws ConfigError with every problem. */
export function loadConfiguration(
  given: ConsumerSettings,
  environment: Readonly<Record<string, string | undefined>>,
): LoadedConnectors & { readonly noteLines: readonly string[] } {
  const loaded = loadConnectors({
    workerFile: given.workerFile,
    connectorsDir: given.connectorsDir,
    bootstrapServers: given.bootstrapServers,
    env: environment,
    allow: allowedReferences(given.envAllowed, given.filesAllowed),
  });
  if (loaded.problems.length > 0) throw new ConfigError(formatProblems(loaded.problems));
  return { ...loaded, noteLines: loaded.notes.map(formatNote) };
}
