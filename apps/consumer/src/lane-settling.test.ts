import { NotAppliedReason, Result } from '@millrace/contracts';
import { describe, expect, test } from 'vitest';
import { settled } from '../test/fake-dead-letters.ts';
import { rejectionOf } from '../test/fake-validator.ts';
import { LaneScene } from '../test/lane-scene.ts';

describe('errors.tolerance=all', () => {
  test('a rejected record holds the watermark until its dead letter is acknowledged', async () => {
    const scene = new LaneScene();
    scene.fetch(4);
    scene.stream.opened();
    scene.stream.applied(1);
    scene.stream.applied();
    expect(scene.watermark).toBe(0);
    expect(scene.counters).toMatchObject({ written: 2, deadLettered: 0 });
    await scene.letters.take();
    expect(scene.letters.written).toEqual([1n]);
    expect(scene.watermark).toBe(4);
    expect(scene.counters).toMatchObject({ read: 4, written: 3, deadLettered: 1 });
  });

  test('a topic that refuses halts the lane and holds the watermark; then the lane goes on by itself', async () => {
    const scene = new LaneScene();
    scene.fetch(2);
    scene.stream.opened();
    scene.stream.applied(0, 1);
    await scene.letters.refuse(1);
    expect(scene.lane.problem).toMatchObject({ code: 'dead_letter.refused', needsAction: true, retrying: true });
    scene.fetch(6);
    expect(scene.stream.batches).toHaveLength(1);
    expect(scene.watermark).toBe(0);
    scene.clock.advance(1_000);
    await settled();
    // The letter that was written is not written again.
    await scene.letters.take();
    expect(scene.letters.written).toEqual([0n, 1n]);
    expect(scene.lane.problem).toBeUndefined();
    expect(scene.watermark).toBe(2);
    expect(scene.stream.ranges).toEqual(['0-1', '2-3', '4-5']);
  });

  test('letters are written batch after batch, and slow ones bound what is sent', async () => {
    const scene = new LaneScene({ window: { batches: 2, bytes: 1_000_000 } });
    scene.fetch(8);
    scene.stream.opened();
    scene.stream.applied(0);
    scene.stream.applied(2);
    expect(scene.letters.waiting).toBe(1);
    expect(scene.stream.batches).toHaveLength(3);
    scene.stream.applied();
    // Two batches are parked, as many as the window has.
    expect(scene.stream.batches).toHaveLength(3);
    await scene.letters.take();
    expect(scene.stream.batches).toHaveLength(4);
    await scene.letters.take();
    expect(scene.letters.written).toEqual([0n, 2n]);
    expect(scene.watermark).toBe(6);
  });

  test('parked batches count against the buffer', async () => {
    const scene = new LaneScene({ bufferBytesMax: 600 });
    scene.fetch(4, 100);
    scene.stream.opened();
    scene.stream.applied(0);
    scene.stream.applied(2);
    expect(scene.lane.status.bufferedBytes).toBe(528);
    scene.fetch(2, 100);
    expect(scene.pauses).toEqual([true]);
    await scene.letters.take();
    await scene.letters.take();
    expect(scene.pauses).toEqual([true, false]);
  });

  test('a lane given up while letters are under way releases their batches, and tries no more', async () => {
    const scene = new LaneScene();
    scene.fetch(2);
    scene.stream.opened();
    scene.stream.applied(0);
    await scene.letters.refuse();
    scene.lane.close();
    scene.clock.advance(60_000);
    await settled();
    expect(scene.letters.tries).toBe(1);
    expect(scene.counters).toMatchObject({ read: 2, written: 0, deadLettered: 0, released: 2 });
  });

  test('an acknowledgement that comes after the lane was given up finishes nothing', async () => {
    const scene = new LaneScene();
    scene.fetch(2);
    scene.stream.opened();
    scene.stream.applied(0);
    scene.lane.close();
    await scene.letters.take();
    expect(scene.counters).toMatchObject({ written: 0, deadLettered: 0, released: 2 });
  });
});

