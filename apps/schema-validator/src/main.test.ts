import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Result } from '@millrace/contracts';
import { FakeInserter, freePort, startChild, temporaryFolder } from '@millrace/testing';
import { expect, test } from 'vitest';
import { books, goodBook } from './testing/collections.ts';
import { LaneClient } from './testing/lane-client.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const run = promisify(execFile);

test('the process serves, and ends with 0 on SIGTERM once its lanes have ended', async () => {
  const inserter = new FakeInserter();
  inserter.collections.set('books', books);
  const address = await inserter.start();
  const folder = await temporaryFolder();
  const [grpcPort, httpPort] = [await freePort(), await freePort()];
  const child = await startChild({
    name: 'schema-validator',
    command: process.execPath,
    args: [main],
    env: { ...process.env, GRPC_PORT: String(grpcPort), HTTP_PORT: String(httpPort), INSERTER_ADDRESS: address },
    logFile: join(folder.path, 'log'),
    ready: async () => (await fetch(`http://127.0.0.1:${httpPort}/readyz`)).ok,
  });
  const lane = new LaneClient(grpcPort);
  lane.open();
  await lane.first();
  lane.send([goodBook(1)]);
  expect(await lane.answered(1)).toMatchObject([{ result: Result.APPLIED }]);
  const stopped = child.stop();
  await lane.until(() => lane.received.some(({ $case }) => $case === 'drain'));
  lane.halfClose();
  expect(await stopped).toEqual({ code: 0, signal: null });
  lane.close();
  inserter.stop();
  await folder.remove();
}, 30_000);

test('--help lists every setting', async () => {
  const { stdout } = await run(process.execPath, [main, '--help']);
  for (const name of [
    'GRPC_HOST',
    'GRPC_PORT',
    'INSERTER_ADDRESS',
    'HTTP_PORT',
    'RECORD_DEPTH_MAX',
    'RECORD_BYTES_MAX',
    'RECORD_KEYS_MAX',
  ]) {
    expect(stdout).toContain(name);
  }
  expect(stdout).toMatch(/GRPC_PORT +50051/);
  expect(stdout).toMatch(/HTTP_PORT +8084/);
  expect(stdout).toContain('dns:///inserter:50052');
}, 30_000);
