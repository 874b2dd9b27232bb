import {
  credentials,
  makeGenericClientConstructor,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
} from '@grpc/grpc-js';
import { afterEach, expect, test } from 'vitest';
import { InsertRequest } from '../gen/millrace/v1/inserter.ts';
import { InserterClient, InserterService, insertRequests } from '../services.ts';
import { bytes } from './scalar-fields.ts';
import { UnwrittenMessage } from './unwritten-message.ts';

const endings: (() => void)[] = [];
afterEach(() => {
  for (const end of endings.splice(0).reverse()) end();
});

/** A server that keeps the messages as they arrive, and ends each call well. */
async function serve() {
  const received: Buffer[] = [];
  const server = new Server();
  const insert = { ...InserterService.insert, requestDeserialize: (message: Buffer) => received.push(message) };
  server.addService(
    { insert },
    {
      insert: (call: ServerDuplexStream<unknown, unknown>) => call.on('data', () => {}).on('end', () => call.end()),
    },
  );
  endings.push(() => server.forceShutdown());
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { received, address: `127.0.0.1:${port}` };
}

/** A batch of so many bytes. */
function batchOf(size: number) {
  const empty = insertRequests.decode(Buffer.from([0x12, 0])).message;
  if (empty?.$case !== 'batch') throw new Error('no batch');
  return { message: { $case: 'batch' as const, value: { ...empty.value, traceparent: 'x'.repeat(size) } } };
}

test('grpc-js sends what it has not been given yet, at any size, alone and among others', async () => {
  const { received, address } = await serve();
  const client = new InserterClient(address, credentials.createInsecure());
  endings.push(() => client.close());
  const requests = [0, 1, 127, 128, 5_000, 16_384, 70_000, 1_000_000].map(batchOf);
  const call = client.insert();
  for (const request of requests) call.write(request);
  call.end();
  call.resume();
  await new Promise((resolve, reject) => call.on('end', resolve).on('error', reject));
  expect(received).toHaveLength(requests.length);
  for (const [index, request] of requests.entries()) {
    expect(received[index]?.equals(Buffer.from(InsertRequest.encode(request).finish()))).toBe(true);
  }
});

test('grpc-js asks it for its length, has it written once, and nothing else', async () => {
  const { address } = await serve();
  const asked: (string | symbol)[] = [];
  const watch = (message: Buffer): Buffer =>
    new Proxy(message, {
      get: (target, name) => {
        asked.push(name);
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  const requestSerialize = (content: Buffer) => watch(new UnwrittenMessage(bytes(1), content).asSerialized());
  const insert = { ...InserterService.insert, requestSerialize };
  const Client = makeGenericClientConstructor({ insert }, 'watched');
  const client = new Client(address, credentials.createInsecure());
  endings.push(() => client.close());
  const call = client.insert?.();
  call.end(Buffer.from('content'));
  call.resume();
  await new Promise((resolve, reject) => call.on('end', resolve).on('error', reject));
  expect(new Set(asked)).toEqual(new Set(['length', 'copy']));
  expect(asked.filter((name) => name === 'copy')).toHaveLength(1);
});

test('it is written behind what is there, and never beyond its room', () => {
  const message = new UnwrittenMessage(bytes(1), Buffer.from('abc'));
  const target = Buffer.alloc(9, 0xff);
  expect(message.copy(target, 3)).toBe(5);
  expect(target).toEqual(Buffer.from([255, 255, 255, 0x0a, 3, 97, 98, 99, 255]));
  expect(message.copy(target, 4)).toBe(5);
  expect(() => message.copy(target, 5)).toThrow(RangeError);
  expect(message.toBuffer()).toEqual(Buffer.from([0x0a, 3, 97, 98, 99]));
});

test('a message that has changed since it was measured is not sent', () => {
  const pieces = [Buffer.from('abc')];
  const message = new UnwrittenMessage(bytes(1), pieces);
  pieces.push(Buffer.from('d'));
  expect(() => message.copy(Buffer.alloc(20), 0)).toThrow('has changed');
});
