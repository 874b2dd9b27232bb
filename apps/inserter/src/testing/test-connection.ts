import { Secret } from '@millrace/connector-config';
import type { Connection } from '../targets.ts';

/** A connection to nowhere. */
export function testConnection(key = 'k'): Connection {
  const endpoint = { host: 'm', port: 1, tls: false, url: 'http://m:1' };
  return { endpoint, token: new Secret(''), connectTimeoutMs: 1, key };
}
