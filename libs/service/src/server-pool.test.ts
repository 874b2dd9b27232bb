import { credentials, Server, ServerCredentials, type ServerDuplexStream, status } from '@grpc/grpc-js';
import { InserterClient, InserterService, type InsertRequest, type InsertResponse } from '@millrace/contracts';
import { freePort, NameServer } from '@millrace/testing';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ServerPool } from './server-pool.ts';

vi.hoisted(() => {
  // gRPC asks the DNS server that the name itself gives instead of the machine's.
  process.env.GRPC_NODE_USE_ALTERNATIVE_RESOLVER = 'true';
});

const hosts = ['127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.4'];
let port: number;
let servers: Map<string, Server>;
let names: NameServer;
let pool: ServerPool<InserterClient>;
let grown: number;
let ready: boolean[];
/** What streams wait for after the client has ended them. */
let mayEnd: Promise<void>;
/** Streams as the servers see them. */
let served: InsertCall[];

type InsertCall = ServerDuplexStream<InsertRequest, InsertResponse>;

beforeEach(async () => {
  port = await freePort();
  servers = new Map();
  names = await NameServer.start([]);
  grown = 0;
  ready = [];
  mayEnd = Promise.resolve();
  served = [];
});

afterEach(() => {
  pool.close();
  names.stop();
  for (const server of servers.values()) server.forceShutdown();
});

/** A server whose streams stay open until the client ends them. */
async function serve(host = ''): Promise<void> {
  const server = new Server();
  const insert = (call: InsertCall) => {
    served.push(call);
    call.on('data', () => {});
    call.on('error', () => {});
    call.on('end', () => mayEnd.then(() => call.end()));
  };
  const unimplemented = (_: unknown, callback: (error: { code: number }) => void) =>
    callback({ code: status.UNIMPLEMENTED });
  server.addService(InserterService, { insert, describeCollection: unimplemented });
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(`${host}:${port}`, ServerCredentials.createInsecure(), (error) =>
      error ? reject(error) : resolve(),
    );
  });
  servers.set(host, server);
}

async function start(count: number): Promise<void> {
  for (const host of hosts.slice(0, count)) await serve(host);
  names.addresses = hosts.slice(0, count);
  pool = new ServerPool({
    address: `dns://127.0.0.1:${names.port}/inserter:${port}`,
    credentials: credentials.createInsecure(),
    create: (target, given, options) => new InserterClient(target, given, options),
  });
  pool.watch({
    ready: (isReady) => ready.push(isReady),
    grown: () => {
      grown += 1;
    },
  });
  await until(() => pool.width === count && grown === 1);
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

const open = () => {
  const call = pool.begin((client) => client.insert());
  call.on('data', () => {});
  call.on('error', () => {});
  return call;
};
const streams = () => pool.servers.map((server) => server.streams);

test('streams go where the fewest are, and a server that ended some gets the next ones', async () => {
  await start(3);
  const calls = Array.from({ length: 7 }, open);
  expect(streams().sort()).toEqual([2, 2, 3]);
  expect(pool.isUneven).toBe(false);
  for (const call of calls) call.end();
  await until(() => streams().every((count) => count === 0));
});

test('a stream that was ended here leaves its place to the next one, whenever the server ends it', async () => {
  await start(2);
  mayEnd = new Promise(() => {});
  const [first] = [open(), open()];
  first.end();
  await until(() => streams().includes(0));
  open();
  expect(streams()).toEqual([1, 1]);
});

test('a server that has left the name is kept until its last stream is over', async () => {
  await start(2);
  let letEnd = () => {};
  mayEnd = new Promise((resolve) => {
    letEnd = resolve;
  });
  const calls = [open(), open()];
  names.addresses = hosts.slice(1, 2);
  await until(() => pool.width === 1);
  for (const call of calls) call.end();
  await until(() => streams().every((count) => count === 0));
  expect(pool.servers).toHaveLength(2);
  letEnd();
  await until(() => pool.servers.length === 1);
});

test('a server that comes to the name is noticed, told once, and gets streams', async () => {
  await start(1);
  for (let count = 0; count < 4; count++) open();
  await serve('127.0.0.2');
  names.addresses = hosts.slice(0, 2);
  await until(() => grown === 2);
  expect([pool.width, pool.isUneven]).toEqual([2, true]);
  open();
  open();
  expect(streams()).toEqual([4, 2]);
});

test('one that was known before it served counts once it does', async () => {
  await start(1);
  names.addresses = hosts.slice(0, 2);
  await until(() => pool.servers.length === 2);
  expect(pool.width).toBe(1);
  await serve('127.0.0.2');
  await until(() => grown === 2);
  expect(pool.width).toBe(2);
});

test('one that leaves the name keeps its streams to their end, and gets no more', async () => {
  await start(2);
  const calls = [open(), open()];
  names.addresses = hosts.slice(1, 2);
  await until(() => pool.width === 1);
  expect(streams()).toEqual([1, 1]);
  open();
  expect(streams().sort()).toEqual([1, 2]);
  for (const call of calls) call.end();
  await until(() => pool.servers.length === 1);
  expect(pool.servers).toMatchObject([{ address: `${hosts[1]}:${port}`, ready: true }]);
});

test.each<[string, (call: InsertCall) => void]>([
  ['asked for a drain', (call) => call.write({ message: { $case: 'drain', value: { reason: '' } } })],
  ['broke a stream', (call) => call.emit('error', { code: status.UNAVAILABLE, details: '' })],
])('one that %s is passed over while there are others', async (_, act) => {
  await start(2);
  open();
  const other = pool.servers.findIndex((server) => server.streams === 0);
  await until(() => served.length === 1);
  for (const call of served) act(call);
  await until(() => pool.width === 1);
  open();
  open();
  expect(streams()[other]).toBe(2);
  expect(pool.width).toBe(1);
});

test('one that comes back is told of', async () => {
  await start(2);
  servers.get('127.0.0.2')?.forceShutdown();
  await until(() => pool.width === 1);
  await serve('127.0.0.2');
  await until(() => grown === 2);
  expect([pool.width, ready]).toEqual([2, [true]]);
});

test('without an address a call says so, and names the name', async () => {
  pool = new ServerPool({
    address: 'dns:///no-such-host.invalid:1',
    credentials: credentials.createInsecure(),
    create: (target, given, options) => new InserterClient(target, given, options),
  });
  const call = open();
  const end = await new Promise<{ code: number; details: string }>((resolve) => call.on('status', resolve));
  expect(end).toMatchObject({ code: status.UNAVAILABLE, details: expect.stringContaining('no-such-host.invalid') });
  expect([pool.isReady, pool.width]).toEqual([false, 1]);
});
