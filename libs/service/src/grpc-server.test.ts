import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { createRequire } from 'node:module';
import {
  type ClientDuplexStream,
  credentials,
  loadPackageDefinition,
  ServerCredentials,
  type ServerDuplexStream,
  type ServiceClientConstructor,
  status,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { protoPath as healthProto } from 'grpc-health-check';
import { afterEach, expect, test } from 'vitest';
import { ConfigError } from './config-error.ts';
import { GrpcServer } from './grpc-server.ts';
import { receiveWindowBytes } from './receive-windows.ts';

const require = createRequire(import.meta.url);
const reflectionProto = require.resolve('@grpc/reflection/build/proto/grpc/reflection/v1/reflection.proto');
const proto = new URL('../../../proto', import.meta.url).pathname;

function constructorOf(file: string, path: string[], includeDirs: string[] = []): ServiceClientConstructor {
  let found: unknown = loadPackageDefinition(loadSync(file, { includeDirs, enums: String }));
  for (const name of path) found = (found as Record<string, unknown>)[name];
  return found as ServiceClientConstructor;
}

const Validator = constructorOf('millrace/v1/schema_validator.proto', ['millrace', 'v1', 'SchemaValidator'], [proto]);
const Health = constructorOf(healthProto, ['grpc', 'health', 'v1', 'Health']);
const Reflection = constructorOf(reflectionProto, ['grpc', 'reflection', 'v1', 'ServerReflection']);

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function serve(reflection = true, validate: (call: ServerDuplexStream<unknown, unknown>) => void = () => {}) {
  const options = {
    credentials: ServerCredentials.createInsecure(),
    reflection,
    protoFile: 'millrace/v1/schema_validator.proto',
  };
  const server = new GrpcServer(Validator.service, { Validate: validate, validate }, options);
  endings.push(() => server.stop(0));
  const port = await server.start('127.0.0.1', 0);
  const connect = (client: ServiceClientConstructor) => {
    const made = new client(`127.0.0.1:${port}`, credentials.createInsecure());
    endings.push(() => made.close());
    return made;
  };
  return { server, port, connect };
}

type Stream = ClientDuplexStream<unknown, unknown>;

const ended = (stream: Stream) =>
  new Promise<number>((resolve) => {
    stream.on('error', () => {});
    stream.on('data', () => {});
    stream.on('status', ({ code }) => resolve(code));
  });

test('the health service follows what the owner says', async () => {
  const { server, connect } = await serve();
  const health = connect(Health);
  const check = () =>
    new Promise((resolve, reject) => {
      health.Check?.({ service: '' }, (error: Error | null, answer: { status: string }) =>
        error ? reject(error) : resolve(answer.status),
      );
    });
  expect(await check()).toBe('NOT_SERVING');
  server.setServing(true);
  expect(await check()).toBe('SERVING');
  server.setServing(false);
  expect(await check()).toBe('NOT_SERVING');
});

test('reflection lists the service, where it is wanted', async () => {
  const { connect } = await serve();
  const stream: Stream = connect(Reflection).ServerReflectionInfo?.();
  const answer = new Promise((resolve) => stream.on('data', resolve));
  stream.write({ host: '', listServices: '' });
  expect(await answer).toMatchObject({ listServicesResponse: { service: [{ name: 'millrace.v1.SchemaValidator' }] } });
  stream.end();

  const without = await serve(false);
  expect(await ended(without.connect(Reflection).ServerReflectionInfo?.())).toBe(status.UNIMPLEMENTED);
});

test('a stop waits for streams that are drained in time, and lets new calls begin on their connections meanwhile', async () => {
  const open = Promise.withResolvers<ServerDuplexStream<unknown, unknown>>();
  const { server, connect } = await serve(true, (call) => {
    call.on('data', () => {});
    call.sendMetadata(call.metadata);
    open.resolve(call);
  });
  const client = connect(Validator);
  const stream: Stream = client.Validate?.();
  const code = ended(stream);
  const call = await open.promise;
  const drained = Promise.withResolvers<void>();
  const stopped = server.stop(5_000, drained.promise);
  const late: Stream = client.Validate?.();
  void ended(late);
  await new Promise((resolve) => late.on('metadata', resolve));
  late.cancel();
  call.end();
  expect(await code).toBe(status.OK);
  drained.resolve();
  await stopped;
});

test('a stop waits for streams that end in time', async () => {
  const { server, connect } = await serve(true, (call) => {
    call.on('data', () => {});
    call.on('end', () => call.end());
    call.sendMetadata(call.metadata);
  });
  const stream: Stream = connect(Validator).Validate?.();
  const code = ended(stream);
  await new Promise((resolve) => stream.on('metadata', resolve));
  const stopped = server.stop(5_000);
  stream.end();
  expect(await code).toBe(status.OK);
  await stopped;
});

test('a stop cuts what has not ended after its grace, and takes nothing new', async () => {
  const { server, port, connect } = await serve(true, (call) => call.sendMetadata(call.metadata));
  const stream: Stream = connect(Validator).Validate?.();
  const code = ended(stream);
  await new Promise((resolve) => stream.on('metadata', resolve));
  const before = performance.now();
  await server.stop(100);
  expect(performance.now() - before).toBeLessThan(2_000);
  expect(await code).not.toBe(status.OK);
  const late = new Validator(`127.0.0.1:${port}`, credentials.createInsecure());
  endings.push(() => late.close());
  expect(await ended(late.Validate?.())).toBe(status.UNAVAILABLE);
});

test('a port that is taken is a matter of configuration', async () => {
  const { port } = await serve();
  const options = { credentials: ServerCredentials.createInsecure(), reflection: false, protoFile: '' };
  const second = new GrpcServer(Validator.service, { Validate: () => {} }, options);
  await expect(second.start('127.0.0.1', port)).rejects.toThrow(ConfigError);
});

test('a client may send a whole batch without waiting, once its connection has a stream', async () => {
  const { port } = await serve();
  const session = connectHttp2(`http://127.0.0.1:${port}`);
  endings.push(() => session.destroy());
  await once(session, 'remoteSettings');
  const stream = session.request({
    ':method': 'POST',
    ':path': '/millrace.v1.SchemaValidator/Validate',
    'content-type': 'application/grpc',
  });
  stream.on('error', () => {});
  await once(session, 'remoteSettings');
  // What the server has sent before its answer has been taken.
  await new Promise((resolve) => session.ping(resolve));
  expect(session.remoteSettings.initialWindowSize).toBe(receiveWindowBytes);
  expect(session.state.remoteWindowSize).toBeGreaterThanOrEqual(receiveWindowBytes);
});
