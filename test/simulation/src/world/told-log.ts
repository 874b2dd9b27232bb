import { createLogger, type Logger } from '@millrace/service';
import type { History } from '../history.ts';

const silent = createLogger('simulation', 'silent');

/** The logger of a process: its warnings and errors become part of the history. */
export function toldLog(process: string, history: History): Logger {
  const tell = (fields: unknown, message?: string) => {
    const event = fields instanceof Object && 'event' in fields ? String(fields.event) : '';
    const error = fields instanceof Object && 'err' in fields ? `: ${String(fields.err)}` : '';
    history.add({ kind: 'log', process, event, message: `${message ?? ''}${error}` });
  };
  const quiet = () => {};
  const logger: Logger = Object.assign(Object.create(silent), { debug: quiet, info: quiet, warn: tell, error: tell });
  return Object.assign(logger, { child: () => logger });
}
