export { type Child, type ChildSpec, type Exit, logEnd, startChild } from './child-process.ts';
export { freePort, isPortFree } from './free-port.ts';
export { installKafka, kafkaVersion } from './kafka-install.ts';
export { type KafkaOptions, type KafkaServer, startKafka } from './kafka-server.ts';
export { installMilvusLite } from './milvus-install.ts';
export { type MilvusOptions, type MilvusServer, startMilvusLite } from './milvus-server.ts';
export { millraceFolder, projectRoot } from './project-folder.ts';
export type { Progress } from './run-command.ts';
export { type TemporaryFolder, temporaryFolder } from './temporary-folder.ts';
