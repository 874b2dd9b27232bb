import { type MilvusServer, startMilvusLite } from '@millrace/testing';
import { afterAll, beforeAll, inject, onTestFailed } from 'vitest';
import { mixedFields } from '../reference/rows.ts';
import { KafkaClient } from './kafka-client.ts';
import { MilvusReader } from './milvus-client.ts';
import { type ConnectorKeys, type Pipeline, type PipelineOptions, startPipeline } from './pipeline.ts';

/** What every story has: the shared broker, a Milvus of its own, and the three services once it starts them. */
export interface Scene {
  readonly kafka: KafkaClient;
  readonly milvus: MilvusServer;
  readonly reader: MilvusReader;
  /** Starts the services and shows their logs when the running test fails. Called once. */
  start(options: PipelineOptions): Promise<Pipeline>;
  /** A connector's keys, from a topic into a collection; it is named like the topic. */
  connector(topic: string, collection: string, keys?: ConnectorKeys): ConnectorKeys;
  /** Creates a collection for the records of the reference. */
  createMixed(collection: string): Promise<void>;
}

/** Registers the start and the end of a scene in the present `describe`; its members are there from `beforeAll` on. */
export function scene(): Scene {
  let milvus: MilvusServer | undefined;
  let reader: MilvusReader | undefined;
  let pipeline: Pipeline | undefined;
  const kafka = new KafkaClient(inject('bootstrap'));

  beforeAll(async () => {
    milvus = await startMilvusLite();
    reader = new MilvusReader(milvus.address);
  });
  afterAll(async () => {
    await pipeline?.stop();
    await reader?.close();
    await milvus?.remove();
  });
  return {
    kafka,
    get milvus() {
      return present(milvus);
    },
    get reader() {
      return present(reader);
    },
    async start(options) {
      showLogsOnFailure(() => pipeline);
      pipeline = await startPipeline({
        bootstrap: inject('bootstrap'),
        milvus: `http://${present(milvus).address}`,
        ...options,
      });
      return pipeline;
    },
    connector: (topic, collection, keys = {}) => ({
      name: topic,
      'connector.class': 'com.milvus.io.kafka.MilvusSinkConnector',
      topics: topic,
      'collection.name': collection,
      ...keys,
    }),
    createMixed: (collection) => present(reader).createCollection(collection, mixedFields),
  };
}

/** Prints the end of every service's log when the running test fails. */
export function showLogsOnFailure(pipeline: () => Pipeline | undefined): void {
  onTestFailed(() => console.error(pipeline()?.logEnds() ?? 'no service was started'));
}

function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('the scene has not begun');
  return value;
}
