import { fileURLToPath } from 'node:url';
import {
  Server,
  type ServerCredentials,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { HealthImplementation } from 'grpc-health-check';
import { ConfigError } from './config-error.ts';
import { serverOptions } from './grpc-options.ts';
import { widenReceiveWindows } from './receive-windows.ts';

const protoRoot = fileURLToPath(new URL('../../../proto', import.meta.url));

export interface GrpcServerOptions {
  readonly credentials: ServerCredentials;
  readonly reflection: boolean;
  /** The service's file below proto/, for reflection. */
  readonly protoFile: string;
}

/** A gRPC server with the standard health and reflection services beside the one that it exists for. */
export class GrpcServer {
  readonly #server = new Server(serverOptions);
  readonly #health = new HealthImplementation({ '': 'NOT_SERVING' });
  readonly #options: GrpcServerOptions;
  readonly #leaveReceiveWindows = widenReceiveWindows();

  constructor(service: ServiceDefinition, implementation: UntypedServiceImplementation, options: GrpcServerOptions) {
    this.#options = options;
    this.#server.addService(service, implementation);
    this.#health.addToServer(this.#server);
    if (options.reflection) {
      const definition = loadSync(options.protoFile, { includeDirs: [protoRoot] });
      // What the file imports declares services that others serve.
      new ReflectionService(definition, { services: servedBy(service) }).addToServer(this.#server);
    }
  }

  /** Binds and serves; returns the port. @throws ConfigError when that cannot be */
  async start(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.bindAsync(
        `${host.includes(':') ? `[${host}]` : host}:${port}`,
        this.#options.credentials,
        (error, bound) => {
          if (error) reject(new ConfigError(`GRPC_HOST, GRPC_PORT: cannot listen: ${error.message}`, { cause: error }));
          else resolve(bound);
        },
      );
    });
  }

  /** What the health service answers for the whole server. */
  setServing(serving: boolean): void {
    this.#health.setStatus('', serving ? 'SERVING' : 'NOT_SERVING');
  }

  /**
   * Waits until the owner's streams are `drained`, at most `graceMs`, then closes the connections, and cuts what is left.
   * The owner has told its streams to drain before, and refuses new ones.
   *
   * Connections are not told to go away before their streams have ended: grpc-js destroys a connection that was, on either
   * side, when its next keepalive ping is due (Node no longer sends one) or when a call is begun on it, and what its
   * streams carry is in doubt then.
   */
  async stop(graceMs: number, drained: Promise<unknown> = Promise.resolve()): Promise<void> {
    this.setServing(false);
    await endOf(drained, graceMs);
    const closed = new Promise<void>((resolve) => this.#server.tryShutdown(() => resolve()));
    await endOf(closed, closeTimeoutMs);
    this.#server.forceShutdown();
    this.#leaveReceiveWindows();
  }
}

/** How long connections may take to close once their streams have ended. */
const closeTimeoutMs = 500;

/** Settles when the work has ended, or its time. */
async function endOf(work: Promise<unknown>, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  await Promise.race([work, timeout]).finally(() => clearTimeout(timer));
}

/** Full names of a definition's services: its methods have paths such as `/millrace.v1.Inserter/Insert`. */
function servedBy(service: ServiceDefinition): string[] {
  return [...new Set(Object.values(service).map(({ path }) => path.split('/')[1] ?? ''))];
}
