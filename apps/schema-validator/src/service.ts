import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { SchemaValidatorService } from '@millrace/contracts';
import { systemClock } from '@millrace/delivery';
import {
  ConfigError,
  clientCredentials,
  GrpcServer,
  type Health,
  HttpServer,
  healthRoutes,
  isLoopback,
  type Service,
  type ServiceContext,
  serverCredentials,
} from '@millrace/service';
import { checkHandler } from './check-handler.ts';
import type { Config } from './config.ts';
import { Events } from './events.ts';
import { Grants } from './grants.ts';
import { InserterClient } from './inserter-client.ts';
import { LaneService } from './lane-service.ts';
import { observeValidator } from './metrics.ts';
import { SchemaCache } from './schema-cache.ts';

export interface RunningService extends Service {
  readonly grpcPort: number;
  readonly httpPort: number;
}

/** Wires the schema-validator and starts to serve. */
export async function startService(
  config: Config,
  context: Pick<ServiceContext, 'logger' | 'metricsRoute'>,
): Promise<RunningService> {
  const events = new Events(context.logger);
  const credentials = credentialsOf(config);
  if (!config.tlsCaFile && !isLoopback(config.inserterAddress)) events.plainTextOffLoopback(config.inserterAddress);
  const inserter = new InserterClient(config.inserterAddress, credentials.client);
  const grants = new Grants(
    { bytes: config.budgetBytes, batchBytes: config.batchBytesMax, streamBatches: config.streamBatchesMax },
    config.waitingLanesMax,
  );
  const describe = inserter.describe.bind(inserter);
  const schemas = new SchemaCache(
    (target, refresh) => describe(target, refresh, config.inserterTimeoutMs),
    config.schemaMaxAgeMs,
    systemClock,
  );
  const instanceId = `${hostname()}-${randomUUID().slice(0, 8)}`;
  const parts = { clock: systemClock, instanceId, schemas, inserter, grants, limits: config, events };
  const lanes = new LaneService(parts);
  const handlers = { ...lanes.handlers, check: checkHandler(parts) };
  const grpc = new GrpcServer(SchemaValidatorService, handlers, {
    credentials: credentials.server,
    reflection: config.grpcReflection,
    protoFile: 'millrace/v1/schema_validator.proto',
  });
  let isStopping = false;
  const health: Health = {
    notReadyBecause() {
      if (isStopping) return 'stopping';
      return inserter.isReady ? undefined : `inserter not reachable at ${inserter.address}`;
    },
    status: () => ({
      instance_id: instanceId,
      inserter: { address: inserter.address, reachable: inserter.isReady, servers: inserter.servers },
      lanes: { open: grants.openStreams, waiting: grants.waitingStreams },
      granted_bytes: grants.grantedBytes,
      budget_bytes: config.budgetBytes,
    }),
  };
  observeValidator(() => ({
    budgetBytes: config.budgetBytes,
    grantedBytes: grants.grantedBytes,
    streams: grants.openStreams,
    streamsWaiting: grants.waitingStreams,
    inserters: inserter.servers,
  }));
  const http = new HttpServer([healthRoutes(health), context.metricsRoute], context.logger);
  const grpcPort = await grpc.start(config.grpcHost, config.grpcPort);
  const httpPort = await http.start(config.httpHost, config.httpPort);
  inserter.watch({
    ready: (isReady) => {
      events.inserterReachable(isReady, inserter.address);
      grpc.setServing(isReady && !isStopping);
    },
    grown: () => {
      if (isStopping) return;
      events.inserters(inserter.servers);
      lanes.rotate();
    },
  });
  events.started(grpcPort, httpPort, config.inserterAddress);
  return {
    grpcPort,
    httpPort,
    async stop() {
      if (isStopping) return;
      isStopping = true;
      grpc.setServing(false);
      events.draining(lanes.openStreams);
      const drained = lanes.drain('the schema-validator is shutting down', config.drainTimeoutMs / 2);
      await grpc.stop(config.drainTimeoutMs, drained);
      inserter.close();
      await http.stop();
    },
  };
}

function credentialsOf(config: Config) {
  try {
    return { server: serverCredentials(config), client: clientCredentials(config) };
  } catch (error) {
    throw new ConfigError(`schema-validator cannot start, its TLS files are wrong: ${String(error)}`, { cause: error });
  }
}
