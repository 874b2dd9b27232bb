import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Child, startChild } from './child-process.ts';
import { freePort } from './free-port.ts';
import { installPrometheus } from './prometheus-install.ts';

/** One series of the answer to a query. */
export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  /** Seconds since the Unix epoch, and the value as text. */
  readonly value: readonly [number, string];
}

export interface PrometheusServer extends Child {
  /** Evaluates an expression now. @throws Error for one that is wrong */
  query(expression: string): Promise<readonly Series[]>;
}

/**
 * Starts a Prometheus on a free port that scrapes these addresses every second. It writes to `folder` alone.
 *
 * @param targets addresses (`host:port`) by job
 * @throws MissingPrometheusError where there is none
 */
export async function startPrometheus(options: {
  readonly folder: string;
  readonly targets: Readonly<Record<string, readonly string[]>>;
}): Promise<PrometheusServer> {
  const bin = await installPrometheus();
  const port = await freePort();
  const file = join(options.folder, 'prometheus.yml');
  await mkdir(options.folder, { recursive: true });
  // JSON is YAML.
  await writeFile(file, JSON.stringify(configOf(options.targets)));
  const url = `http://127.0.0.1:${port}`;
  const child = await startChild({
    name: 'prometheus',
    command: join(bin, 'prometheus'),
    args: [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(options.folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    logFile: join(options.folder, 'prometheus.log'),
    ready: async () => (await fetch(`${url}/-/ready`, { signal: AbortSignal.timeout(2_000) })).ok,
  });
  const query = async (expression: string): Promise<readonly Series[]> => {
    const answer = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query: expression })}`, {
      signal: AbortSignal.timeout(10_000),
    });
    const told = (await answer.json()) as Answer;
    if (told.status !== 'success') throw new Error(`${expression}: ${told.error}`);
    return told.data.result;
  };
  return Object.assign(child, { query });
}

type Answer =
  | { readonly status: 'success'; readonly data: { readonly result: readonly Series[] } }
  | { readonly status: 'error'; readonly error: string };

function configOf(targets: Readonly<Record<string, readonly string[]>>) {
  return {
    global: { scrape_interval: '1s', scrape_timeout: '1s' },
    scrape_configs: Object.entries(targets).map(([job, addresses]) => ({
      job_name: job,
      static_configs: [{ targets: addresses }],
    })),
  };
}
