import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { startFakeMilvus } from '@millrace/testing';
import { expect, test } from 'vitest';
import { MilvusClient } from './milvus-client.ts';
import { testConnection } from './testing/test-connection.ts';

function clientOf(port: number): MilvusClient {
  const endpoint = { host: '127.0.0.1', port, tls: false, url: `http://127.0.0.1:${port}` };
  return new MilvusClient({ ...testConnection(), endpoint, connectTimeoutMs: 5_000 });
}

const call = (bytes: number, withinMs: number) => ({
  method: 'Upsert' as const,
  request: Buffer.alloc(bytes, 0x3a),
  database: '',
  notAfterMs: Date.now() + withinMs,
  trace: { traceparent: '', tracestate: '' },
});

test('where nothing listens no call is begun', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  const client = clientOf(port);
  expect(await client.write(call(1, 5_000))).toEqual({ kind: 'not connected' });
  client.close();
});

test('at the deadline the connection is reset, so bytes that still wait are never delivered', async () => {
  const fake = await startFakeMilvus();
  // Between client and server stands a link that stalls when a write begins.
  let outer: Socket | undefined;
  const link = createServer((socket) => {
    outer = socket;
    const inner = connect(Number(fake.address.split(':')[1]), '127.0.0.1');
    inner.pipe(socket);
    socket.on('data', (bytes) => {
      if (bytes.length > 10_000) socket.pause();
      else inner.write(bytes);
    });
    socket.on('close', () => inner.destroy());
    inner.on('error', () => {});
  }).listen(0, '127.0.0.1');
  await once(link, 'listening');

  const client = clientOf((link.address() as AddressInfo).port);
  expect(await client.write(call(8_000_000, 700))).toMatchObject({ kind: 'failed', error: { code: 4 } });
  if (!outer) throw new Error('no connection');
  const [error] = await once(outer.resume(), 'error');
  expect(error).toMatchObject({ code: 'ECONNRESET' });
  expect(fake.writes).toEqual([]);

  client.close();
  link.close();
  await fake.stop();
});
