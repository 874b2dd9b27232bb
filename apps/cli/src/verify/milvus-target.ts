import { readFileSync } from 'node:fs';
import { type MilvusEndpoint, parseEndpoint, resolveReferences } from '@millrace/connector-config';
import { CliError } from '../cli-error.ts';
import type { FoundConnector } from './verify-settings.ts';

export interface MilvusAccess {
  readonly endpoint: Pick<MilvusEndpoint, 'host' | 'port' | 'tls'>;
  /** Empty: none. */
  readonly token: string;
}

/** Where a connector's rows are: what the command line says, then what the connector's file says, then the environment. */
export function milvusAccess(
  { config, allow }: FoundConnector,
  given: { readonly endpoint: string; readonly isExplicit: boolean; readonly token: string | undefined },
): MilvusAccess {
  const token = tokenOf(config.token?.reveal(), given.token, allow);
  if (config.publicEndpoint !== undefined && !given.isExplicit) return { endpoint: config.publicEndpoint, token };
  const endpoint = parseEndpoint(given.endpoint);
  if ('failure' in endpoint) throw new CliError(`--milvus ${endpoint.failure}`, 'usage');
  return { endpoint, token };
}

function tokenOf(own: string | undefined, given: string | undefined, allow: FoundConnector['allow']): string {
  if (own === undefined) return given ?? '';
  const resolution = resolveReferences(own, { env: process.env, readFile: (path) => readFileSync(path), allow });
  if (resolution.ok) return resolution.text;
  throw new CliError(`the connector's token cannot be resolved here: ${resolution.errors.join('; ')}`, 'configuration');
}
