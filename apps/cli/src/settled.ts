import { setTimeout as delay } from 'node:timers/promises';
import { CliError } from './cli-error.ts';
import { connectorStatus, describeStatus } from './connector-status.ts';
import { isPassing, lagOf, type Progress, readProgress, withAdmin } from './kafka.ts';
import { terminal } from './output.ts';
import type { Settings } from './settings.ts';

/** The consumer group of a connector, named as Kafka Connect names it. */
export const groupOf = (connector: string): string => `connect-${connector}`;

export interface Wait {
  readonly connector: string;
  readonly topic: string;
  /** How long it may go on without the connector committing anything. */
  readonly patienceMs: number;
  /** Whether what is waited for has begun: a look that began earlier proves nothing. At once where it is left out. */
  hasBegun?(): boolean;
  /** What is waited for. */
  until(progress: readonly Progress[]): boolean;
  /** Called after each look. */
  seen?(progress: readonly Progress[]): void;
}

const lookMs = 100;

/**
 * Waits for a connector by its committed offsets: whatever lies below them is in Milvus or in the dead letter topic.
 *
 * @throws CliError with the connector's status, when it commits nothing for too long
 */
export async function untilSettled(settings: Settings, wait: Wait): Promise<void> {
  await withAdmin(settings, async (admin) => {
    let lag = Number.NaN;
    let movedAt = performance.now();
    for (;;) {
      const counts = wait.hasBegun?.() ?? true;
      const progress = await readProgress(admin, groupOf(wait.connector), wait.topic).catch(unlessPassing);
      if (progress) wait.seen?.(progress);
      if (progress && counts && wait.until(progress)) return;
      const now = performance.now();
      const seenLag = progress ? lagOf(progress) : lag;
      if (!Object.is(seenLag, lag)) movedAt = now;
      lag = seenLag;
      if (now - movedAt > wait.patienceMs) throw await stuck(settings, wait, lag);
      await delay(lookMs);
    }
  });
}

function unlessPassing(error: unknown): undefined {
  if (!isPassing(error)) throw error;
}

async function stuck(settings: Settings, { connector, topic, patienceMs }: Wait, lag: number): Promise<CliError> {
  const lines = await connectorStatus(settings, connector).then(
    (status) => describeStatus(status, terminal.draws),
    (error: Error) => [error.message],
  );
  const waited = `${connector} has committed nothing of ${topic} for ${patienceMs / 1_000} s; its lag is ${lag}`;
  return new CliError([waited, ...lines].join('\n'));
}
