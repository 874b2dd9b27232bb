import { type FlowStatus, flowLine } from './flow-line.ts';
import { dim, live } from './screen.ts';

const everyMs = 2_000;

/**
 * Keeps a line on the screen that says how much flows and who sets the pace. Without a terminal it says so once, and again
 * when somebody else does.
 */
export function watchFlow(statusUrl: string): void {
  let before: readonly FlowStatus[] = [];
  let beforeMs = performance.now();
  let told = '';
  const look = async () => {
    const now = await readStatuses(statusUrl);
    const nowMs = performance.now();
    const { text, limits } = flowLine(before, now, (nowMs - beforeMs) / 1_000);
    live(dim, `  ${text}`, limits !== '' && limits !== told);
    told = limits;
    [before, beforeMs] = [now, nowMs];
  };
  const again = () => {
    // While the consumer does not answer the line stands still; that it ended is told by who started it.
    setTimeout(
      () =>
        void look()
          .catch(() => undefined)
          .finally(again),
      everyMs,
    ).unref();
  };
  again();
}

async function readStatuses(statusUrl: string): Promise<readonly FlowStatus[]> {
  const answer = await fetch(`${statusUrl}/connectors?expand=status`, { signal: AbortSignal.timeout(1_500) });
  const connectors = (await answer.json()) as Readonly<Record<string, { readonly status: FlowStatus }>>;
  return Object.values(connectors).map(({ status }) => status);
}