describe('a limit on dead letters', () => {
  const limits = { runMax: 3, sharePercentMax: 100 };

  test('stops the lane before the letters of the batch that exceeds it, with the watermark before that batch', async () => {
    const scene = new LaneScene({}, true, limits);
    scene.fetch(8);
    scene.stream.opened();
    scene.stream.applied(0, 1);
    await scene.letters.take();
    scene.stream.applied(2, 3);
    await settled();
    expect(scene.letters.written).toEqual([0n, 1n]);
    expect(scene.letters.waiting).toBe(0);
    expect(scene.watermark).toBe(2);
    expect(scene.lane.status.phase).toBe('stopped');
    expect(scene.lane.problem).toMatchObject({ code: 'dead_letter.limit_run', needsAction: true, retrying: false });
    expect(scene.lane.problem?.message).toContain('docs-3');
    scene.fetch(2);
    scene.clock.advance(1_000_000);
    expect(scene.validator.streams).toHaveLength(1);
  });

  test('counts every record: what was parked, and what is given back for the restart', async () => {
    const scene = new LaneScene({}, true, limits);
    scene.fetch(6);
    scene.stream.opened();
    scene.stream.applied(1);
    await scene.letters.take();
    scene.stream.applied(2, 3);
    await scene.letters.take();
    scene.stream.applied(4);
    expect(scene.unaccounted).toBe(0);
    scene.lane.close();
    expect(scene.counters).toMatchObject({ read: 6, written: 1, deadLettered: 3, released: 2 });
    expect(scene.unaccounted).toBe(0);
  });

  test('lets letters that are under way arrive, and the watermark with them', async () => {
    const scene = new LaneScene({}, true, limits);
    scene.fetch(6);
    scene.stream.opened();
    scene.stream.applied(0, 1);
    scene.stream.applied(2, 3);
    expect(scene.lane.status.phase).toBe('stopped');
    expect(scene.watermark).toBe(0);
    await scene.letters.take();
    expect(scene.watermark).toBe(2);
  });

  test('does not stop a lane in which good records stand between', async () => {
    const scene = new LaneScene({}, true, limits);
    for (let offset = 0; offset < 20; offset += 2) {
      scene.fetch(2);
      if (offset === 0) scene.stream.opened();
      scene.stream.applied(offset);
      await scene.letters.take();
    }
    expect(scene.counters).toMatchObject({ written: 10, deadLettered: 10 });
  });
});

describe('errors.mask.values', () => {
  test('neither the problem of a stopped lane nor a letter shows what was found', async () => {
    const scene = new LaneScene({ stopAtRejection: true, maskValues: true });
    scene.fetch(1);
    scene.stream.opened();
    const [violation] = rejectionOf(0).violations;
    const rejection = { ...rejectionOf(0), violations: violation ? [{ ...violation, found: 'canary' }] : [] };
    scene.stream.answer({ result: Result.APPLIED, rejections: [rejection], stopped: true, writtenRows: 0 });
    expect(scene.lane.problem?.message).toContain('found ***');
    expect(scene.lane.problem?.record?.violations[0]?.found).toBe('***');
  });
});

