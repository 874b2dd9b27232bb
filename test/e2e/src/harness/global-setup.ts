import { type KafkaServer, startKafka, temporaryFolder } from '@millrace/testing';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** `host:port` of the one broker that all stories share; each uses topics and connectors of its own name. */
    bootstrap: string;
    /** Where that broker keeps its data, to look at what it really stored. */
    kafkaData: string;
  }
}

/** One broker for all files, since starting it costs more than most stories. Its data folder ends with it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await temporaryFolder('e2e-kafka');
  const kafka: KafkaServer = await startKafka({ dataDir: folder.path });
  project.provide('bootstrap', kafka.bootstrap);
  project.provide('kafkaData', folder.path);
  return () => kafka.remove();
}
