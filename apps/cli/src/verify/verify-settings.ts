// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of the configuration.
import { allowedReferences, type ConnectorConfig, formatProblems, loadConnectors } from '@millrace/connector-config';
import type { TlsFiles } from '@millrace/service';
import { Option } from 'commander';
import { CliError } from '../cli-error.ts';
import type { Settings } from '../settings.ts';

/** Where `verify` finds the connectors' files and the schema-validator; the variables are the consumer's. */
export interface VerifySettings extends Settings, Partial<TlsFiles> {
  readonly connectorsDir: string;
  readonly workerConfig?: string;
  readonly validator: string;
  readonly envAllowed: string;
  readonly filesAllowed: string;
}

export const verifySettingOptions: readonly Option[] = [
  new Option('--connectors-dir <folder>', 'folder in which every file is one connector')
    .env('CONNECTORS_DIR')
    .default('connectors'),
  new Option('--worker-config <file>', "the worker's properties file").env('CONNECT_WORKER_CONFIG'),
  new Option('--validator <address>', 'gRPC address of the schema-validator')
    .env('VALIDATOR_ADDRESS')
    .default('dns:///localhost:50051'),
  new Option('--env-allowed <names>', 'variables that ${env:NAME} in files may name')
    .env('CONFIG_ENV_ALLOWED')
    .default('KAFKA_*,MILVUS_*,MILLRACE_*'),
  new Option('--files-allowed <folders>', 'folders of the files that ${file:path:key} may name')
    .env('CONFIG_FILES_ALLOWED')
    .default('/run/secrets'),
  new Option('--tls-ca-file <file>', 'authorities (PEM) that the schema-validator is checked against').env(
    'TLS_CA_FILE',
  ),
  new Option('--tls-cert-file <file>', 'certificate chain (PEM) that it is shown').env('TLS_CERT_FILE'),
  new Option('--tls-key-file <file>', 'private key (PEM) of that').env('TLS_KEY_FILE'),
];

export interface FoundConnector {
  readonly config: ConnectorConfig;
  readonly brokers: readonly string[];
  readonly allow: ReturnType<typeof allowedReferences>;
}

/**
 * One connector, read as the consumer reads it. `kafka` undefined: the brokers of the worker's file.
 *
 * @throws CliError with every problem of the files, or with the names that there are
 */
export function findConnector(settings: VerifySettings, name: string, kafka: string | undefined): FoundConnector {
  const allow = allowedReferences(settings.envAllowed, settings.filesAllowed);
  const { connectors, worker, problems } = loadConnectors({
    workerFile: settings.workerConfig,
    connectorsDir: settings.connectorsDir,
    bootstrapServers: kafka,
    env: process.env,
    allow,
  });
  if (problems.length > 0) throw new CliError(formatProblems(problems), 'configuration');
  const config = connectors.find((connector) => connector.name === name);
  if (config !== undefined) return { config, brokers: worker.bootstrapServers, allow };
  const names = connectors.map((connector) => connector.name).join(', ');
  throw new CliError(
    `no connector in ${settings.connectorsDir} is called ${name}; there are ${names}`,
    'configuration',
  );
}
