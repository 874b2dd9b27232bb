import { createLogger, type Logger } from '@millrace/service';

/** A logger that keeps what it is told, also by its children. */
export class RecordedLog {
  readonly lines: Readonly<Record<string, unknown>>[] = [];
  readonly logger: Logger;

  constructor() {
    const logger = createLogger('test', 'silent');
    const keep = (fields: Readonly<Record<string, unknown>>) => void this.lines.push(fields);
    this.logger = Object.assign(logger, { child: () => logger, debug: keep, info: keep, warn: keep, error: keep });
  }
}
