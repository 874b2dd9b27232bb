import { request } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { ConfigError } from './config-error.ts';
import { healthRoutes } from './health.ts';
import { failure, type HttpRoute, HttpServer } from './http-server.ts';

const servers: HttpServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

const failures: unknown[] = [];

async function serve(...routes: HttpRoute[]): Promise<{ server: HttpServer; port: number }> {
  const server = new HttpServer(routes, { error: (line: { err: unknown }) => failures.push(line.err) });
  servers.push(server);
  return { server, port: await server.start('127.0.0.1', 0) };
}

/** Without the cleaning up that fetch does to a path. */
async function get(
  port: number,
  path: string,
  method = 'GET',
): Promise<{ status: number; type: string; body: string }> {
  return new Promise((resolve, reject) => {
    const asking = request({ port, path, method, host: '127.0.0.1' }, (response) => {
      let body = '';
      response.on('data', (data: Buffer) => {
        body += data;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, type: String(response.headers['content-type']), body }),
      );
    });
    asking.on('error', reject);
    asking.end();
  });
}

test('a route that throws, or answers what is no JSON, is told and answered 500; the server stays', async () => {
  const bug = new Error('a bug');
  const { port } = await serve((path) => {
    if (path === '/throws') throw bug;
    return { status: 200, body: path === '/bigint' ? { size: 1n } : 'ok' };
  });
  expect(await get(port, '/throws')).toMatchObject({ status: 500, type: 'application/json' });
  expect(await get(port, '/bigint')).toMatchObject({ status: 500 });
  expect(failures).toEqual([bug, expect.any(TypeError)]);
  expect(await get(port, '/')).toMatchObject({ status: 200, body: 'ok\n' });
});

test('/livez, /readyz and /status say what the service says of itself', async () => {
  let reason: string | undefined = 'joining its group';
  const { port } = await serve(healthRoutes({ notReadyBecause: () => reason, status: () => ({ lanes: 2 }) }));
  expect(await get(port, '/livez')).toMatchObject({ status: 200, body: 'ok\n' });
  expect(await get(port, '/readyz')).toMatchObject({ status: 503, body: 'joining its group\n' });
  reason = undefined;
  expect(await get(port, '/readyz')).toMatchObject({ status: 200, body: 'ok\n', type: 'text/plain; charset=utf-8' });
  expect(await get(port, '/status')).toMatchObject({ status: 200, body: '{"lanes":2}', type: 'application/json' });
});

test('routes are asked in order, with path and query', async () => {
  const { port } = await serve(
    (path) => (path === '/a' ? { status: 200, body: 'first' } : undefined),
    (path, query) => ({ status: 200, body: [path, query.getAll('expand')] }),
  );
  expect((await get(port, '/a')).body).toBe('first\n');
  expect((await get(port, '/b?expand=x&expand=y')).body).toBe('["/b",["x","y"]]');
});

test("what is not there, not served or no path is an error in Kafka Connect's form", async () => {
  const { port } = await serve();
  expect(JSON.parse((await get(port, '/nothing')).body)).toEqual({ error_code: 404, message: 'nothing here' });
  expect((await get(port, '/nothing', 'POST')).status).toBe(405);
  expect((await get(port, '/nothing', 'DELETE')).status).toBe(405);
  expect((await get(port, '//')).status).toBe(400);
  expect(failure(409, 'busy')).toEqual({ status: 409, body: { error_code: 409, message: 'busy' } });
});

test('HEAD has no body', async () => {
  const { port } = await serve(() => ({ status: 200, body: 'long' }));
  expect(await get(port, '/', 'HEAD')).toMatchObject({ status: 200, body: '' });
});

test('a port that is taken is a matter of configuration', async () => {
  const { port } = await serve();
  const error = await new HttpServer([], { error: () => {} })
    .start('127.0.0.1', port)
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConfigError);
  expect(String(error)).toContain('EADDRINUSE');
});

test('a stop ends connections that are kept alive, and may be repeated', async () => {
  const { server, port } = await serve(() => ({ status: 200, body: 'ok' }));
  expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
  await server.stop();
  await server.stop();
  await expect(get(port, '/')).rejects.toThrow('ECONNREFUSED');
});
