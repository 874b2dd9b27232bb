import { type ConnectorConfig, loadConnectors } from '@millrace/connector-config';

/** A connector as its file gives it: these lines, and what every connector must have. @throws Error with all problems */
export function connectorFrom(...lines: readonly string[]): ConnectorConfig {
  const text = ['value.converter.schemas.enable=false', ...lines].join('\n');
  const { connectors, problems } = loadConnectors({
    workerFile: undefined,
    connectorsDir: '/connectors',
    bootstrapServers: 'kafka:9092',
    env: {},
    allow: () => false,
    files: { read: () => Buffer.from(text), list: () => ['connector.properties'] },
  });
  const [config] = connectors;
  if (config === undefined || problems.length > 0) throw new Error(problems.map(({ message }) => message).join('\n'));
  return config;
}
