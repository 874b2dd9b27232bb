import { createLogger, readSettings } from '@millrace/service';
import { settings } from '../config.ts';
import { type RunningService, startService } from '../service.ts';

/** Starts the whole service on free ports. */
export async function startValidator(
  inserterAddress: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<RunningService> {
  const given = { GRPC_PORT: '0', HTTP_PORT: '0', INSERTER_ADDRESS: inserterAddress, ...environment };
  return startService(readSettings(settings, given), {
    logger: createLogger('schema-validator', 'fatal'),
    metricsRoute: () => undefined,
  });
}
