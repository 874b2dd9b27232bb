import { docsOf, type EndsBy, failureEntry } from '@millrace/errors';
import { failure, type HttpAnswer } from '@millrace/service';
import type { Connector } from './connector.ts';
import type { LaneProblem } from './lane-problem.ts';

/** What is told of a connector. */
export type ConnectorView = Pick<
  Connector,
  'config' | 'topics' | 'lanes' | 'counters' | 'duplicates' | 'problem' | 'isJoined' | 'bottleneck'
>;

/**
 * The part of Kafka Connect's REST interface that exists today, in its JSON: `GET /`, `GET /connectors` (with
 * `expand`), `GET /connectors/{name}`, `.../config`, `.../status`, `.../tasks` and `.../topics`. What is ours stands under `millrace`.
 */
export function connectRoutes(
  connectors: readonly ConnectorView[],
  workerId: string,
  version: string,
): (path: string, query: URLSearchParams) => HttpAnswer | undefined {
  const byName = new Map(connectors.map((connector) => [connector.config.name, connector]));
  return (path, query) => {
    if (path === '/') return { status: 200, body: { version, commit: 'unknown', kafka_cluster_id: 'unknown' } };
    const [root, encoded, part, ...rest] = path.split('/').slice(1);
    if (root !== 'connectors' || rest.length > 0) return undefined;
    if (!encoded) return { status: 200, body: list(connectors, query.getAll('expand'), workerId) };
    const name = decode(encoded);
    const connector = byName.get(name);
    if (!connector) return failure(404, `Connector ${name} not found`);
    if (part === undefined) return { status: 200, body: info(connector) };
    if (part === 'status') return { status: 200, body: connectorStatus(connector, workerId) };
    if (part === 'topics') return { status: 200, body: { [name]: { topics: connector.topics } } };
    if (part === 'config') return { status: 200, body: connector.config.shown };
    if (part === 'tasks') return { status: 200, body: [{ id: task(connector), config: connector.config.shown }] };
    return undefined;
  };
}

function decode(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}

function list(connectors: readonly ConnectorView[], expand: readonly string[], workerId: string): unknown {
  if (expand.length === 0) return connectors.map(({ config }) => config.name);
  return Object.fromEntries(
    connectors.map((connector) => [
      connector.config.name,
      {
        ...(expand.includes('status') ? { status: connectorStatus(connector, workerId) } : {}),
        ...(expand.includes('info') ? { info: info(connector) } : {}),
      },
    ]),
  );
}

function info(connector: ConnectorView) {
  return { name: connector.config.name, config: connector.config.shown, tasks: [task(connector)], type: 'sink' };
}

function task({ config }: ConnectorView) {
  return { connector: config.name, task: 0 };
}

/** Kafka Connect's state of a connector and its task: FAILED as soon as any lane needs somebody to act. */
export function connectorState(
  connector: Pick<ConnectorView, 'lanes' | 'problem' | 'isJoined'>,
): 'FAILED' | 'RUNNING' | 'UNASSIGNED' {
  const problems = [connector.problem, ...connector.lanes.map(({ problem }) => problem)];
  if (problems.some((problem) => problem?.needsAction)) return 'FAILED';
  return connector.isJoined ? 'RUNNING' : 'UNASSIGNED';
}

/** State follows progress, and the trace says why it is FAILED. */
export function connectorStatus(connector: ConnectorView, workerId: string) {
  const lanes = connector.lanes.map((lane) => lane.status);
  const problems = [connector.problem, ...lanes.map(({ problem }) => problem)].filter(
    (problem) => problem !== undefined,
  );
  const acts = problems.filter(({ needsAction }) => needsAction);
  const state = connectorState(connector);
  const now = { state, worker_id: workerId, ...(acts.length > 0 ? { trace: acts.map(explain).join('\n') } : {}) };
  const { counters } = connector;
  return {
    name: connector.config.name,
    connector: now,
    tasks: [{ id: 0, ...now }],
    type: 'sink',
    millrace: {
      records: { ...counters, under_way: lanes.reduce((sum, lane) => sum + lane.unsettledRecords, 0) },
      possible_duplicates: connector.duplicates.shown,
      lag: lanes.reduce((sum, lane) => sum + lane.lag, 0),
      bottleneck: connector.bottleneck,
      blocked_by: [...new Set(problems.map(explain))],
      problem: connector.problem && describe(connector.problem),
      lanes: lanes.map(({ waitsFor, ...lane }) => ({
        ...lane,
        waits_for: waitsFor?.reason,
        waits_until: waitsFor?.untilMs && new Date(waitsFor.untilMs).toISOString(),
        watermark: Number(lane.watermark),
        highWatermark: Number(lane.highWatermark),
        problem: lane.problem && describe(lane.problem),
      })),
    },
  };
}

function explain({ code, message, hint, record }: LaneProblem): string {
  const hints = [record?.violations[0]?.hint, hint].filter(Boolean).join('; ');
  const docs = docsOf(code);
  return `${code}: ${message}${hints && ` (${hints})`}${docs === undefined ? '' : ` [${docs}]`}`;
}

/** What ends it, as the catalogue calls it. */
function endsBy({ retrying, needsAction }: Pick<LaneProblem, 'retrying' | 'needsAction'>): EndsBy {
  if (!retrying) return 'a restart';
  return needsAction ? 'a fix' : 'itself';
}

function describe({ sinceMs, record, ...problem }: LaneProblem) {
  return {
    ...problem,
    docs: docsOf(problem.code),
    milvusClass: failureEntry(problem.code)?.milvusClass,
    endsBy: endsBy(problem),
    since: new Date(sinceMs).toISOString(),
    ...(record && { record: { ...record, offset: Number(record.offset) } }),
  };
}
