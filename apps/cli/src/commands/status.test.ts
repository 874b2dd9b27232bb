import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { recordedOutput } from '../recorded-output.ts';
import { status } from './status.ts';

/** What a consumer answers, in Kafka Connect's JSON. */
const answers: Record<string, unknown> = {
  '/connectors': ['good', 'bad one'],
  '/connectors/good/status': { connector: { state: 'RUNNING' }, tasks: [{ id: 0, state: 'RUNNING' }] },
  '/connectors/bad%20one/status': {
    connector: { state: 'RUNNING' },
    tasks: [{ id: 0, state: 'FAILED', trace: 'record 7: not JSON\nhint: \x1b[2J' }],
    millrace: {
      records: { read: 12_345, deadLettered: 1, under_way: 2 },
      lag: 7,
      blocked_by: ['record 7: not JSON', 'Milvus is away'],
    },
  },
};

let server: Server;
let statusUrl: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    const body = answers[request.url ?? ''];
    response.writeHead(body === undefined ? 404 : 200);
    response.end(JSON.stringify(body ?? { error_code: 404, message: 'no such connector' }));
  });
  server.listen({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const address = server.address();
  if (!(address instanceof Object)) throw new Error('the server has no port');
  statusUrl = `http://127.0.0.1:${address.port}`;
});
afterAll(() => server.close());

const settings = () => ({ kafka: '', milvus: '', statusUrl });

it('shows every connector, and why one has failed', async () => {
  const output = recordedOutput();
  expect(await status(settings(), undefined, output)).toBe(false);
  expect(output.lines).toEqual([
    'good  RUNNING',
    '  task 0  RUNNING',
    'bad one  RUNNING',
    '  task 0  FAILED',
    '    record 7: not JSON',
    '    hint: \\u{1b}[2J',
    '  lag 7   read 12 345   dead lettered 1   under way 2',
    '    Milvus is away',
  ]);
});

it('says that all is well when it is', async () => {
  expect(await status(settings(), 'good', recordedOutput())).toBe(true);
});

it('fails with what the consumer says of an unknown connector', async () => {
  await expect(status(settings(), 'nobody', recordedOutput())).rejects.toThrow(/404.*no such connector/);
});

it('fails when no consumer answers', async () => {
  const nowhere = { ...settings(), statusUrl: 'http://127.0.0.1:1' };
  await expect(status(nowhere, undefined, recordedOutput())).rejects.toMatchObject({ exitCode: 69 });
});
