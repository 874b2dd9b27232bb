import { describe, expect, it } from 'vitest';
import { insertScene, windowRecords } from '../harness/insert-scene.ts';
import { compareInserted, covers, reportedRanges } from '../harness/inserted-rows.ts';

/** Kills the processes of two of each service in turn, while records flow into a collection with autoID. */
export function killInInsertMode(size: { readonly kills: number; readonly timeoutMs: number }): void {
  describe(`${size.kills} times kill -9 in insert mode`, () => {
    const topic = `insert_kills_${size.kills}`;
    const the = insertScene(topic);

    it('lose no row, and repeat at most a window each, all of it reported', { timeout: size.timeoutMs }, async () => {
      const { kafka } = the;
      const pairs = await the.start({
        'consumer.override.session.timeout.ms': '6000',
        'consumer.override.heartbeat.interval.ms': '1000',
        'write.timeout.ms': '3000',
      });
      for (let turn = 0; turn < size.kills; turn++) {
        const member = pairs.inTurn(turn);
        await the.busy(member);
        expect(await member.child.kill()).toEqual({ code: null, signal: 'SIGKILL' });
        await member.child.restart();
      }
      await kafka.untilCommitted(the.groupId, topic, 60_000);

      const reported = reportedRanges(await pairs.logLines());
      const { records, rows, missing, repeated } = await compareInserted(kafka, the.reader, topic);
      const told = reported.reduce((sum, range) => sum + range.records, 0);
      console.info(
        `${size.kills} kills, ${records} records, ${rows} rows, ${missing.length} missing, ${repeated.length} repeated, ` +
          `up to ${told} reported in ${reported.length} ranges; one window is ${windowRecords} records`,
      );
      expect(missing).toEqual([]);
      expect(repeated.filter((place) => !reported.some((range) => covers(range, place)))).toEqual([]);
      expect(repeated.length).toBeLessThanOrEqual(size.kills * windowRecords);
      expect(told).toBeLessThanOrEqual(size.kills * windowRecords);
      expect(rows - records).toBe(repeated.length);
      expect(reported.length).toBeGreaterThan(0);
      expect(await kafka.readAll(`${topic}.dead-letters`)).toEqual([]);
    });
  });
}