describe('errors.tolerance=none', () => {
  test('the lane stops at the first rejected record, with the watermark on it', () => {
    const scene = new LaneScene({ stopAtRejection: true });
    scene.fetch(6);
    scene.stream.opened();
    scene.stream.applied();
    scene.stream.answer({ result: Result.APPLIED, rejections: [rejectionOf(3)], stopped: true, writtenRows: 1 });
    scene.stream.answer({ result: Result.NOT_APPLIED, reason: NotAppliedReason.NOT_STARTED });
    scene.stream.end();
    expect(scene.watermark).toBe(3);
    expect(scene.lane.status.phase).toBe('stopped');
    expect(scene.lane.problem).toMatchObject({ code: 'field.missing', needsAction: true, retrying: false });
    expect(scene.lane.problem?.message).toContain('docs-3 offset 3');
    expect(scene.pauses).toEqual([true]);
    scene.fetch(2);
    scene.clock.advance(1_000_000);
    expect(scene.validator.streams).toHaveLength(1);
    expect(scene.watermark).toBe(3);
    scene.lane.close();
    expect(scene.counters).toMatchObject({ read: 6, written: 3, released: 3 });
  });

  test('an applied outcome behind the record does not move the watermark', () => {
    const scene = new LaneScene({ stopAtRejection: true });
    scene.fetch(4);
    scene.stream.opened();
    scene.stream.answer({ result: Result.APPLIED, rejections: [rejectionOf(0)], stopped: true, writtenRows: 0 });
    scene.stream.applied();
    expect(scene.watermark).toBe(0);
  });

  test('a stopped outcome that does not account for the records before its rejection settles nothing', () => {
    const scene = new LaneScene({ stopAtRejection: true });
    scene.fetch(2);
    scene.stream.opened();
    scene.stream.answer({ result: Result.APPLIED, rejections: [rejectionOf(1)], stopped: true, writtenRows: 0 });
    expect(scene.lane.status.phase).toBe('streaming');
    scene.stream.end('CANCELLED');
    expect(scene.lane.problem?.code).toBe('hop.protocol');
    expect(scene.watermark).toBe(0);
  });

  test('a record too large for any server stops the lane as well', () => {
    const scene = new LaneScene({ stopAtRejection: true });
    scene.fetch(1, 5_000);
    scene.stream.opened({ batchBytesMax: 1_000n });
    expect(scene.lane.problem).toMatchObject({ code: 'record.too_large', retrying: false });
    expect(scene.watermark).toBe(0);
  });

  test('the stream of a stopped lane whose server hangs is cut', () => {
    const scene = new LaneScene({ stopAtRejection: true });
    scene.fetch(4);
    scene.stream.opened();
    scene.stream.answer({ result: Result.APPLIED, rejections: [rejectionOf(0)], stopped: true, writtenRows: 0 });
    scene.clock.advance(12_000);
    expect(scene.stream.isCancelled).toBe(true);
  });
});

describe('ending', () => {
  test('a drain sends nothing new and ends when everything is answered and parked', async () => {
    const scene = new LaneScene();
    scene.fetch(4);
    scene.stream.opened();
    let drained = false;
    void scene.lane.drain().then(() => {
      drained = true;
    });
    scene.fetch(2);
    scene.stream.applied();
    scene.stream.applied(2);
    await settled();
    expect(scene.stream.batches).toHaveLength(2);
    expect(scene.stream.isHalfClosed).toBe(true);
    expect(drained).toBe(false);
    await scene.letters.take();
    expect(drained).toBe(true);
    expect(scene.watermark).toBe(4);
    expect(scene.lane.close()).toBe(0);
    expect(scene.counters).toMatchObject({ read: 6, written: 3, deadLettered: 1, released: 2 });
  });

  test('a drain ends at once where nothing is under way, or where letters cannot be written', async () => {
    const idle = new LaneScene();
    await idle.lane.drain();
    const refused = new LaneScene();
    refused.fetch(2);
    refused.stream.opened();
    refused.stream.applied(0);
    await refused.letters.refuse();
    await refused.lane.drain();
    expect(refused.watermark).toBe(0);
  });

  test('a lane given up tells when its writes have expired, and its successor waits for that', () => {
    const scene = new LaneScene();
    scene.fetch(2);
    scene.stream.opened();
    const quietFromMs = scene.lane.close();
    expect(quietFromMs).toBe(scene.clock.now() + 10_000);

    const next = new LaneScene();
    next.lane.waitUntil(quietFromMs, 'own_writes');
    next.fetch(2);
    next.clock.advance(11_999);
    expect(next.validator.streams).toHaveLength(0);
    // Given up again while it waits, it hands the wait on.
    const again = new LaneScene();
    again.lane.waitUntil(quietFromMs, 'own_writes');
    expect(again.lane.close()).toBe(quietFromMs);
    next.clock.advance(1);
    expect(next.validator.streams).toHaveLength(1);
  });

  test('a lane of which everything was answered leaves nothing to wait for', () => {
    const scene = new LaneScene();
    scene.fetch(2);
    scene.stream.opened();
    scene.stream.applied();
    expect(scene.lane.close()).toBe(0);
  });
});
