import { join } from 'node:path';
import { type Child, freePort, projectRoot, startChild } from '@millrace/testing';
import { usualPort } from './ports.ts';
import { step } from './screen.ts';

export interface ServicePorts {
  readonly consumerHttp: number;
  readonly validatorHttp: number;
  readonly validatorGrpc: number;
  readonly inserterHttp: number;
  readonly inserterGrpc: number;
}

/** The consumer and the validator, which people and the command line talk to, get their usual ports where they are free. */
export async function choosePorts(): Promise<ServicePorts> {
  return {
    consumerHttp: await usualPort(8083),
    validatorHttp: await freePort(),
    validatorGrpc: await usualPort(50_051),
    inserterHttp: await freePort(),
    inserterGrpc: await freePort(),
  };
}

export interface ServicePlan {
  readonly name: 'inserter' | 'schema-validator' | 'consumer';
  readonly httpPort: number;
  /** What must answer for it to count as started. A consumer is ready only once its topics exist, and they may come later. */
  readonly probe: '/readyz' | '/livez';
  readonly env: Readonly<Record<string, string>>;
}

/** The three services, in the order in which they start; each talks only to those before it. */
export function planServices(kafka: string, milvus: string, connectors: string, ports: ServicePorts): ServicePlan[] {
  return [
    {
      name: 'inserter',
      httpPort: ports.inserterHttp,
      probe: '/readyz',
      env: { GRPC_PORT: String(ports.inserterGrpc), MILVUS_ENDPOINT: milvus },
    },
    {
      name: 'schema-validator',
      httpPort: ports.validatorHttp,
      probe: '/readyz',
      env: { GRPC_PORT: String(ports.validatorGrpc), INSERTER_ADDRESS: `dns:///127.0.0.1:${ports.inserterGrpc}` },
    },
    {
      name: 'consumer',
      httpPort: ports.consumerHttp,
      probe: '/livez',
      env: {
        CONNECT_WORKER_CONFIG: join(projectRoot, 'deploy', 'connect-standalone.properties'),
        CONNECTORS_DIR: connectors,
        BOOTSTRAP_SERVERS: kafka,
        VALIDATOR_ADDRESS: `dns:///127.0.0.1:${ports.validatorGrpc}`,
        MILVUS_ENDPOINT: milvus,
      },
    },
  ];
}

/** Starts a service as a process of its own and waits until it answers. */
export function startService({ name, httpPort, probe, env }: ServicePlan, logs: string): Promise<Child> {
  const url = `http://127.0.0.1:${httpPort}`;
  return step(
    name,
    () =>
      startChild({
        name,
        command: process.execPath,
        args: [join(projectRoot, 'apps', name, 'src', 'main.ts')],
        cwd: projectRoot,
        env: { ...process.env, HTTP_PORT: String(httpPort), ...env },
        logFile: join(logs, `${name}.log`),
        ready: async () => (await fetch(`${url}${probe}`, { signal: AbortSignal.timeout(1_000) })).ok,
      }),
    () => (name === 'consumer' ? url.replace('127.0.0.1', 'localhost') : ''),
  );
}
