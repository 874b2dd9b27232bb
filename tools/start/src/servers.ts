import { join } from 'node:path';
import { type KafkaServer, kafkaVersion, type MilvusServer, startKafka, startMilvusLite } from '@millrace/testing';
import type { Folders } from './folders.ts';
import { usualPort } from './ports.ts';
import { step } from './screen.ts';

/** Of what Maven and pip print, the lines that a person wants to see. */
function progress(report: (text: string) => void) {
  return (text: string): void => {
    const found =
      /^\[INFO\] Copying (\S+)|^Downloading from \S+ (.*)|^(Collecting .*|Downloading .*|Installing .*)/.exec(
        text.trim(),
      );
    if (found) report(`installing: ${found.slice(1).find(Boolean) ?? ''}`);
  };
}

/** Kafka at its usual port or, where that is taken, at a free one. */
export function startDemoKafka({ data, logs }: Folders): Promise<KafkaServer> {
  return step(
    `Kafka ${kafkaVersion}`,
    async (report) =>
      startKafka({
        dataDir: join(data, 'kafka'),
        logFile: join(logs, 'kafka.log'),
        port: await usualPort(9092),
        progress: progress(report),
      }),
    ({ bootstrap }) => bootstrap.replace('127.0.0.1', 'localhost'),
  );
}

/** milvus-lite at Milvus's usual port or, where that is taken, at a free one. */
export function startDemoMilvus({ data, logs }: Folders): Promise<MilvusServer> {
  return step(
    'milvus-lite 3.2.2',
    async (report) =>
      startMilvusLite({
        dataDir: join(data, 'milvus'),
        logFile: join(logs, 'milvus.log'),
        port: await usualPort(19530),
        progress: progress(report),
      }),
    ({ address }) => `http://${address.replace('127.0.0.1', 'localhost')}`,
  );
}
