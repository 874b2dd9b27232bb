import { join } from 'node:path';

/** Everything that a standalone Milvus listens with: `proxy` for clients, `metrics` for `/healthz` too. */
export const milvusListeners = [
  'proxy',
  'proxyInternal',
  'rootCoord',
  'dataCoord',
  'queryCoord',
  'dataNode',
  'queryNode',
  'indexNode',
  'etcd',
  'etcdPeer',
  'metrics',
] as const;

export type MilvusPorts = Readonly<Record<(typeof milvusListeners)[number], number>>;

export interface MilvusLimits {
  /**
   * How long its parts may go without a sign of life of each other before the server ends itself, seconds; 10 by default.
   * After a kill, a restart waits for as long.
   */
  readonly sessionTtlS?: number;
  /** Largest request that it takes; 64 MiB by default. */
  readonly requestBytesMax?: number;
}

const nodes = ['rootCoord', 'dataCoord', 'queryCoord', 'dataNode', 'queryNode', 'indexNode'] as const;

/**
 * As environment variables, which win over `milvus.yaml`: `ETCD_DATA_DIR` is its `etcd.data.dir`. All data lies in one
 * folder, and the parts reach each other over the loopback interface; yet they listen on every interface, for which 2.3.5
 * has no setting.
 */
export function milvusSettings(
  dataDir: string,
  ports: MilvusPorts,
  { sessionTtlS = 10, requestBytesMax = 67_108_864 }: MilvusLimits = {},
): Record<string, string> {
  const settings = {
    DEPLOY_MODE: 'STANDALONE',
    METRICS_PORT: ports.metrics,
    MILVUSCONF: join(dataDir, 'configs'),
    ETCD_ENDPOINTS: `127.0.0.1:${ports.etcd}`,
    ETCD_DATA_DIR: join(dataDir, 'etcd'),
    ETCD_CONFIG_PATH: join(dataDir, 'configs', 'etcd.yaml'),
    LOCALSTORAGE_PATH: join(dataDir, 'storage'),
    ROCKSMQ_PATH: join(dataDir, 'rocksmq'),
    LOG_LEVEL: 'warn',
    COMMON_SESSION_TTL: sessionTtlS,
    COMMON_GRACEFULSTOPTIMEOUT: 3,
    PROXY_IP: '127.0.0.1',
    PROXY_PORT: ports.proxy,
    PROXY_GRPC_SERVERMAXRECVSIZE: requestBytesMax,
    PROXY_INTERNALPORT: ports.proxyInternal,
    ...Object.fromEntries(
      nodes.flatMap((node) => [
        [`${node.toUpperCase()}_IP`, '127.0.0.1'],
        [`${node.toUpperCase()}_PORT`, ports[node]],
      ]),
    ),
  };
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value)]));
}

/** The configuration file of the etcd inside, which alone can name its second port. */
export function etcdSettings(dataDir: string, { etcd, etcdPeer }: MilvusPorts): object {
  const [clients, peers] = [`http://127.0.0.1:${etcd}`, `http://127.0.0.1:${etcdPeer}`];
  return {
    name: 'default',
    'data-dir': join(dataDir, 'etcd'),
    'listen-client-urls': clients,
    'advertise-client-urls': clients,
    'listen-peer-urls': peers,
    'initial-advertise-peer-urls': peers,
    'initial-cluster': `default=${peers}`,
    'log-level': 'warn',
  };
}
