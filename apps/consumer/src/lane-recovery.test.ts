import { FailureClass, NotAppliedReason, Result } from '@millrace/contracts';
import { describe, expect, test } from 'vitest';
import { LaneScene } from '../test/lane-scene.ts';

const notStarted = { result: Result.NOT_APPLIED, reason: NotAppliedReason.NOT_STARTED };
const expired = { result: Result.NOT_APPLIED, reason: NotAppliedReason.EXPIRED };

function blocked(failure: { class: FailureClass; code: string; retryAfterMs?: bigint }) {
  return {
    result: Result.NOT_APPLIED,
    reason: NotAppliedReason.BLOCKED,
    failure: { message: 'no', hint: '', milvusCode: 0, retryAfterMs: 0n, ...failure },
  };
}

const later = { class: FailureClass.LATER, code: 'milvus.rate_limit' };
const operator = { class: FailureClass.OPERATOR, code: 'milvus.collection_missing' };
const indefinite = { result: Result.INDEFINITE };

/** Three batches of two records, all sent and unanswered. */
function sent(): LaneScene {
  const scene = new LaneScene({ window: { batches: 3, bytes: 1_000_000 } });
  scene.fetch(6);
  scene.stream.opened();
  return scene;
}

describe('go back N', () => {
  test('a batch that was not applied goes again with everything after it, on a new stream', () => {
    const scene = sent();
    const first = scene.stream;
    first.applied();
    first.answer(expired);
    expect(first.isHalfClosed).toBe(true);
    first.answer(notStarted);
    first.end();
    expect(scene.validator.streams).toHaveLength(1);
    scene.clock.advance(100);
    scene.stream.opened();
    expect(scene.stream).not.toBe(first);
    expect(scene.stream.ranges).toEqual(['2-3', '4-5']);
    expect(scene.stream.batches.map(({ sequence, attempt }) => [sequence, attempt])).toEqual([
      [1n, 1],
      [2n, 1],
    ]);
    expect(scene.watermark).toBe(2);
  });

  test('an outcome after the first failure settles nothing, even if it says applied', () => {
    const scene = sent();
    scene.stream.answer(expired);
    scene.stream.applied();
    scene.stream.applied();
    scene.stream.end();
    expect(scene.watermark).toBe(0);
    scene.clock.advance(100);
    scene.stream.opened();
    expect(scene.stream.ranges).toEqual(['0-1', '2-3', '4-5']);
  });

  test('records that come while a stream fails wait for the next stream', () => {
    const scene = sent();
    scene.stream.answer(expired);
    scene.fetch(2);
    expect(scene.stream.batches).toHaveLength(3);
  });

  test('rows known to be written are left out of the resend, and counted once', () => {
    const scene = sent();
    scene.stream.answer({ ...blocked(later), writtenOffsets: [0n] });
    scene.stream.answer({ ...notStarted, writtenOffsets: [2n, 3n] });
    scene.stream.answer(notStarted);
    scene.stream.end();
    // Of the second batch nothing is left to send; it is settled, but the watermark waits for the first.
    expect(scene.watermark).toBe(0);
    expect(scene.counters.written).toBe(2);
    scene.clock.advance(200);
    scene.stream.opened();
    scene.stream.applied();
    scene.stream.applied();
    expect(scene.stream.ranges).toEqual(['1-1', '4-5']);
    expect(scene.watermark).toBe(6);
    expect(scene.counters).toMatchObject({ read: 6, written: 6 });
  });
});

describe('an indefinite outcome', () => {
  test('is waited out until the latest not_after of all that was outstanding, plus the margin', () => {
    const scene = new LaneScene({ window: { batches: 3, bytes: 1_000_000 } });
    scene.fetch(2);
    scene.stream.opened();
    scene.clock.advance(4_000);
    scene.fetch(2);
    // The second batch expires at 14 s, the first at 10 s.
    scene.stream.answer(indefinite);
    scene.stream.answer(notStarted);
    scene.stream.end();
    scene.clock.advance(11_999);
    expect(scene.validator.streams).toHaveLength(1);
    scene.clock.advance(1);
    expect(scene.validator.streams).toHaveLength(2);
  });

  test('counts also where it comes after the first failure', () => {
    const scene = sent();
    scene.stream.answer(expired);
    scene.stream.answer(notStarted);
    scene.stream.answer(indefinite);
    scene.stream.end();
    scene.clock.advance(11_999);
    expect(scene.validator.streams).toHaveLength(1);
    scene.clock.advance(1);
    expect(scene.validator.streams).toHaveLength(2);
  });

  test('is what a result that nobody knows counts as', () => {
    const scene = sent();
    scene.stream.answer({ result: Result.UNSPECIFIED });
    scene.stream.answer(notStarted);
    scene.stream.answer(notStarted);
    scene.stream.end();
    scene.clock.advance(11_999);
    expect(scene.validator.streams).toHaveLength(1);
  });
});

