import { NotAppliedReason, Result } from '@millrace/contracts';
import { describe, expect, test } from 'vitest';
import { LaneScene } from '../test/lane-scene.ts';

describe('a lane and its reservation', () => {
  test('nothing is sent before a commit has reserved the partition until its expiry', () => {
    const scene = new LaneScene({}, false);
    scene.fetch(4);
    scene.stream.opened();
    expect([scene.stream.batches.length, scene.reservationsAsked]).toEqual([0, 1]);
    scene.reserve(scene.clock.now() + 9_999);
    expect(scene.stream.batches.length).toBe(0);
    scene.reserve(scene.clock.now() + 10_000);
    expect(scene.stream.ranges).toEqual(['0-1', '2-3']);
  });

  test('a commit is due when one is asked for, when the watermark moved, and while there is work, before the end', () => {
    const scene = new LaneScene({}, false);
    const due = () => scene.lane.dueCommit(false);
    expect(due()).toBeUndefined();
    scene.fetch(2);
    scene.stream.opened();
    expect(due()).toMatchObject({ offset: 0n, reservedUntilMs: scene.clock.now() + 15_000 });
    scene.reserve(scene.clock.now() + 15_000);
    expect(due()).toBeUndefined();
    scene.clock.advance(3_000);
    expect(due()).toMatchObject({ offset: 0n, reservedUntilMs: scene.clock.now() + 15_000 });
    scene.stream.applied();
    // Nothing to do: the watermark moves, the reservation stays as it is.
    expect(due()).toBeUndefined();
    expect(scene.lane.dueCommit(true)).toMatchObject({ offset: 2n, reservedUntilMs: scene.clock.now() + 12_000 });
  });

  test('without a coordinator nothing new goes out once the reservation is too short, and what is out is settled', () => {
    const scene = new LaneScene({}, false);
    scene.fetch(2);
    scene.stream.opened();
    scene.reserve(scene.clock.now() + 15_000);
    scene.clock.advance(6_000);
    scene.fetch(2);
    expect(scene.stream.ranges).toEqual(['0-1']);
    scene.stream.applied();
    expect([scene.watermark, scene.stream.batches.length]).toEqual([2, 1]);
    scene.reserve(scene.clock.now() + 15_000);
    expect(scene.stream.ranges).toEqual(['0-1', '2-3']);
  });

  test('a lane whose every outcome is definite releases the partition; another one leaves the reservation as it is', () => {
    const definite = new LaneScene({}, false);
    definite.fetch(2);
    definite.stream.opened();
    definite.reserve(definite.clock.now() + 15_000);
    definite.stream.applied();
    expect(definite.lane.releasingCommit()).toMatchObject({ offset: 2n, reservedUntilMs: 0 });

    const unanswered = new LaneScene({}, false);
    unanswered.fetch(2);
    unanswered.stream.opened();
    const untilMs = unanswered.clock.now() + 15_000;
    unanswered.reserve(untilMs);
    expect(unanswered.lane.releasingCommit()).toBeUndefined();
    unanswered.stream.answer({ result: Result.INDEFINITE });
    unanswered.stream.end();
    unanswered.clock.advance(1_000);
    expect(unanswered.lane.releasingCommit()).toBeUndefined();
    // The write and the margin are over; then it is definite that nothing of it is under way.
    unanswered.clock.advance(11_000);
    expect(unanswered.lane.releasingCommit()).toMatchObject({ offset: 0n, reservedUntilMs: 0 });
  });

  test('a lane that drains sends nothing again, so its release holds until it is closed', async () => {
    const scene = new LaneScene({}, false);
    scene.fetch(4);
    scene.stream.opened();
    scene.reserve(scene.clock.now() + 15_000);
    scene.stream.answer({ result: Result.NOT_APPLIED, reason: NotAppliedReason.BLOCKED });
    scene.stream.answer({ result: Result.NOT_APPLIED, reason: NotAppliedReason.NOT_STARTED });
    scene.stream.end();
    await scene.lane.drain();
    expect(scene.lane.releasingCommit()).toMatchObject({ offset: 0n, reservedUntilMs: 0 });
    scene.reserve(0);
    scene.clock.advance(2_000);
    expect(scene.validator.streams.length).toBe(1);
    expect(scene.lane.dueCommit(true)).toBeUndefined();
  });

  test('while an owner waits for the writes of the one before, its own commits keep their reservation', () => {
    const scene = new LaneScene({}, false);
    const formerUntilMs = scene.clock.now() + 14_000;
    scene.lane.waitUntil(formerUntilMs, 'former_owner');
    expect(scene.lane.dueCommit(true)).toMatchObject({ offset: 0n, reservedUntilMs: formerUntilMs });
    expect(scene.lane.releasingCommit()).toMatchObject({ offset: 0n, reservedUntilMs: formerUntilMs });
    scene.fetch(2);
    expect(scene.lane.releasingCommit()).toMatchObject({ offset: 0n, reservedUntilMs: formerUntilMs });
    scene.clock.advance(16_000);
    expect(scene.lane.releasingCommit()).toMatchObject({ offset: 0n, reservedUntilMs: 0 });
  });
});
