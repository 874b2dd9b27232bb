import type { Message } from 'kafkajs';
import {
  type CollectionServer,
  type CollectionShape,
  type ServerName,
  type StoredRow,
  startServer,
} from './collection-server.ts';
import { connectorCounts, type RecordCounts } from './consumer-status.ts';
import { KafkaClient, type StoredRecord } from './kafka-client.ts';
import { type ConnectorKeys, type Pipeline, type PipelineOptions, startPipeline } from './pipeline.ts';

/** A collection on one server, and the records of the topic that fills it. */
export interface Filling {
  readonly server: ServerName;
  /** Also the collection's name. */
  readonly topic: string;
  readonly shape: CollectionShape;
  readonly messages: readonly Message[];
  /** Of the topic; 1 by default. */
  readonly partitions?: number;
  /** Further keys of the connector. Fillings of one server with the same keys share a connector. */
  readonly keys?: ConnectorKeys;
}

export interface Filled {
  readonly connector: string;
  /** Of the connector. */
  readonly counts: RecordCounts;
  readonly rows: readonly StoredRow[];
  /** Dead letters of the topic's records. */
  readonly letters: readonly StoredRecord[];
}

export interface FillOptions extends Pick<PipelineOptions, 'environmentOf'> {
  readonly bootstrap: string;
  readonly timeoutMs: number;
  /** What happens while the records are under way. */
  meanwhile?(pipeline: Pipeline, kafka: KafkaClient): Promise<void>;
}

/**
 * Sends every record through the three services, waits until all are settled, and reads back what arrived where. Servers,
 * services and collections are gone when it returns.
 */
export async function fillCollections<Kind extends Filling>(
  fillings: readonly Kind[],
  { bootstrap, timeoutMs, environmentOf, meanwhile }: FillOptions,
): Promise<ReadonlyMap<Kind, Filled>> {
  const kafka = new KafkaClient(bootstrap);
  const servers = new Map<ServerName, CollectionServer>();
  const serverOf = (name: ServerName): CollectionServer => present(servers.get(name));
  try {
    await Promise.all(
      [...new Set(fillings.map(({ server }) => server))].map(async (name) => {
        servers.set(name, await startServer[name]());
      }),
    );
    for (const { server, topic, shape, messages, partitions = 1 } of fillings) {
      await serverOf(server).create(topic, shape);
      await kafka.createTopic(topic, partitions);
      await kafka.send(topic, messages);
    }
    const connectors = [...Map.groupBy(fillings, ({ server, keys }) => JSON.stringify([server, keys])).values()].map(
      (members) => ({ name: `fill_${present(members[0]).topic}`, members }),
    );
    const pipeline = await startPipeline({
      bootstrap,
      connectors: Object.fromEntries(
        connectors.map(({ name, members }) => [
          name,
          connectorOf(name, members, serverOf(present(members[0]).server).address),
        ]),
      ),
      ...(environmentOf && { environmentOf }),
    });
    const counts = new Map<string, RecordCounts>();
    try {
      await meanwhile?.(pipeline, kafka);
      await Promise.all(
        connectors.flatMap(({ name, members }) =>
          members.map(({ topic }) => kafka.untilCommitted(`connect-${name}`, topic, timeoutMs)),
        ),
      );
      for (const { name } of connectors) counts.set(name, await connectorCounts(pipeline, name));
    } catch (error) {
      throw new Error(pipeline.logEnds(), { cause: error });
    } finally {
      await pipeline.stop();
    }
    const filled = connectors.map(async ({ name, members }) => {
      const letters = Map.groupBy(await kafka.readAll(`${name}.dead-letters`), topicOf);
      return Promise.all(
        members.map(async (member): Promise<[Kind, Filled]> => {
          const rows = await serverOf(member.server).rows(member.topic, member.shape);
          return [
            member,
            { connector: name, counts: present(counts.get(name)), rows, letters: letters.get(member.topic) ?? [] },
          ];
        }),
      );
    });
    return new Map((await Promise.all(filled)).flat());
  } finally {
    for (const server of servers.values()) await server.stop();
  }
}

function connectorOf(name: string, fillings: readonly Filling[], address: string): ConnectorKeys {
  const topics = fillings.map(({ topic }) => topic);
  return {
    name,
    'connector.class': 'com.milvus.io.kafka.MilvusSinkConnector',
    topics: topics.join(),
    'collection.name.format': '${topic}',
    'public.endpoint': `http://${address}`,
    'errors.tolerance': 'all',
    'errors.deadletterqueue.context.headers.enable': 'true',
    ...fillings[0]?.keys,
  };
}

const topicOf = ({ headers }: StoredRecord): string => String(headers['__millrace.topic']);

function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('nothing to fill');
  return value;
}