describe('a broken stream', () => {
  test('has the code that the server gives, if it is known here', () => {
    const scene = sent();
    scene.stream.end('batch 7 is not the next one', 'stream.contract_broken');
    expect(scene.lane.problem).toMatchObject({ code: 'stream.contract_broken', needsAction: true, retrying: true });
    const other = sent();
    other.stream.end('strange', 'stream.of_a_later_version');
    expect(other.lane.problem).toMatchObject({ code: 'hop.unavailable', message: 'strange' });
  });

  test('with unanswered batches is waited out, then everything unsettled goes again, one probe first', () => {
    const scene = sent();
    scene.stream.applied();
    scene.stream.end('UNAVAILABLE');
    scene.clock.advance(11_999);
    expect(scene.validator.streams).toHaveLength(1);
    expect(scene.lane.problem).toMatchObject({ code: 'hop.unavailable', needsAction: false, retrying: true });
    scene.clock.advance(1);
    scene.stream.opened();
    expect(scene.stream.ranges).toEqual(['2-3']);
    scene.stream.applied();
    expect(scene.stream.ranges).toEqual(['2-3', '4-5']);
    expect(scene.lane.problem).toBeUndefined();
  });

  test('with nothing unanswered is opened again after the backoff alone', () => {
    const scene = sent();
    for (let batch = 0; batch < 3; batch++) scene.stream.applied();
    scene.stream.end('UNAVAILABLE');
    scene.fetch(2);
    scene.clock.advance(100);
    expect(scene.validator.streams).toHaveLength(2);
  });

  test('that ends with OK before every answer is as broken as any other', () => {
    const scene = sent();
    scene.stream.applied();
    scene.stream.end();
    scene.clock.advance(11_999);
    expect(scene.validator.streams).toHaveLength(1);
    expect(scene.watermark).toBe(2);
  });

  test('that serves nothing is not opened again at once, with or without LaneOpened', () => {
    const scene = new LaneScene();
    scene.fetch(2);
    for (let round = 0; round < 5; round++) {
      if (round > 2) {
        scene.stream.opened();
        scene.stream.drain();
        scene.stream.answer(notStarted);
      }
      scene.stream.end();
      expect(scene.validator.streams).toHaveLength(round + 1);
      scene.clock.advance(1_600);
    }
    expect(scene.validator.streams).toHaveLength(6);
  });

  test('of a frozen server is cut when its oldest batch has expired, margin included', () => {
    const scene = sent();
    scene.clock.advance(11_999);
    expect(scene.stream.isCancelled).toBe(false);
    scene.clock.advance(1);
    expect(scene.stream.isCancelled).toBe(true);
    scene.fetch(2);
    expect(scene.stream.batches).toHaveLength(3);
    scene.stream.end('CANCELLED');
    expect(scene.lane.problem?.message).toContain('did not answer in time');
    scene.clock.advance(100);
    expect(scene.validator.streams).toHaveLength(2);
  });

  test('of a server that never answers OpenLane is cut too', () => {
    const scene = new LaneScene();
    scene.fetch(2);
    scene.clock.advance(30_000);
    expect(scene.stream.isCancelled).toBe(true);
    scene.stream.end('CANCELLED');
    scene.clock.advance(100);
    expect(scene.validator.streams).toHaveLength(2);
  });

  test('of a server that does not end after the half-close is cut too', () => {
    const scene = sent();
    scene.stream.drain();
    for (let batch = 0; batch < 3; batch++) scene.stream.applied();
    scene.clock.advance(30_000);
    expect(scene.stream.isCancelled).toBe(true);
  });
});

