/** Every broker of ours stands alone, so they may share a cluster id. */
export const clusterId = 'bWlsbHJhY2UtdGVzdGluZw';

export interface KafkaSettings {
  readonly logDir: string;
  readonly port: number;
  readonly controllerPort: number;
  /** Of a topic that is created without a number. */
  readonly partitions: number;
}

/** `server.properties` of a single KRaft node on the loopback interface, tuned to start and rebalance at once. */
export function kafkaSettings(settings: KafkaSettings): Record<string, string> {
  const { logDir, port, controllerPort, partitions } = settings;
  return {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': logDir,
    'num.partitions': String(partitions),
    'auto.create.topics.enable': 'false',
    'offsets.topic.num.partitions': '4',
    'offsets.topic.replication.factor': '1',
    'transaction.state.log.num.partitions': '4',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
    'group.initial.rebalance.delay.ms': '0',
  };
}

/** The broker's own log: warnings and worse, to its standard output. */
export const loggingSettings: Record<string, string> = {
  'rootLogger.level': 'WARN',
  'rootLogger.appenderRef.stdout.ref': 'stdout',
  'appender.stdout.type': 'Console',
  'appender.stdout.name': 'stdout',
  'appender.stdout.layout.type': 'PatternLayout',
  'appender.stdout.layout.pattern': '%d{ISO8601} %-5p %c{1} - %m%n',
};

/** As a `.properties` file. The values here hold nothing that needs escaping. */
export function renderProperties(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}
