import { setTimeout as delay } from 'node:timers/promises';
import type { Child, Exit } from '@millrace/testing';
import { fetchFrom } from './pipeline.ts';

/** How a service ended after SIGTERM. */
export interface TimedStop {
  readonly exit: Exit;
  /** From SIGTERM to the exit, milliseconds. */
  readonly tookMs: number;
  /** The first answer of `/readyz` that was not 200, and when it came; undefined where none was seen. */
  readonly notReady: { readonly status: number; readonly reason: string; readonly afterMs: number } | undefined;
  /** The body of `GET /status` right after that answer. */
  readonly statusThen: string | undefined;
}

const askMs = 2;

/** SIGTERM to a process, whose readiness is asked for over and over until it ends. */
export async function stopTimed(child: Child, httpPort: number): Promise<TimedStop> {
  const begin = performance.now();
  const elapsedMs = () => Math.round(performance.now() - begin);
  let isOver = false;
  let notReady: TimedStop['notReady'];
  let statusThen: string | undefined;
  const watch = async () => {
    while (!isOver && !notReady) {
      // That it ends before it has answered is what this is to find out.
      const answer = await fetchFrom(httpPort, '/readyz').catch(() => undefined);
      if (answer && answer.status !== 200) {
        notReady = { status: answer.status, reason: (await answer.text()).trim(), afterMs: elapsedMs() };
        statusThen = await fetchFrom(httpPort, '/status')
          .then((status) => status.text())
          .catch(() => undefined);
      } else await answer?.arrayBuffer().catch(() => undefined);
      await delay(askMs);
    }
  };
  const exit = child.stop();
  const watching = watch();
  const ended = await exit;
  const tookMs = elapsedMs();
  isOver = true;
  await watching;
  return { exit: ended, tookMs, notReady, statusThen };
}
