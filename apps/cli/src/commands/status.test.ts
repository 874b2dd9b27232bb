import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { recordedOutput } from '../recorded-output.ts';
import { status } from './status.ts';

const since = '2026-01-02T03:04:05.000Z';
const violation = {
  code: 'V017',
  path: '$.v',
  message: 'vector has 7 numbers, the collection wants 8',
  expected: 'a list of 8 numbers',
  found: '7 numbers',
  hint: 'send 8',
};
const stopped = {
  code: 'V017',
  message: 'record at docs-0 offset 18244113 was rejected: …',
  hint: 'set errors.tolerance=all',
  needsAction: true,
  retrying: false,
  since,
  record: { offset: 18_244_113, violations: [violation], omitted: 2 },
};
const waiting = {
  code: 'milvus.quota',
  message: 'Milvus is full',
  hint: 'free some',
  needsAction: false,
  retrying: true,
  since,
};

/** What consumers answer, in Kafka Connect's JSON: another's, and ours. */
const answers: Record<string, unknown> = {
  '/connectors': ['good', 'bad one'],
  '/connectors/good/status': { connector: { state: 'RUNNING' }, tasks: [{ id: 0, state: 'RUNNING' }] },
  '/connectors/bad%20one/status': {
    connector: { state: 'RUNNING' },
    tasks: [{ id: 0, state: 'FAILED', trace: 'record 7: not JSON\nhint: \x1b[2J' }],
  },
  '/connectors/ours/status': {
    connector: { state: 'FAILED', trace: 'V017: …' },
    tasks: [{ id: 0, state: 'FAILED', trace: 'V017: …' }],
    millrace: {
      records: { read: 12_345, deadLettered: 1, under_way: 2 },
      lag: 7,
      problem: { code: 'kafka.unavailable', message: 'no brokers', hint: 'check them', needsAction: false, since },
      lanes: [
        { topic: 'docs', partition: 0, problem: stopped },
        { topic: 'docs', partition: 1 },
        ...[2, 3, 4, 5].map((partition) => ({ topic: 'docs', partition, problem: waiting })),
      ],
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
  ]);
});

it('shows what holds a connector of ours up as errors, alike ones once', async () => {
  const output = recordedOutput(true);
  expect(await status(settings(), 'ours', output)).toBe(false);
  expect(output.lines).toEqual([
    'ours  FAILED',
    '  task 0  FAILED',
    '  lag 7   read 12 345   dead lettered 1   under way 2',
    'waits[kafka.unavailable]: no brokers',
    '  --> (since 2026-01-02T03:04:05.000Z)',
    '   = goes on: by itself',
    '   = help: check them',
    '   = docs: docs/errors/kafka.unavailable.md',
    'error[V017]: vector has 7 numbers, the collection wants 8',
    '  --> docs-0 @ offset 18 244 113   $.v   (since 2026-01-02T03:04:05.000Z)',
    '   = expected: a list of 8 numbers; found 7 numbers',
    '   = stopped: set errors.tolerance=all',
    '   = goes on: when the consumer is started again',
    '   = not listed: 2 more',
    '   = help: send 8',
    '   = docs: docs/errors/V017.md',
    'waits[milvus.quota]: Milvus is full',
    '  --> docs-2, docs-3, docs-4 and 1 more   (since 2026-01-02T03:04:05.000Z)',
    '   = goes on: by itself',
    '   = help: free some',
    '   = docs: docs/errors/milvus.quota.md',
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
