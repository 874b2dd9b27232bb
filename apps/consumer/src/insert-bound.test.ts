import { InsertMode, NotAppliedReason, Result } from '@millrace/contracts';
import { beforeEach, describe, expect, test } from 'vitest';
import { LaneScene } from '../test/lane-scene.ts';

const inserting = { insertMode: InsertMode.INSERT };

describe('a lane that inserts', () => {
  let scene: LaneScene;
  beforeEach(() => {
    scene = new LaneScene({ window: { batches: 4, bytes: 1_000_000 } }, false);
  });

  test('a commit says up to which offset records may be sent, and none goes out beyond it', () => {
    scene.fetch(2);
    scene.stream.opened(inserting);
    expect(scene.stream.ranges).toEqual([]);
    expect(scene.commit()).toMatchObject({ offset: 0n, inDoubt: { endOffset: 8n, reason: 'crash' } });
    expect(scene.stream.ranges).toEqual(['0-1']);
  });

  test('what is sent and not committed is never more than one window, also when all of it is answered', () => {
    scene.fetch(20);
    scene.stream.opened(inserting);
    scene.commit();
    expect(scene.stream.ranges).toEqual(['0-1', '2-3', '4-5', '6-7']);
    for (let batch = 0; batch < 4; batch++) scene.stream.applied();
    expect(scene.stream.batches.length).toBe(4);
    expect(scene.commit()).toMatchObject({ offset: 8n, inDoubt: { endOffset: 16n } });
    expect(scene.stream.ranges.slice(4)).toEqual(['8-9', '10-11', '12-13', '14-15']);
  });

  test('half a window that is applied asks for its commit, so that the window does not run full', () => {
    scene.fetch(20);
    scene.stream.opened(inserting);
    scene.commit();
    const before = scene.reservationsAsked;
    scene.stream.applied();
    expect(scene.reservationsAsked).toBe(before);
    scene.stream.applied();
    expect(scene.reservationsAsked).toBe(before + 1);
    expect(scene.lane.dueCommit(false)).toMatchObject({ offset: 4n, inDoubt: { endOffset: 12n } });
  });

  test('offsets with gaps are reached all the same', () => {
    scene.fetch(1);
    scene.stream.opened(inserting);
    scene.commit();
    scene.stream.applied();
    scene.fetchControls(1_000);
    scene.fetch(1);
    expect(scene.stream.ranges).toEqual(['0-0']);
    expect(scene.commit()?.inDoubt?.endOffset).toBeGreaterThanOrEqual(1_002n);
    expect(scene.stream.ranges).toEqual(['0-0', '1001-1001']);
  });

  test('an idle lane leaves nothing in doubt, and what comes then waits for a commit again', () => {
    scene.fetch(2);
    scene.stream.opened(inserting);
    scene.commit();
    scene.stream.applied();
    const due = scene.lane.dueCommit(true);
    expect(due).toMatchObject({ offset: 2n, inDoubt: undefined });
    // The commit is on its way: a record that is sent now would be in doubt, and nothing would say so.
    scene.fetch(2);
    expect(scene.stream.ranges).toEqual(['0-1']);
    if (due) scene.lane.committed(due);
    expect(scene.stream.ranges).toEqual(['0-1']);
    scene.commit();
    expect(scene.stream.ranges).toEqual(['0-1', '2-3']);
  });

  test('a drain that comes to its end leaves nothing in doubt', async () => {
    scene.fetch(2);
    scene.stream.opened(inserting);
    scene.commit();
    const drained = scene.lane.drain();
    scene.stream.applied();
    await drained;
    expect(scene.lane.releasingCommit()).toMatchObject({ offset: 2n, reservedUntilMs: 0, inDoubt: undefined });
    expect(scene.duplicates.shown.records).toBe(0);
  });

  test('a drain that does not names what is unanswered, and no more', () => {
    scene.fetch(6);
    scene.stream.opened(inserting);
    scene.commit();
    void scene.lane.drain();
    scene.stream.applied();
    const inDoubt = { endOffset: 6n, reason: 'unfinished_drain' };
    expect(scene.lane.releasingCommit()).toMatchObject({ offset: 2n, inDoubt });
  });

  test('rows that an outcome has shown to be written are in doubt for who reads their records again', async () => {
    scene.fetch(4);
    scene.stream.opened(inserting);
    scene.commit();
    const drained = scene.lane.drain();
    scene.stream.answer({ result: Result.NOT_APPLIED, reason: NotAppliedReason.DRAINING, writtenOffsets: [0n] });
    scene.stream.answer({ result: Result.NOT_APPLIED, reason: NotAppliedReason.NOT_STARTED });
    await drained;
    const inDoubt = { endOffset: 2n, reason: 'unfinished_drain' };
    expect(scene.lane.releasingCommit()).toMatchObject({ offset: 0n, reservedUntilMs: 0, inDoubt });
  });

  test('rows whose neighbours wait for their dead letters are in doubt', async () => {
    scene.fetch(2);
    scene.stream.opened(inserting);
    scene.commit();
    scene.stream.applied(1);
    expect(scene.watermark).toBe(0);
    expect(scene.lane.releasingCommit()).toMatchObject({ offset: 0n, inDoubt: { endOffset: 2n } });
    await scene.letters.take();
    expect(scene.lane.releasingCommit()).toMatchObject({ offset: 2n, inDoubt: undefined });
  });

  test('a write whose end is not known is counted and told, with what is sent and not answered behind it', () => {
    scene.fetch(6);
    scene.stream.opened(inserting);
    scene.commit();
    scene.stream.answer({ result: Result.INDEFINITE });
    scene.stream.answer({ result: Result.NOT_APPLIED, reason: NotAppliedReason.NOT_STARTED });
    scene.stream.end('UNAVAILABLE');
    const { records, by_reason, latest } = scene.duplicates.shown;
    expect([records, by_reason.indefinite_write]).toEqual([4, 4]);
    expect(latest).toMatchObject([
      { topic: 'docs', partition: 3, first_offset: 0, last_offset: 5, records: 4, reason: 'indefinite_write' },
    ]);
  });

  test('what is sent again and answered is not told again', () => {
    scene.fetch(2);
    scene.stream.opened(inserting);
    scene.commit();
    scene.stream.end('UNAVAILABLE');
    scene.clock.advance(14_000);
    scene.stream.opened(inserting);
    scene.commit();
    expect(scene.stream.ranges).toEqual(['0-1']);
    scene.stream.answer({ result: Result.NOT_APPLIED, reason: NotAppliedReason.EXPIRED });
    scene.stream.end();
    expect(scene.duplicates.shown).toMatchObject({ records: 2, by_reason: { indefinite_write: 2 } });
  });

  test('without a coordinator it stops at the end of its window, and says what it waits for', () => {
    scene.fetch(20);
    scene.stream.opened(inserting);
    scene.commit();
    for (let batch = 0; batch < 4; batch++) scene.stream.applied();
    scene.lane.commitFailed('The coordinator is not available');
    expect(scene.stream.batches.length).toBe(4);
    expect(scene.lane.status.waitsFor).toMatchObject({ reason: 'reservation' });
  });
});

test('a lane that upserts is held up by no commit, and leaves nothing in doubt', () => {
  const scene = new LaneScene({ window: { batches: 4, bytes: 1_000_000 } }, false);
  scene.fetch(20);
  scene.stream.opened({ insertMode: InsertMode.UPSERT });
  expect(scene.commit()?.inDoubt).toBeUndefined();
  for (let batch = 0; batch < 6; batch++) scene.stream.applied();
  expect(scene.stream.batches.length).toBe(10);
  scene.stream.end('UNAVAILABLE');
  expect([scene.lane.releasingCommit()?.inDoubt, scene.duplicates.shown.records]).toEqual([undefined, 0]);
});
