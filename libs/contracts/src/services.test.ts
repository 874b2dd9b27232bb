import {
  credentials,
  makeGenericClientConstructor,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { afterEach, expect, test } from 'vitest';
import { InserterService, SchemaValidatorService } from './services.ts';

const endings: (() => void)[] = [];
afterEach(() => {
  for (const end of endings.splice(0).reverse()) end();
});

test.each([
  ['Validate', SchemaValidatorService.validate],
  ['Insert', InserterService.insert],
])('a malformed request ends %s with INTERNAL, as by the generated code', async (_, method) => {
  const heard: unknown[] = [];
  const server = new Server();
  endings.push(() => server.forceShutdown());
  server.addService(
    { method },
    { method: (call: ServerDuplexStream<unknown, unknown>) => call.on('data', (request) => heard.push(request)) },
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  const Client = makeGenericClientConstructor(
    { method: { ...method, requestSerialize: (bytes: Buffer) => bytes } },
    '',
  );
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  endings.push(() => client.close());
  const call = client.method?.();
  const ended = new Promise<ServiceError>((resolve) => call.on('error', resolve));
  call.resume();
  call.write(Buffer.from([0x12, 2, 8]));
  expect(await ended).toMatchObject({ code: status.INTERNAL, details: 'Error deserializing request' });
  expect(heard).toEqual([]);
});
