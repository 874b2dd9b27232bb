import { type MilvusEndpoint, parseEndpoint } from '../address.ts';
import type { ConnectorConfig } from '../connector-config.ts';
import type { ConnectorReader } from './read-connector.ts';

/** Reads where Milvus is; undefined leaves it to the inserter. */
export function readEndpoint(read: ConnectorReader): MilvusEndpoint | undefined {
  const text = read.text('public.endpoint');
  if (text === undefined) return undefined;
  const endpoint = parseEndpoint(text);
  if ('url' in endpoint) return endpoint;
  // Credentials can stand before an @ and in a query.
  const hide = /[@?]/.test(read.entry('public.endpoint')?.text ?? '') ? { found: undefined } : {};
  read.problem('public.endpoint', endpoint.failure, {
    help: 'or leave it out to use the MILVUS_ENDPOINT of the inserter',
    ...hide,
  });
  return undefined;
}

/** Reads how to log in there. */
export function readToken(read: ConnectorReader): ConnectorConfig['token'] {
  const token = read.travellingSecret('token');
  if (token !== undefined && /^\*+$/.test(token.reveal())) read.note('token', 'this looks like a placeholder');
  if (token !== undefined && token.reveal().trim() !== token.reveal())
    read.note('token', 'begins or ends with white space');
  return token;
}
