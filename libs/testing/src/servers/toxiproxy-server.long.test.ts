import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TemporaryFolder, temporaryFolder } from './temporary-folder.ts';
import { canBuildToxiproxy } from './toxiproxy-install.ts';
import { startToxiproxy, type Toxic, type ToxicLink, type ToxiproxyServer } from './toxiproxy-server.ts';

let folder: TemporaryFolder;
let toxiproxy: ToxiproxyServer;
let echo: Server;
let links = 0;

beforeAll(async () => {
  if (!canBuildToxiproxy()) return;
  folder = await temporaryFolder('toxiproxy');
  toxiproxy = await startToxiproxy({ logFile: join(folder.path, 'toxiproxy.log') });
  echo = createServer((socket) => socket.on('error', () => {}).pipe(socket)).listen(0, '127.0.0.1');
  await once(echo, 'listening');
}, 300_000);
afterAll(async () => {
  await toxiproxy?.kill();
  echo?.close();
  await folder?.remove();
});

async function connected(): Promise<{ link: ToxicLink; client: Socket; heard: () => string }> {
  const link = await toxiproxy.link(`echo-${++links}`, `127.0.0.1:${(echo.address() as AddressInfo).port}`);
  const client = connect(link.port, '127.0.0.1').on('error', () => {});
  let text = '';
  client.on('data', (bytes) => {
    text += bytes;
  });
  const heard = () => text;
  client.write('before;');
  await expect.poll(heard).toBe('before;');
  return { link, client, heard };
}

describe.runIf(canBuildToxiproxy())('a toxiproxy', () => {
  it('keeps what a latency holds and lets it go at the end', async () => {
    const hold: Toxic = { type: 'latency', stream: 'upstream', attributes: { latency: 600_000 } };
    const { link, client, heard } = await connected();
    await link.add(hold);
    client.write('held;');
    await link.add({ ...hold, stream: 'downstream' });
    expect(heard()).toBe('before;');
    await link.remove({ ...hold, stream: 'downstream' });
    await link.remove(hold);
    await expect.poll(heard).toBe('before;held;');
  });

  it('loses for good what goes into a blackhole, and closes the connection at its end', async () => {
    const blackhole: Toxic = { type: 'timeout', stream: 'upstream', attributes: { timeout: 0 } };
    const { link, client, heard } = await connected();
    await link.add(blackhole);
    const closed = once(client, 'close');
    client.write('lost;');
    await link.remove(blackhole);
    await closed;
    expect(heard()).toBe('before;');
  });

  it('resets a connection in use', async () => {
    const { link, client } = await connected();
    await link.add({ type: 'reset_peer', stream: 'upstream', attributes: { timeout: 0 } });
    const closed = once(client, 'close');
    client.write('cut');
    await closed;
  });

  it('tells what toxiproxy refuses', async () => {
    const { link } = await connected();
    const twice: Toxic = { type: 'bandwidth', stream: 'upstream', attributes: { rate: 64 } };
    await link.add(twice);
    await expect(link.add(twice)).rejects.toThrow('toxiproxy answers 409 to POST');
  });

  it('has its links again, and no toxics, when it is started again', async () => {
    const { link } = await connected();
    const blackhole: Toxic = { type: 'timeout', stream: 'downstream', attributes: { timeout: 0 } };
    await link.add(blackhole);
    await toxiproxy.renew();
    await link.remove(blackhole);
    const client = connect(link.port, '127.0.0.1').on('error', () => {});
    client.write('through');
    const [bytes] = await once(client, 'data');
    expect(String(bytes)).toBe('through');
    client.destroy();
  });
});
