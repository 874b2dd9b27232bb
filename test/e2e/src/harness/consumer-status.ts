import type { Pipeline } from './pipeline.ts';

/** How the records of a connector ended, as the consumer counts since its start. */
export interface RecordCounts {
  readonly read: number;
  readonly written: number;
  readonly superseded: number;
  readonly deleted: number;
  readonly filtered: number;
  readonly deadLettered: number;
  readonly released: number;
}

export interface ConnectorStatus {
  readonly connector: { readonly state: string; readonly trace?: string };
  readonly tasks: readonly { readonly state: string; readonly trace?: string }[];
  readonly millrace: {
    readonly records: RecordCounts & { readonly under_way: number };
    /** Who sets its pace, once that is known. */
    readonly bottleneck?: { readonly is: string; readonly why: string };
    /** What keeps the connector from moving, in sentences. */
    readonly blocked_by: readonly string[];
    readonly lanes: readonly {
      readonly topic: string;
      readonly partition: number;
      readonly collection: string;
      readonly phase: string;
      readonly unansweredBatches: number;
      readonly waits_for?: string;
      readonly waits_until?: string;
      readonly problem?: {
        readonly code: string;
        readonly retrying: boolean;
        readonly since: string;
        readonly milvusClass?: string;
        readonly endsBy: string;
      };
    }[];
  };
}

/** `GET /connectors/{name}/status`. */
export async function connectorStatus(pipeline: Pipeline, connector: string): Promise<ConnectorStatus> {
  const answer = await pipeline.get('consumer', `/connectors/${connector}/status`);
  if (answer.status !== 200) throw new Error(`no status of ${connector}: ${answer.status} ${answer.text}`);
  return JSON.parse(answer.text);
}

/** The counters of a connector, from the consumer's `GET /status`. */
export async function connectorCounts(pipeline: Pipeline, connector: string): Promise<RecordCounts> {
  const status: { connectors: readonly (ConnectorStatus & { name: string })[] } = JSON.parse(
    (await pipeline.get('consumer', '/status')).text,
  );
  const counts = status.connectors.find(({ name }) => name === connector)?.millrace.records;
  if (!counts) throw new Error(`the consumer's status does not count the records of ${connector}`);
  return counts;
}

/** Batches of a connector that were sent and not yet answered, at this moment. */
export async function unansweredBatches(pipeline: Pipeline, connector: string): Promise<number> {
  const { lanes } = (await connectorStatus(pipeline, connector)).millrace;
  return lanes.reduce((sum, lane) => sum + lane.unansweredBatches, 0);
}
