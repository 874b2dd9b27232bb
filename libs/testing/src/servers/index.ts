export { type Child, type ChildSpec, type Exit, logEnd, startChild } from './child-process.ts';
export { freePort, freePorts, isPortFree } from './free-port.ts';
export { tryLock } from './install-lock.ts';
export { installKafka, type KafkaVersion, kafkaVersion, olderKafkaVersion } from './kafka-install.ts';
export { type KafkaOptions, type KafkaServer, startKafka } from './kafka-server.ts';
export { canRunMilvus, installMilvus } from './milvus-install.ts';
export { installMilvusLite } from './milvus-lite-install.ts';
export { type MilvusOptions, type MilvusServer, startMilvusLite } from './milvus-lite-server.ts';
export { type FullMilvusOptions, startMilvus } from './milvus-server.ts';
export {
  type Dashboard,
  type DashboardQuery,
  dashboardQueries,
  readDashboards,
  seriesIn,
} from './monitoring-files.ts';
export { NameServer } from './name-server.ts';
export { cpuMs, groupCpuMs, peakResidentBytes, residentBytes } from './process-usage.ts';
export { millraceFolder, projectRoot } from './project-folder.ts';
export { installPrometheus, MissingPrometheusError } from './prometheus-install.ts';
export { type PrometheusServer, type Series, startPrometheus } from './prometheus-server.ts';
export type { Progress } from './run-command.ts';
export { type TemporaryFolder, temporaryFolder } from './temporary-folder.ts';
export { canBuildToxiproxy, installToxiproxy, MissingGoError } from './toxiproxy-install.ts';
export {
  startToxiproxy,
  type Toxic,
  type ToxicLink,
  type ToxicStream,
  ToxiproxyHangsError,
  type ToxiproxyServer,
} from './toxiproxy-server.ts';
