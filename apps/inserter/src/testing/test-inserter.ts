import { createLogger, readSettings } from '@millrace/service';
import { settings } from '../config.ts';
import { type Inserter, startInserter } from '../service.ts';

/** A whole inserter on free ports, with the given environment and nothing else. */
export async function startTestInserter(environment: Readonly<Record<string, string>>): Promise<Inserter> {
  const values = readSettings(settings, {
    GRPC_PORT: '0',
    HTTP_PORT: '0',
    SHUTDOWN_TIMEOUT_MS: '5000',
    ...environment,
  });
  return startInserter(values, {
    logger: createLogger('inserter', process.env.LOG_LEVEL ?? 'silent'),
    metricsRoute: () => undefined,
  });
}
