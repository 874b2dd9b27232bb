/** A host and a port as they are dialled; an IPv6 host is in brackets. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * Reads `host:port`, `[ipv6]:port` or, with a default port, a host alone. Failures are words that do not repeat the
 * text, because it may hold credentials.
 */
export function parseAddress(text: string, defaultPort?: number): Address | { readonly failure: string } {
  if (text === '') return { failure: 'the host is missing' };
  if (/[<>]/.test(text) || /:port$/i.test(text))
    return { failure: 'this is a placeholder; put the real host and port in' };
  if (text.includes('@')) return { failure: 'must not hold a user name or password' };
  if ((text.match(/:/g)?.length ?? 0) > 1 && !text.startsWith('[')) {
    return { failure: 'an IPv6 address must be in brackets, as in [::1]:9092' };
  }
  const match = /^(\[[0-9a-fA-F:.]+(?:%[\w.-]+)?\]|[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_.])?)(?::(.*))?$/.exec(
    text,
  );
  const [, host, portText] = match ?? [];
  if (host === undefined) return { failure: 'must be host:port' };
  if (portText === undefined) {
    return defaultPort === undefined ? { failure: 'the port is missing' } : { host, port: defaultPort };
  }
  const port = /^\d{1,5}$/.test(portText) ? Number(portText) : 0;
  return port >= 1 && port <= 65535 ? { host, port } : { failure: 'the port must be a number from 1 to 65535' };
}

/** A Milvus endpoint: where it is and whether it speaks TLS. `url` is the form that travels on the wire. */
export interface MilvusEndpoint extends Address {
  readonly tls: boolean;
  readonly url: string;
}

/** Reads `https://host[:port]` (TLS; 443), `http://host[:port]` or `host[:port]` (no TLS; 19530). */
export function parseEndpoint(text: string): MilvusEndpoint | { readonly failure: string } {
  const [, scheme, rest = ''] = /^(?:([A-Za-z][A-Za-z0-9+.-]*):\/\/)?(.*)$/s.exec(text) ?? [];
  const tls = scheme?.toLowerCase() === 'https';
  if (scheme !== undefined && !tls && scheme.toLowerCase() !== 'http')
    return { failure: 'must begin with https:// or http://' };
  if (rest.includes('@')) return { failure: 'must not hold a user name or password; use token' };
  const authority = rest.endsWith('/') ? rest.slice(0, -1) : rest;
  if (/[/?#]/.test(authority)) return { failure: 'must end after the host and the port' };
  const address = parseAddress(authority, tls ? 443 : 19530);
  if ('failure' in address) return address;
  return { ...address, tls, url: `${tls ? 'https' : 'http'}://${address.host}:${address.port}` };
}
