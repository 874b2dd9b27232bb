import { parseEndpoint } from '@millrace/connector-config';
import { Option } from 'commander';
import { CliError } from './cli-error.ts';

/** Where a command finds the servers. */
export interface Settings {
  /** Bootstrap servers, separated by commas. */
  readonly kafka: string;
  readonly milvus: string;
  readonly milvusToken?: string;
  /** The consumer's HTTP address. */
  readonly statusUrl: string;
  /** The UI of Jaeger; links to traces are shown when it is set. */
  readonly jaegerUrl?: string;
}

/** The options that every command shares, each with its variable of the environment. */
export const settingOptions: readonly Option[] = [
  new Option('--kafka <host:port>', 'Kafka, one or several with commas')
    .env('BOOTSTRAP_SERVERS')
    .default('localhost:9092'),
  new Option('--milvus <url>', 'Milvus or Zilliz Cloud').env('MILVUS_ENDPOINT').default('http://localhost:19530'),
  // A token on the command line would show in the list of processes.
  new Option('--milvus-token <token>', 'its token, user:password or API key').env('MILVUS_TOKEN').hideHelp(),
  new Option('--status-url <url>', 'the consumer').env('STATUS_URL').default('http://localhost:8083'),
  new Option('--jaeger-url <url>', 'Jaeger, to link to traces').env('JAEGER_URL'),
];

/** Bootstrap servers as a list. */
export function brokers(settings: Settings): string[] {
  return settings.kafka.split(',').map((broker) => broker.trim());
}

/** The Milvus endpoint, taken apart. @throws CliError when it is not one */
export function milvusEndpoint(settings: Settings): { readonly address: string; readonly tls: boolean } {
  const endpoint = parseEndpoint(settings.milvus);
  if ('failure' in endpoint) throw new CliError(`--milvus ${endpoint.failure}`, 'usage');
  return { address: `${endpoint.host}:${endpoint.port}`, tls: endpoint.tls };
}
