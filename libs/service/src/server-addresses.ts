import { isIP } from 'node:net';
import { experimental } from '@grpc/grpc-js';

/** How often a name is looked up, milliseconds. */
const lookEveryMs = 1_000;

const schemes = ['dns', 'ipv4', 'ipv6', 'unix'];

/**
 * The addresses behind a gRPC name (`dns:///host:port`, `ipv4:a:1,b:2`, `host:port`), looked up every second by gRPC's
 * own resolver. While a lookup fails, the last ones are kept.
 */
export class ServerAddresses {
  readonly #resolver: experimental.Resolver;
  readonly #timer: NodeJS.Timeout;

  /** `onAddresses` gets gRPC targets of one server each, whenever they were looked up. */
  constructor(name: string, onAddresses: (targets: readonly string[]) => void) {
    const options = { 'grpc.service_config_disable_resolution': 1, 'grpc.dns_min_time_between_resolutions_ms': 100 };
    const listener: experimental.ResolverListener = (found) => {
      if (found.ok) onAddresses(found.value.flatMap(({ addresses }) => addresses.slice(0, 1)).map(targetOf));
      return true;
    };
    this.#resolver = experimental.createResolver(uriOf(name), listener, options);
    this.#resolver.updateResolution();
    this.#timer = setInterval(() => this.#resolver.updateResolution(), lookEveryMs);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#resolver.destroy();
  }
}

/** As gRPC parses names: what has no scheme that it knows is a DNS name. */
function uriOf(name: string): experimental.GrpcUri {
  const [, scheme, authority, path] = /^([a-z0-9]+):(?:\/\/([^/]*)\/)?(.+)$/.exec(name) ?? [];
  if (scheme === undefined || path === undefined || !schemes.includes(scheme)) return { scheme: 'dns', path: name };
  return { scheme, path, ...(authority !== undefined && { authority }) };
}

function targetOf(address: experimental.SubchannelAddress): string {
  if ('path' in address) return `unix:${address.path}`;
  const { host, port } = address;
  return host.includes(':') ? `ipv6:[${host}]:${port}` : `ipv4:${host}:${port}`;
}

/** The host that a server's certificate has to be for: that of the name; undefined where it holds addresses. */
export function hostOf(name: string): string | undefined {
  const { scheme, path } = uriOf(name);
  const host = scheme === 'dns' ? experimental.splitHostPort(path)?.host : undefined;
  return host !== undefined && isIP(host) === 0 ? host : undefined;
}
