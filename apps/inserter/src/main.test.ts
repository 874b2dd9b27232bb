import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { startFakeMilvus } from '@millrace/testing';
import { expect, test } from 'vitest';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const run = (environment: Readonly<Record<string, string>>, ...args: string[]) =>
  spawn(process.execPath, [main, ...args], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  let text = '';
  for await (const bytes of stream) text += bytes;
  return text;
}

test('a wrong environment ends it with 78, and all that is wrong by name; a token never shows', {
  timeout: 30_000,
}, async () => {
  const child = run({
    MILVUS_ENDPOINT: 'ftp://x',
    WRITE_BYTES_MAX: '64000000',
    MILVUS_TOKEN: 'canary',
    GRPC_PORT: 'x',
  });
  const [errors, [code]] = await Promise.all([textOf(child.stderr), once(child, 'exit')]);
  expect(code).toBe(78);
  for (const name of ['MILVUS_ENDPOINT', 'WRITE_BYTES_MAX', 'GRPC_PORT']) expect(errors).toContain(name);
  expect(errors).not.toContain('canary');
});

test('it serves, is ready while Milvus is there, and ends with 0 on SIGTERM', { timeout: 30_000 }, async () => {
  const fake = await startFakeMilvus();
  const child = run({ MILVUS_ENDPOINT: fake.address, GRPC_PORT: '0', HTTP_PORT: '0', MILVUS_TOKEN: 'canary' });
  const lines: string[] = [];
  let httpPort = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    const { event, httpPort: port }: { event?: string; httpPort?: number } = JSON.parse(line);
    if (event === 'serving') {
      httpPort = port ?? 0;
      const status = await (await fetch(`http://127.0.0.1:${httpPort}/status`)).text();
      expect((await fetch(`http://127.0.0.1:${httpPort}/readyz`)).status).toBe(200);
      lines.push(status);
      child.kill('SIGTERM');
    }
  }
  expect(child.exitCode ?? (await once(child, 'exit'))[0]).toBe(0);
  expect(httpPort).not.toBe(0);
  expect(lines.join('\n')).not.toContain('canary');
  await fake.stop();
});