describe('while something blocks', () => {
  test('one probe batch is sent, and the whole window after it is applied', () => {
    const scene = sent();
    scene.stream.answer(blocked(later));
    scene.stream.answer(notStarted);
    scene.stream.answer(notStarted);
    scene.stream.end();
    expect(scene.lane.problem).toMatchObject({ code: 'milvus.rate_limit', needsAction: false });
    scene.clock.advance(100);
    scene.stream.opened();
    expect(scene.stream.batches).toHaveLength(1);
    scene.stream.applied();
    expect(scene.stream.batches).toHaveLength(3);
  });

  test('an operator has at least five seconds between probes', () => {
    const scene = sent();
    scene.stream.answer(blocked(operator));
    scene.stream.answer(notStarted);
    scene.stream.answer(notStarted);
    scene.stream.end();
    expect(scene.lane.problem).toMatchObject({ code: 'milvus.collection_missing', needsAction: true, retrying: true });
    scene.clock.advance(4_999);
    expect(scene.validator.streams).toHaveLength(1);
    scene.clock.advance(1);
    expect(scene.validator.streams).toHaveLength(2);
  });

  test('a refused lane waits as long as it is told, a minute at most, and says since when it is blocked', () => {
    const scene = new LaneScene();
    scene.fetch(2);
    const since = scene.clock.now();
    for (const [retryAfterMs, waitMs] of [
      [7_000n, 7_000],
      [9_000_000_000n, 60_000],
    ] as const) {
      scene.stream.refused({ ...later, retryAfterMs });
      const refused = scene.stream;
      refused.end();
      scene.clock.advance(waitMs - 1);
      expect(scene.stream).toBe(refused);
      scene.clock.advance(1);
      expect(scene.stream).not.toBe(refused);
      expect(scene.lane.problem?.sinceMs).toBe(since);
    }
  });

  test('the backoff grows with every failure, up to its limit, and starts again after a success', () => {
    const scene = new LaneScene();
    scene.fetch(4);
    const waits = (): number => {
      const before = scene.clock.now();
      const streams = scene.validator.streams.length;
      scene.stream.end('UNAVAILABLE');
      while (scene.validator.streams.length === streams) scene.clock.advance(1);
      return scene.clock.now() - before;
    };
    const ceilings = [100, 200, 400, 800, 1_600, 1_600];
    for (const ceiling of ceilings) {
      const waited = waits();
      expect(waited).toBeGreaterThanOrEqual(ceiling / 2);
      expect(waited).toBeLessThanOrEqual(ceiling);
    }
    scene.stream.opened();
    scene.stream.applied();
    scene.stream.applied();
    expect(scene.lane.problem).toBeUndefined();
    scene.stream.end();
    scene.fetch(2);
    expect(waits()).toBeLessThanOrEqual(100);
  });
});

describe('an answer that cannot be right', () => {
  test.each([
    ['tells of too few rows', { result: Result.APPLIED, writtenRows: 1 }],
    ['tells of too many rows', { result: Result.APPLIED, writtenRows: 2, supersededRows: 1 }],
    ['is for another batch', { result: Result.APPLIED, sequence: 2n }],
    ['stops a lane that goes on after rejections', { result: Result.APPLIED, writtenRows: 0, stopped: true }],
  ])('settles nothing when it %s', (_, outcome) => {
    const scene = sent();
    scene.stream.answer(outcome);
    expect(scene.stream.isCancelled).toBe(true);
    scene.fetch(2);
    scene.stream.end('CANCELLED');
    expect(scene.watermark).toBe(0);
    expect(scene.lane.problem).toMatchObject({ code: 'hop.protocol', needsAction: true });
    scene.clock.advance(11_999);
    expect(scene.validator.streams).toHaveLength(1);
    scene.clock.advance(1);
    scene.stream.opened();
    expect(scene.stream.ranges).toEqual(['0-1']);
  });

  test('a second LaneOpened does not make the lane forget what is outstanding', () => {
    const scene = sent();
    scene.stream.opened();
    expect(scene.stream.isCancelled).toBe(true);
    scene.stream.end('CANCELLED');
    scene.clock.advance(11_999);
    expect(scene.validator.streams).toHaveLength(1);
  });

  test('an answer that comes after the lane was given up counts nothing', () => {
    const scene = sent();
    scene.lane.close();
    scene.stream.applied();
    expect(scene.counters).toMatchObject({ read: 6, written: 0, released: 6 });
  });
});
