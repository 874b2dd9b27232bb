import { type Failure, FailureClass, NotAppliedReason, Result } from '@millrace/contracts';
import { type ErrorCode, failures, type MilvusClass } from '@millrace/errors';
import { describe, expect, test } from 'vitest';
import { connectorConfig } from '../test/connector-config.ts';
import { LaneScene } from '../test/lane-scene.ts';
import { connectorStatus } from './connect-rest.ts';

interface Block {
  readonly code: ErrorCode & keyof typeof failures;
  readonly endsBy: 'itself' | 'a fix';
  readonly state: 'RUNNING' | 'FAILED';
  readonly result?: Result;
  /** What the inserter asks to wait at least. */
  readonly retryAfterMs: bigint;
  /** No probe goes out sooner. */
  readonly probeAfterMs: number;
}

/** Those of Milvus's refusals that hold up a lane: the others end in rejections, or by encoding anew. */
const blocks: Readonly<Record<Exclude<MilvusClass, 'schema' | 'split' | 'data'>, Block>> = {
  later: { code: 'milvus.busy', endsBy: 'itself', state: 'RUNNING', retryAfterMs: 1_000n, probeAfterMs: 1_000 },
  wait: { code: 'milvus.quota', endsBy: 'itself', state: 'RUNNING', retryAfterMs: 5_000n, probeAfterMs: 5_000 },
  operator: {
    code: 'milvus.not_authenticated',
    endsBy: 'a fix',
    state: 'FAILED',
    retryAfterMs: 0n,
    probeAfterMs: 5_000,
  },
  indefinite: {
    code: 'milvus.indefinite',
    endsBy: 'itself',
    state: 'RUNNING',
    result: Result.INDEFINITE,
    retryAfterMs: 0n,
    // The life of a write and the margin beyond it.
    probeAfterMs: 12_000,
  },
};
const cases = Object.entries(blocks).map(([name, block]) => ({ name, ...block }));

function statusOf(scene: LaneScene) {
  const connector = {
    config: connectorConfig('shop', ['docs']),
    topics: ['docs'],
    lanes: [scene.lane],
    counters: scene.counters,
    duplicates: scene.duplicates,
    problem: undefined,
    isJoined: true,
    bottleneck: undefined,
  };
  return JSON.parse(JSON.stringify(connectorStatus(connector, 'host:8083')));
}

describe.each(cases)('a lane that Milvus blocks by class $name', ({ name, code, endsBy, state, ...block }) => {
  const failure: Partial<Failure> = {
    class: endsBy === 'a fix' ? FailureClass.OPERATOR : FailureClass.LATER,
    code,
    message: 'Milvus refused the write: no',
    hint: failures[code].hint,
    milvusCode: 9,
    retryAfterMs: block.retryAfterMs,
  };

  /** Milvus refuses the first batch; the second was not begun for it. */
  function refuse(scene: LaneScene): void {
    const { result = Result.NOT_APPLIED } = block;
    scene.stream.answer({ result, reason: NotAppliedReason.BLOCKED, failure: failure as Failure });
    if (scene.stream.batches.length > 1) {
      scene.stream.answer({ result: Result.NOT_APPLIED, reason: NotAppliedReason.NOT_STARTED });
    }
    scene.stream.end();
  }

  test('says which class it is, since when, and what ends it', () => {
    const scene = new LaneScene();
    const since = new Date(scene.clock.now()).toISOString();
    scene.fetch(4);
    scene.stream.opened();
    refuse(scene);
    scene.clock.advance(block.probeAfterMs + 2_000);
    scene.stream.opened();
    refuse(scene);
    const { connector, millrace } = statusOf(scene);
    expect(connector.state).toBe(state);
    expect(millrace.lanes[0].problem).toMatchObject({ code, milvusClass: name, since, endsBy, milvusCode: 9 });
    expect(millrace.blocked_by[0]).toContain(failures[code].hint);
  });

  test('waits, probes with one batch for ten minutes, loses nothing, and goes on by itself', () => {
    const scene = new LaneScene();
    scene.fetch(4);
    scene.stream.opened();
    const blockedMs = scene.clock.now();
    refuse(scene);
    let probes = 0;
    for (let refusedMs = blockedMs; scene.clock.now() - blockedMs < 600_000; refusedMs = scene.clock.now()) {
      const before = scene.validator.streams.length;
      while (scene.validator.streams.length === before) scene.clock.step(Number.POSITIVE_INFINITY);
      expect(scene.clock.now() - refusedMs).toBeGreaterThanOrEqual(block.probeAfterMs);
      expect(scene.clock.now() - refusedMs).toBeLessThan(15_000);
      scene.stream.opened();
      expect(scene.stream.ranges).toEqual(['0-1']);
      probes += 1;
      refuse(scene);
    }
    expect(probes).toBeGreaterThan(600_000 / 15_000 - 1);
    expect([scene.letters.tries, scene.watermark, scene.unaccounted]).toEqual([0, 0, 0]);
    scene.clock.advance(15_000);
    scene.stream.opened();
    scene.stream.applied();
    scene.stream.applied();
    expect(scene.watermark).toBe(4);
    expect(statusOf(scene).millrace.blocked_by).toEqual([]);
  });
});
