import { escapeText, type ToldError } from '@millrace/errors';
import { CliError, messageOf } from './cli-error.ts';
import { errorLines } from './error-lines.ts';
import { bold, dim, green, grouped, red } from './output.ts';
import type { Settings } from './settings.ts';
import { readProblems } from './status-problems.ts';

interface State {
  readonly state: string;
  readonly trace: string | undefined;
}

/** What `GET /connectors/{name}/status` answers, in Kafka Connect's terms. */
export interface ConnectorStatus {
  readonly name: string;
  readonly connector: State;
  readonly tasks: readonly State[];
  /** Beyond Kafka Connect: what became of the records since the start, and what holds them up. Empty from other workers. */
  readonly records: readonly (readonly [ending: string, count: number])[];
  readonly lag: number | undefined;
  readonly problems: readonly ToldError[];
}

/** @throws CliError when the consumer does not answer, or not with names */
export async function connectorNames(settings: Settings): Promise<string[]> {
  const names = await get(settings, '/connectors');
  if (!Array.isArray(names)) throw unexpected(settings, '/connectors');
  return names.map(String);
}

/** @throws CliError when the consumer does not answer or does not know the connector */
export async function connectorStatus(settings: Settings, name: string): Promise<ConnectorStatus> {
  const path = `/connectors/${encodeURIComponent(name)}/status`;
  const body = await get(settings, path);
  if (!(body instanceof Object && 'connector' in body && 'tasks' in body && Array.isArray(body.tasks))) {
    throw unexpected(settings, path);
  }
  return {
    name,
    connector: readState(body.connector),
    tasks: body.tasks.map(readState),
    ...readOurs('millrace' in body ? body.millrace : undefined),
  };
}

/** For a person: the state, the counts, and each problem as an error. Another worker's trace is shown as it is. */
export function describeStatus(
  { name, connector, tasks, records, lag, problems }: ConnectorStatus,
  draws: boolean,
): string[] {
  const isOurs = problems.length > 0;
  const lines = [`${bold(name)}  ${coloured(connector.state)}`, ...(isOurs ? [] : reason(connector))];
  for (const [index, task] of tasks.entries()) {
    // Most often both have the same reason: once is enough.
    const own = isOurs || task.trace === connector.trace ? [] : reason(task);
    lines.push(`  task ${index}  ${coloured(task.state)}`, ...own);
  }
  const counts = records.map(([ending, count]) => `${words(ending)} ${grouped(count)}`);
  if (lag !== undefined) lines.push(`  ${[`lag ${grouped(lag)}`, ...counts].join('   ')}`);
  return [...lines, ...problems.flatMap((problem) => errorLines(problem, draws))];
}

/** `dead lettered` of `deadLettered`. */
const words = (name: string): string =>
  escapeText(name.replaceAll('_', ' ').replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`));

const reason = ({ trace }: State): string[] =>
  (trace ?? '')
    .split('\n')
    .filter(Boolean)
    .map((line) => `    ${escapeText(line, 2_000)}`);

function coloured(state: string): string {
  if (state === 'RUNNING') return green(state);
  return state === 'FAILED' ? red(state) : dim(state);
}

function readOurs(value: unknown): Pick<ConnectorStatus, 'records' | 'lag' | 'problems'> {
  if (!(value instanceof Object)) return { records: [], lag: undefined, problems: [] };
  const records = 'records' in value && value.records instanceof Object ? Object.entries(value.records) : [];
  return {
    records: records.map(([ending, count]) => [ending, Number(count)] as const),
    lag: 'lag' in value ? Number(value.lag) : undefined,
    problems: readProblems(value),
  };
}

function readState(value: unknown): State {
  const state = value instanceof Object && 'state' in value ? String(value.state) : 'UNKNOWN';
  const trace = value instanceof Object && 'trace' in value ? String(value.trace) : undefined;
  return { state, trace };
}

async function get(settings: Settings, path: string): Promise<unknown> {
  const url = new URL(path, settings.statusUrl);
  const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) }).catch((cause: unknown) => {
    throw new CliError(`the consumer at ${url.origin} does not answer: ${messageOf(cause)}`, 'unavailable', { cause });
  });
  const body: unknown = await answer.json().catch(() => undefined);
  if (answer.ok) return body;
  const said = body instanceof Object && 'message' in body ? String(body.message) : answer.statusText;
  throw new CliError(`the consumer answered ${answer.status} to ${path}: ${escapeText(said)}`);
}

const unexpected = (settings: Settings, path: string): CliError =>
  new CliError(`${settings.statusUrl}${path} did not answer as a consumer does`);
