import { type MilvusServer, startMilvus } from '@millrace/testing';
import { afterAll, beforeAll, inject, onTestFailed } from 'vitest';
import { insertedFields, insertedMessages, insertedSources } from './inserted-rows.ts';
import { KafkaClient } from './kafka-client.ts';
import { MilvusReader } from './milvus-client.ts';
import type { ConnectorKeys } from './pipeline.ts';
import { type Member, ServicePairs } from './service-pairs.ts';
import { until } from './until.ts';

const partitions = 4;
/** Sent before each fault, so that there is work in flight on both sides of it. */
const portion = 6_000;

/** Records in a batch: few, so that there are many batches. */
export const batchRecords = 25;
/** Records of all partitions that may be sent and not committed. */
export const windowRecords = partitions * 4 * batchRecords;

/** A topic into a collection with autoID, on the shared broker and a full Milvus of its own. */
export interface InsertScene {
  readonly kafka: KafkaClient;
  readonly reader: MilvusReader;
  readonly groupId: string;
  /** Starts two processes of each service, and shows their logs when the running test fails. Called once. */
  start(keys?: ConnectorKeys): Promise<ServicePairs>;
  /** Sends a portion, and resolves as soon as batches are in flight that depend on the process. */
  busy(member: Member): Promise<void>;
}

/** Registers its start and end in the present `describe`. The topic's name is the collection's, too. */
export function insertScene(topic: string): InsertScene {
  const kafka = new KafkaClient(inject('bootstrap'));
  let milvus: MilvusServer | undefined;
  let reader: MilvusReader | undefined;
  let pairs: ServicePairs | undefined;
  beforeAll(async () => {
    milvus = await startMilvus();
    reader = new MilvusReader(milvus.address);
  });
  afterAll(async () => {
    await pairs?.remove();
    await reader?.close();
    await milvus?.remove();
  });
  return {
    kafka,
    groupId: `connect-${topic}`,
    get reader() {
      return present(reader);
    },
    async start(keys = {}) {
      onTestFailed(() => console.error(pairs?.logEnds() ?? 'no service was started'));
      await kafka.createTopic(topic, partitions);
      await present(reader).createCollection(topic, insertedFields);
      pairs = await ServicePairs.start({
        bootstrap: inject('bootstrap'),
        milvus: `http://${present(milvus).address}`,
        connector: {
          name: topic,
          'connector.class': 'com.milvus.io.kafka.MilvusSinkConnector',
          topics: topic,
          'collection.name': topic,
          'fields.source': insertedSources,
          'errors.tolerance': 'all',
          'batch.records.max': String(batchRecords),
          ...keys,
        },
      });
      return pairs;
    },
    async busy(member) {
      await kafka.send(topic, insertedMessages(portion, partitions));
      await until(`batches are in flight for ${member.label}`, () => present(pairs).batchesInFlight(member), {
        timeoutMs: 60_000,
        pollMs: 5,
      });
    },
  };
}

function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('the scene has not begun');
  return value;
}
