import { fileURLToPath } from 'node:url';
import { startPipeline } from '@millrace/e2e/harness';
import { logEnd, startChild } from '@millrace/testing';
import type { Mover } from './measure-flow.ts';

export interface MoverOptions {
  readonly bootstrap: string;
  /** `host:port` */
  readonly milvus: string;
  readonly topic: string;
  readonly collection: string;
  /** New for each run, so that it reads from the beginning. */
  readonly run: string;
  /** Holds logs. */
  readonly folder: string;
  /** Of the processes, beside what they need. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface Services extends Mover {
  /** Records of the run that have been settled, by the offsets that its lanes stand at. */
  settled(): Promise<number>;
  /** Of the writes of Milvus so far, on average. */
  rowsPerWrite(): Promise<number>;
}

/** The three services with their defaults. */
export async function startServices(options: MoverOptions): Promise<Services> {
  const { bootstrap, milvus, topic, collection, run, environment = {} } = options;
  const pipeline = await startPipeline({
    bootstrap,
    milvus: `http://${milvus}`,
    connectors: { [run]: { name: run, topics: topic, 'collection.name': collection } },
    environment,
  });
  const { consumer, inserter, 'schema-validator': validator } = pipeline.services;
  return {
    groups: { consumer: consumer.pid, 'schema-validator': validator.pid, inserter: inserter.pid },
    settled: async () => {
      const status = JSON.parse((await pipeline.get('consumer', `/connectors/${run}/status`)).text);
      return status.millrace.lanes.reduce(
        (sum: number, lane: { watermark: string }) => sum + Number(lane.watermark),
        0,
      );
    },
    rowsPerWrite: async () => {
      const { text } = await pipeline.get('inserter', '/metrics');
      return sumOf(text, 'millrace_inserter_rows_total') / sumOf(text, 'db_client_operation_duration_seconds_count');
    },
    logEnds: () => pipeline.logEnds(),
    stop: () => pipeline.stop(),
  };
}

/** Of all series of a metric, in Prometheus's text format. */
function sumOf(metrics: string, name: string): number {
  const values = metrics.split('\n').filter((line) => line.startsWith(`${name}{`));
  return values.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

/** The one-process script. */
export async function startScript(options: MoverOptions): Promise<Mover> {
  const { bootstrap, milvus, topic, run, folder, environment = {} } = options;
  const logFile = `${folder}/${run}.log`;
  const child = await startChild({
    name: 'script',
    command: process.execPath,
    args: [fileURLToPath(new URL('script/main.ts', import.meta.url)), bootstrap, milvus, topic, run],
    env: { PATH: process.env.PATH, ...environment },
    logFile,
    ready: async () => true,
  });
  return {
    groups: { script: child.pid },
    logEnds: () => logEnd(logFile),
    stop: async () => void (await child.stop()),
  };
}
