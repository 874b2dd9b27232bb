import { readFileSync } from 'node:fs';
import { ChannelCredentials, ServerCredentials } from '@grpc/grpc-js';

/** Paths of PEM files; all undefined means plain text between the services. */
export interface TlsFiles {
  readonly tlsCertFile: string | undefined;
  readonly tlsKeyFile: string | undefined;
  readonly tlsCaFile: string | undefined;
}

/** Plain text, TLS (certificate and key), or mutual TLS (authorities as well). @throws when a file is missing. */
export function serverCredentials(files: TlsFiles): ServerCredentials {
  const { tlsCertFile, tlsKeyFile, tlsCaFile } = files;
  if (!tlsCertFile && !tlsKeyFile) return ServerCredentials.createInsecure();
  if (!tlsCertFile || !tlsKeyFile) throw new Error('TLS_CERT_FILE and TLS_KEY_FILE go together');
  const authorities = tlsCaFile ? readFileSync(tlsCaFile) : null;
  const pair = { cert_chain: readFileSync(tlsCertFile), private_key: readFileSync(tlsKeyFile) };
  return ServerCredentials.createSsl(authorities, [pair], authorities !== null);
}

/** Plain text, or TLS once TLS_CA_FILE names authorities; with certificate and key the client shows itself too. */
export function clientCredentials(files: TlsFiles): ChannelCredentials {
  const { tlsCertFile, tlsKeyFile, tlsCaFile } = files;
  if (!tlsCaFile) return ChannelCredentials.createInsecure();
  const own = tlsCertFile && tlsKeyFile ? [readFileSync(tlsKeyFile), readFileSync(tlsCertFile)] : [];
  return ChannelCredentials.createSsl(readFileSync(tlsCaFile), own[0] ?? null, own[1] ?? null);
}

/** Whether a gRPC address can only be this machine. */
export function isLoopback(address: string): boolean {
  const host = address.replace(/^(dns|ipv4|ipv6):\/*/, '').replace(/:\d+$/, '');
  return host === 'localhost' || host === '[::1]' || host === '::1' || /^127\./.test(host);
}
