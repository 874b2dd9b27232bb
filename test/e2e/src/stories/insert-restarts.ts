import { describe, expect, it } from 'vitest';
import { insertScene } from '../harness/insert-scene.ts';
import { compareInserted, reportedRanges } from '../harness/inserted-rows.ts';
import { stopTimed, type TimedStop } from '../harness/timed-stop.ts';

const stopMsMax = 10_000;

/** Restarts the processes of two of each service in turn, cleanly, while records flow into a collection with autoID. */
export function restartInInsertMode(size: { readonly restarts: number; readonly timeoutMs: number }): void {
  describe(`${size.restarts} clean restarts under load in insert mode`, () => {
    const topic = `insert_restarts_${size.restarts}`;
    const the = insertScene(topic);

    it('cost no row, no row twice, no dead letter and no error', { timeout: size.timeoutMs }, async () => {
      const { kafka } = the;
      const pairs = await the.start();
      const stops: TimedStop[] = [];
      for (let turn = 0; turn < size.restarts; turn++) {
        const member = pairs.inTurn(turn);
        await the.busy(member);
        const stop = await stopTimed(member.child, member.httpPort);
        expect([member.label, stop.exit]).toEqual([member.label, { code: 0, signal: null }]);
        stops.push(stop);
        await member.child.restart();
      }
      await kafka.untilCommitted(the.groupId, topic, 60_000);

      const lines = await pairs.logLines();
      const errors = lines.filter(({ level }) => level === 'error' || level === 'fatal');
      // A stop may be over before it could be asked; stop-under-outage.test.ts has those that last.
      const notReady = stops.flatMap((stop) => stop.notReady ?? []);
      const times = stops.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
      const { records, rows, missing, repeated } = await compareInserted(kafka, the.reader, topic);
      console.info(
        `${stops.length} clean restarts, ${records} records, ${rows} rows, ${missing.length} missing, ` +
          `${repeated.length} repeated; SIGTERM to exit: median ${quantile(times, 0.5)} ms, p99 ${quantile(times, 0.99)} ms, ` +
          `longest ${times.at(-1)} ms; ${notReady.length} were seen not to be ready`,
      );
      expect(reportedRanges(lines)).toEqual([]);
      expect({ missing, repeated, extra: rows - records }).toEqual({ missing: [], repeated: [], extra: 0 });
      expect(notReady.filter(({ status }) => status !== 503)).toEqual([]);
      expect(errors).toEqual([]);
      expect(await kafka.readAll(`${topic}.dead-letters`)).toEqual([]);
      expect(times.at(-1)).toBeLessThan(stopMsMax);
    });
  });
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
