import { expect, test } from 'vitest';
import { connectorConfig } from '../test/connector-config.ts';
import { LaneScene } from '../test/lane-scene.ts';
import { type ConnectorView, connectRoutes } from './connect-rest.ts';
import { Counters } from './counters.ts';
import { PossibleDuplicates } from './possible-duplicates.ts';

const problem = { code: 'kafka.topic_missing', message: 'no topic', hint: 'Create it.', retrying: true, sinceMs: 0 };

function routesOf(...connectors: Partial<ConnectorView>[]) {
  const complete = connectors.map((each) => ({
    config: connectorConfig('shop', ['orders'], { shown: { name: 'shop', token: '***' } }),
    topics: ['orders'],
    lanes: [],
    counters: new Counters(),
    duplicates: new PossibleDuplicates(),
    problem: undefined,
    isJoined: true,
    bottleneck: undefined,
    ...each,
  }));
  const route = connectRoutes(complete, 'host:8083', '1.2.3');
  return (target: string) => {
    const url = new URL(target, 'http://localhost');
    return route(url.pathname, url.searchParams);
  };
}

test('connectors are listed by name, and expanded on request', () => {
  const get = routesOf({});
  expect(get('/connectors')).toEqual({ status: 200, body: ['shop'] });
  expect(get('/connectors?expand=status&expand=info')?.body).toMatchObject({
    shop: { status: { name: 'shop', type: 'sink' }, info: { type: 'sink', config: { token: '***' } } },
  });
  expect(Object.keys(get('/connectors?expand=info')?.body as object)).toEqual(['shop']);
});

test('a connector has info, a config and a task', () => {
  const get = routesOf({});
  const id = { connector: 'shop', task: 0 };
  expect(get('/')?.body).toMatchObject({ version: '1.2.3' });
  expect(get('/connectors/shop')?.body).toEqual({
    name: 'shop',
    config: { name: 'shop', token: '***' },
    tasks: [id],
    type: 'sink',
  });
  expect(get('/connectors/shop/config')?.body).toEqual({ name: 'shop', token: '***' });
  expect(get('/connectors/shop/topics')?.body).toEqual({ shop: { topics: ['orders'] } });
  expect(get('/connectors/shop/tasks')?.body).toEqual([{ id, config: { name: 'shop', token: '***' } }]);
});

test('what does not exist is 404 in its form, and names may be encoded, also badly', () => {
  const config = connectorConfig('my shop', ['orders']);
  const get = routesOf({ config });
  expect(get('/connectors/my%20shop/status')?.status).toBe(200);
  expect(get('/connectors/none/status')).toEqual({
    status: 404,
    body: { error_code: 404, message: 'Connector none not found' },
  });
  expect(get('/connectors/%ZZ')?.status).toBe(404);
  expect(get('/connectors/my%20shop/nothing')).toBeUndefined();
  expect(get('/other')).toBeUndefined();
});

test('state follows progress: unassigned until it has joined, running, failed when somebody has to act', () => {
  const state = (connector: Partial<ConnectorView>) => routesOf(connector)('/connectors/shop/status')?.body;
  expect(state({ isJoined: false })).toMatchObject({ connector: { state: 'UNASSIGNED', worker_id: 'host:8083' } });
  expect(state({})).toMatchObject({ connector: { state: 'RUNNING' }, tasks: [{ id: 0, state: 'RUNNING' }] });
  expect(state({ problem: { ...problem, needsAction: false } })).toMatchObject({
    connector: { state: 'RUNNING' },
    millrace: { blocked_by: ['kafka.topic_missing: no topic (Create it.) [docs/errors/kafka.topic_missing.md]'] },
  });
  expect(state({ isJoined: false, problem: { ...problem, needsAction: true } })).toMatchObject({
    connector: {
      state: 'FAILED',
      trace: 'kafka.topic_missing: no topic (Create it.) [docs/errors/kafka.topic_missing.md]',
    },
    tasks: [{ state: 'FAILED' }],
  });
});

test('a lane that is blocked shows in numbers that JSON can hold', () => {
  const scene = new LaneScene();
  scene.fetch(4);
  scene.stream.opened();
  scene.stream.applied();
  scene.stream.end('UNAVAILABLE');
  const body = routesOf({ lanes: [scene.lane], counters: scene.counters })('/connectors/shop/status')?.body;
  expect(JSON.parse(JSON.stringify(body))).toMatchObject({
    millrace: {
      records: { read: 4, written: 2, under_way: 2 },
      lag: 2,
      lanes: [
        {
          topic: 'docs',
          partition: 3,
          phase: 'waiting',
          watermark: 2,
          highWatermark: 4,
          problem: { code: 'hop.unavailable' },
        },
      ],
    },
  });
});
