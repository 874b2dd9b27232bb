import { readFileSync } from 'node:fs';
import { ChannelCredentials, ServerCredentials } from '@grpc/grpc-js';
import { ConfigError } from './config-error.ts';

/** Paths of PEM files; all undefined means plain text between the services. */
export interface TlsFiles {
  readonly tlsCertFile: string | undefined;
  readonly tlsKeyFile: string | undefined;
  readonly tlsCaFile: string | undefined;
}

/** Plain text, TLS (certificate and key), or mutual TLS (authorities as well). @throws ConfigError */
export function serverCredentials(files: TlsFiles): ServerCredentials {
  const { tlsCertFile, tlsKeyFile, tlsCaFile } = files;
  if (!tlsCertFile && !tlsKeyFile) return ServerCredentials.createInsecure();
  if (!tlsCertFile || !tlsKeyFile) throw new ConfigError('TLS_CERT_FILE and TLS_KEY_FILE go together');
  const authorities = tlsCaFile ? readPem('TLS_CA_FILE', tlsCaFile) : null;
  const pair = {
    cert_chain: readPem('TLS_CERT_FILE', tlsCertFile),
    private_key: readPem('TLS_KEY_FILE', tlsKeyFile),
  };
  return ServerCredentials.createSsl(authorities, [pair], authorities !== null);
}

/** Plain text, or TLS once TLS_CA_FILE names authorities; with certificate and key the client shows itself too. @throws ConfigError */
export function clientCredentials(files: TlsFiles): ChannelCredentials {
  const { tlsCertFile, tlsKeyFile, tlsCaFile } = files;
  if (!tlsCaFile) return ChannelCredentials.createInsecure();
  const authorities = readPem('TLS_CA_FILE', tlsCaFile);
  if (!tlsCertFile || !tlsKeyFile) return ChannelCredentials.createSsl(authorities);
  const key = readPem('TLS_KEY_FILE', tlsKeyFile);
  return ChannelCredentials.createSsl(authorities, key, readPem('TLS_CERT_FILE', tlsCertFile));
}

function readPem(setting: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new ConfigError(`${setting}: ${cause instanceof Error ? cause.message : path}`, { cause });
  }
}

/** Whether a gRPC address can only be this machine. */
export function isLoopback(address: string): boolean {
  const host = address.replace(/^(dns|ipv4|ipv6):\/*/, '').replace(/:\d+$/, '');
  return host === 'localhost' || host === '[::1]' || host === '::1' || /^127\./.test(host);
}
