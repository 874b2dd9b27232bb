import { diskFiles } from '@millrace/connector-config';
import { InserterService, Target } from '@millrace/contracts';
import { systemClock } from '@millrace/delivery';
import {
  ConfigError,
  GrpcServer,
  type Health,
  HttpServer,
  healthRoutes,
  type Service,
  type ServiceContext,
  serverCredentials,
} from '@millrace/service';
import { CollectionRegister } from './collection-register.ts';
import { Collections } from './collections.ts';
import type { InserterSettings } from './config.ts';
import { Events } from './events.ts';
import { Grants } from './grants.ts';
import { KnownRefusals } from './known-refusals.ts';
import { LaneService } from './lane-service.ts';
import { observeInserter } from './metrics.ts';
import { MilvusClient } from './milvus-client.ts';
import { MilvusWriter } from './milvus-writer.ts';
import { Pools } from './pools.ts';
import { Reachability } from './reachability.ts';
import { Targets } from './targets.ts';

/** What closing takes at most once streams have ended or are cut: connections, and spans for a collector that is away. */
const closingMs = 2_500;

export interface Inserter extends Service {
  readonly grpcPort: number;
  readonly httpPort: number;
}

/** Wires the parts, starts to serve, and says how to stop. */
export async function startInserter(
  settings: InserterSettings,
  { logger, metricsRoute }: Pick<ServiceContext, 'logger' | 'metricsRoute'>,
): Promise<Inserter> {
  const clock = systemClock;
  const events = new Events(logger);
  const instanceId = crypto.randomUUID();
  const collections = new Collections({ clock, timeoutMs: settings.describeTimeoutMs, ttlMs: settings.describeTtlMs });
  const clients = new Pools(
    clock,
    (connection) => new MilvusClient(connection),
    (client) => client.close(),
  );
  const writer = new MilvusWriter({
    clock,
    withClient: (connection, work) => clients.use(connection, work),
    budgetMinMs: settings.writeBudgetMinMs,
  });
  const targets = newTargets(settings);
  const register = new CollectionRegister(clock, settings.writesPerCollectionMax);
  const grants: Grants = new Grants({
    limits: {
      bytes: settings.budgetBytes,
      batchBytes: settings.batchBytesMax,
      streamBatches: settings.streamBatchesMax,
    },
    clock,
    waitMs: 30_000,
    waitingMax: 1_000,
    onShortage: () => lanes.drainLongest(),
  });
  const lanes: LaneService = new LaneService({
    clock,
    instanceId,
    batchBytesMax: settings.batchBytesMax,
    notAfterAheadMs: 300_000,
    writeBytesMax: settings.writeBytesMax,
    targets,
    collections,
    register,
    writer,
    grants,
    events,
    known: new KnownRefusals(),
  });
  const grpc = new GrpcServer(
    InserterService,
    { ...lanes.implementation },
    {
      credentials: credentialsOf(settings),
      reflection: settings.grpcReflection,
      protoFile: 'millrace/v1/inserter.proto',
    },
  );
  const probing = newProbe(targets);
  const milvus = new Reachability({
    clock,
    everyMs: settings.probeEveryMs,
    isReachable: () => probing.ready(clock.now() + settings.probeEveryMs),
    changed: (isReachable) => {
      events.reachable(settings.milvusEndpoint.url, isReachable);
      grpc.setServing(isReady(isReachable));
    },
  });
  let stopping = false;
  // Where nobody has set MILVUS_ENDPOINT, lanes may all name their own: then there is nothing to follow.
  const isReady = (isReachable: boolean) => !stopping && (isReachable || !settings.milvusEndpoint.isSet);
  const health: Health = {
    notReadyBecause() {
      if (stopping) return 'the inserter is stopping';
      return isReady(milvus.isReachable) ? undefined : `Milvus at ${settings.milvusEndpoint.url} is not reachable`;
    },
    status: () => ({
      service: 'inserter',
      instanceId,
      ready: health.notReadyBecause() ?? true,
      milvus: { endpoint: settings.milvusEndpoint.url, reachable: milvus.isReachable },
      streams: lanes.streams,
      streamsWaiting: grants.waiting,
      budget: { bytes: settings.budgetBytes, grantedBytes: grants.grantedBytes },
      possibleDuplicates: { rows: events.rowsInDoubt },
      collections: register.status(),
    }),
  };
  observeInserter(() => ({
    collections: register.status(),
    budgetBytes: settings.budgetBytes,
    grantedBytes: grants.grantedBytes,
    streams: lanes.streams,
    streamsWaiting: grants.waiting,
    isMilvusReachable: milvus.isReachable,
    rowsInDoubt: events.rowsInDoubt,
  }));
  const http = new HttpServer([healthRoutes(health), metricsRoute], logger);

  const grpcPort = await grpc.start(settings.grpcHost, settings.grpcPort);
  const httpPort = await http.start(settings.httpHost, settings.httpPort);
  await milvus.start();
  events.serving(grpcPort, httpPort);
  return {
    grpcPort,
    httpPort,
    async stop() {
      stopping = true;
      grpc.setServing(false);
      milvus.stop();
      const graceMs = Math.max(0, settings.shutdownTimeoutMs - closingMs);
      const cancel = clock.after(graceMs / 2, () => lanes.beginNothing());
      await grpc.stop(graceMs, lanes.drainAll());
      cancel();
      clients.close();
      collections.close();
      probing.close();
      await http.stop();
    },
  };
}

function newTargets(settings: InserterSettings): Targets {
  return new Targets({
    defaultEndpoint: settings.milvusEndpoint.url,
    defaultToken: settings.milvusToken,
    allowedEndpoints: settings.milvusAllowedEndpoints,
    connectTimeoutMs: settings.connectTimeoutMs,
    references: { env: process.env, readFile: diskFiles.read, allow: settings.referencesAllowed },
  });
}

function credentialsOf(settings: InserterSettings) {
  try {
    return serverCredentials(settings);
  } catch (error) {
    throw new ConfigError(`TLS: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/**
 * Readiness and gRPC health follow the connection to MILVUS_ENDPOINT, where that is set: an inserter that cannot write must not look well.
 * It is looked at, not called: the state of an open connection costs Milvus nothing. Streams are taken all the same and
 * told the reason, so nobody depends on this to learn it.
 */
function newProbe(targets: Targets): MilvusClient {
  const target = targets.resolve(Target.create({ collection: 'any' }));
  if ('code' in target) throw new ConfigError(`MILVUS_ENDPOINT: ${target.message}; ${target.hint}`);
  return new MilvusClient(target.connection);
}
