import type { Logger } from 'pino';
import { weighBuffersGlobally } from './buffer-collection.ts';
import { ConfigError } from './config-error.ts';
import type { HttpRoute } from './http-server.ts';
import { createLogger } from './logger.ts';
import { describeSettings, readSettings, type Settings, SettingsError, type SettingsOf } from './settings.ts';
import { startTelemetry, type Telemetry } from './telemetry.ts';

/** Exit codes after sysexits.h. */
export const exitCodes = { ok: 0, software: 70, config: 78 } as const;

/** A running service. */
export interface Service {
  /** Readiness goes false, work in hand is finished, everything is closed. Called once. */
  stop(): Promise<void>;
}

export interface ServiceContext {
  readonly logger: Logger;
  /** Answers `GET /metrics`. */
  readonly metricsRoute: HttpRoute;
  /** Ends the process with a code after an error that it cannot go on from; stops orderly first. */
  fail(error: unknown): void;
}

/** A terminal and a launcher may both send a signal, one right after the other: they count as one. */
const sameSignalMs = 1_000;

/**
 * A service's life: settings (or `--help`), telemetry, start, SIGTERM or SIGINT, orderly stop within
 * `shutdownTimeoutMs`, exit. A later second signal ends it at once.
 */
export async function runService<
  Table extends Settings & { logLevel: Settings[string]; shutdownTimeoutMs: Settings[string] },
>(
  name: string,
  table: Table,
  start: (settings: SettingsOf<Table>, context: ServiceContext) => Promise<Service>,
): Promise<void> {
  if (process.argv.includes('--help')) {
    process.stdout.write(
      `millrace ${name}\n\nSettings (environment):\n${describeSettings(table)}\n  OTEL_*  OpenTelemetry's own variables\n`,
    );
    return;
  }
  weighBuffersGlobally();
  const settings = settingsOrExit(name, table);
  const logger = createLogger(name, String(settings.logLevel));
  const telemetry = telemetryOrExit(name, logger);
  let service: Service | undefined;
  let endingSinceMs: number | undefined;
  let exitCode: number = exitCodes.ok;

  const end = async () => {
    if (endingSinceMs !== undefined) return;
    endingSinceMs = performance.now();
    const timer = setTimeout(() => {
      logger.error({ event: 'stop_timed_out' }, 'the orderly stop took too long');
      process.exit(exitCodes.software);
    }, Number(settings.shutdownTimeoutMs));
    try {
      await service?.stop();
      await telemetry.stop();
      clearTimeout(timer);
      logger.info({ event: 'stopped' }, 'stopped');
      process.exit(exitCode);
    } catch (error) {
      logger.fatal({ err: error }, 'the stop failed');
      process.exit(exitCodes.software);
    }
  };
  const fail = (error: unknown) => {
    logger.fatal({ err: error }, 'cannot go on');
    exitCode = exitCodes.software;
    void end();
  };
  const onSignal = () => {
    if (endingSinceMs !== undefined && performance.now() - endingSinceMs > sameSignalMs) {
      process.exit(exitCodes.software);
    }
    void end();
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  try {
    service = await start(settings, { logger, metricsRoute: telemetry.metricsRoute, fail });
  } catch (error) {
    if (!(error instanceof ConfigError)) {
      fail(error);
      return;
    }
    process.stderr.write(`${error.message}\n`);
    process.exit(exitCodes.config);
  }
}

function telemetryOrExit(name: string, logger: Logger): Telemetry {
  try {
    return startTelemetry(name, process.env, logger);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${name} cannot start: ${error.message}\n`);
    process.exit(exitCodes.config);
  }
}

function settingsOrExit<Table extends Settings>(name: string, table: Table): SettingsOf<Table> {
  try {
    return readSettings(table, process.env);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const lines = error.problems.map((problem) => `  ${problem}`).join('\n');
    process.stderr.write(`${name} cannot start, its environment is wrong (--help lists all settings):\n${lines}\n`);
    process.exit(exitCodes.config);
  }
}
