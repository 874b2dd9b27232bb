import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, expect, test } from 'vitest';
import { framedSocket } from './framed-socket.ts';

const open: { close(): void }[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

/** TLS without certificates: both sides have a key. */
const shared = { ciphers: 'PSK', maxVersion: 'TLSv1.2' } as const;
const psk = Buffer.from('0123456789abcdef');
const clientTls = {
  ...shared,
  pskCallback: () => ({ psk, identity: 'client' }),
  checkServerIdentity: () => undefined,
};
const servers = {
  plain: (serve: (socket: Socket) => void) => createServer(serve),
  TLS: (serve: (socket: Socket) => void) => createTlsServer({ ...shared, pskCallback: () => psk }, serve),
};

async function connect(server: Server, ssl: object | undefined): Promise<Socket> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  let connected = (): void => {};
  const isConnected = new Promise<void>((resolve) => {
    connected = resolve;
  });
  const socket = framedSocket({ host: '127.0.0.1', port, ssl: ssl as never, onConnect: () => connected() });
  open.push({ close: () => socket.destroy() }, server);
  await isConnected;
  return socket;
}

function frameOf(length: number, fill: number): Buffer {
  const frame = Buffer.alloc(4 + length, fill);
  frame.writeInt32BE(length);
  return frame;
}

test.each(['plain', 'TLS'] as const)('over %s, each response is one event, and the end is told', async (kind) => {
  const sent = [frameOf(10, 1), frameOf(3_000_000, 2), frameOf(0, 3), frameOf(70_000, 4), frameOf(5, 5)];
  const server = servers[kind]((socket) => {
    socket.once('data', (request) => {
      expect(request).toEqual(Buffer.from('a request'));
      socket.end(Buffer.concat(sent));
    });
  });
  const socket = await connect(server, kind === 'TLS' ? clientTls : undefined);
  const frames: Buffer[] = [];
  socket.on('data', (frame: Buffer) => frames.push(frame));
  socket.write('a request');
  await once(socket, 'end');
  expect(frames.map((frame) => frame.length)).toEqual(sent.map((frame) => frame.length));
  for (const [index, frame] of frames.entries()) expect(frame.equals(sent[index] ?? Buffer.alloc(0))).toBe(true);
});

test('what is no response of a broker ends the connection with an error that says so', async () => {
  const server = createServer((socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'));
  const socket = await connect(server, undefined);
  socket.resume();
  const [error] = await once(socket, 'error');
  expect(String(error)).toMatch(/announces a response of \d+ bytes; is this a Kafka listener/);
});
