import { KafkaClient } from '../harness/kafka-client.ts';
import { type ConnectorKeys, startPipeline } from '../harness/pipeline.ts';
import type { Kind, ServerName } from './kinds.ts';
import { type Letter, type Trials, trialsOn } from './trials.ts';
import { type StoredRow, startTypeServer, type TypeServer } from './type-servers.ts';

/** What became of the records of one collection, by their numbers. */
export interface Outcomes {
  readonly rows: ReadonlyMap<number, StoredRow>;
  readonly letters: ReadonlyMap<number, readonly Letter[]>;
}

/** One collection of one server, and the topic, connector and consumer group that fill it. */
export interface Lane {
  readonly server: ServerName;
  readonly trials: Trials;
  readonly topic: string;
}

const settleTimeoutMs = 90_000;

/** Every collection in which the kinds are tried. */
export const lanesOf = (servers: readonly ServerName[], kinds: readonly Kind[]): Lane[] =>
  servers.flatMap((server) =>
    trialsOn(server, kinds).map((trials) => ({
      server,
      trials,
      topic: `types-${server}-${trials.shape}`.replace(/\W+/g, '-').toLowerCase(),
    })),
  );

/** Sends all records through the three services, and reads back what arrived where. */
export async function runTrials(bootstrap: string, lanes: readonly Lane[]): Promise<ReadonlyMap<Lane, Outcomes>> {
  const kafka = new KafkaClient(bootstrap);
  const servers = new Map<ServerName, TypeServer>();
  try {
    await Promise.all(
      [...new Set(lanes.map(({ server }) => server))].map(async (name) => {
        servers.set(name, await startTypeServer[name]());
      }),
    );
    const serverOf = (lane: Lane): TypeServer => present(servers.get(lane.server));
    for (const { trials, topic } of lanes) {
      await kafka.createTopic(topic, 1);
      await kafka.send(
        topic,
        trials.records.map(({ record }) => ({ value: record })),
      );
    }
    for (const lane of lanes) await serverOf(lane).create(collectionOf(lane), lane.trials);
    const connectors = Object.fromEntries(lanes.map((lane) => [lane.topic, connectorOf(lane, serverOf(lane).address)]));
    const pipeline = await startPipeline({ bootstrap, connectors });
    try {
      await Promise.all(lanes.map(({ topic }) => kafka.untilCommitted(`connect-${topic}`, topic, settleTimeoutMs)));
    } catch (error) {
      throw new Error(pipeline.logEnds(), { cause: error });
    } finally {
      await pipeline.stop();
    }
    return new Map(
      await Promise.all(lanes.map(async (lane) => [lane, await readLane(kafka, serverOf(lane), lane)] as const)),
    );
  } finally {
    for (const server of servers.values()) await server.stop();
  }
}

const collectionOf = ({ trials }: Lane): string => trials.shape.replaceAll(' ', '_');

function connectorOf(lane: Lane, address: string): ConnectorKeys {
  return {
    name: lane.topic,
    'connector.class': 'com.milvus.io.kafka.MilvusSinkConnector',
    topics: lane.topic,
    'collection.name': collectionOf(lane),
    'public.endpoint': `http://${address}`,
    'errors.tolerance': 'all',
  };
}

async function readLane(kafka: KafkaClient, server: TypeServer, lane: Lane): Promise<Outcomes> {
  const rows = await server.rows(collectionOf(lane), lane.trials);
  const letters = new Map<number, Letter[]>();
  for (const { headers } of await kafka.readAll(`${lane.topic}.dead-letters`)) {
    const text = (name: string): string => String(headers[`__millrace.${name}`]);
    const number = Number(text('offset'));
    const letter = { code: text('error.code'), path: text('error.path') };
    letters.set(number, [...(letters.get(number) ?? []), letter]);
  }
  return { rows, letters };
}

function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('a server was not started');
  return value;
}
