import { afterAll, describe, expect, inject, it, onTestFailed } from 'vitest';
import { compareRows, noDifferences } from './harness/compare-rows.ts';
import { Feeder } from './harness/feeder.ts';
import { scene } from './harness/scene.ts';
import { type Member, ServicePairs } from './harness/service-pairs.ts';
import { until } from './harness/until.ts';
import { RecordSource } from './reference/records.ts';

const partitions = 4;
const sessionMs = 6_000;
/** After this long without an answer a connection is taken for dead: keepalive of grpc-options.ts. */
const keepaliveMs = 15_000;

/** Small batches, so that some are always in flight; short times, as in the chaos run. */
const keys = {
  'errors.tolerance': 'all',
  'consumer.override.session.timeout.ms': String(sessionMs),
  'consumer.override.heartbeat.interval.ms': '1000',
  'batch.records.max': '200',
  'write.timeout.ms': '3000',
  'commit.interval.ms': '200',
};

/** Two processes of each service under load, and one of them that is frozen with work in flight and thawed again. */
function frozenScene(topic: string) {
  const the = scene();
  const groupId = `connect-${topic}`;
  const source = new RecordSource({ seed: 12, partitions, repeatedShare: 0.5, keysMax: 1_500 });
  let pairs: ServicePairs | undefined;
  afterAll(() => pairs?.remove());

  const committed = () => the.kafka.committed(groupId, topic);
  /** Freezes it until every partition has moved on without it, and `longEnough`; returns what was committed by its thaw. */
  const freeze = async (member: Member, started: ServicePairs, longEnough: () => Promise<boolean>) => {
    await until(`batches are in flight for ${member.label}`, () => started.batchesInFlight(member), {
      timeoutMs: 60_000,
      pollMs: 5,
    });
    process.kill(member.child.pid, 'SIGSTOP');
    try {
      const before = await committed();
      await until(
        'every partition has moved on without it',
        async () => {
          const now = await committed();
          return (
            [...before].every(([partition, offset]) => (now.get(partition) ?? 0n) > offset) && (await longEnough())
          );
        },
        { timeoutMs: 90_000 },
      );
      return { atThaw: await committed(), thawedMs: Date.now() };
    } finally {
      process.kill(member.child.pid, 'SIGCONT');
    }
  };

  return {
    ...{ the, groupId, committed, freeze },
    async start() {
      onTestFailed(() => console.error(pairs?.logEnds() ?? 'no service was started'));
      await the.kafka.createTopic(topic, partitions);
      await the.createMixed(topic);
      const milvus = `http://${the.milvus.address}`;
      const connector = the.connector(topic, topic, keys);
      pairs = await ServicePairs.start({ bootstrap: inject('bootstrap'), milvus, connector });
      const feeder = new Feeder(the.kafka, source, { topic, groupId, backlog: 8_000, portion: 4_000 });
      return { pairs, feeder };
    },
    /** Nothing lost, nothing stale. */
    async check() {
      await the.kafka.untilCommitted(groupId, topic, 90_000);
      expect(await compareRows(the.reader, topic, source.rows)).toEqual(noDifferences);
      expect(await the.kafka.readAll(`${topic}.dead-letters`)).toEqual([]);
    },
  };
}

describe('SIGSTOP of a consumer for longer than its session', () => {
  const { the, groupId, committed, freeze, start, check } = frozenScene('frozen_consumer');

  it('fences it: its commit is refused, nothing goes back, no row is stale', { timeout: 300_000 }, async () => {
    const { pairs, feeder } = await start();
    const [frozen] = pairs.members.filter(({ service }) => service === 'consumer');
    if (!frozen) throw new Error('there is no consumer');
    const isEvicted = async () => (await the.kafka.group(groupId)).memberIds.length === 1;
    const { atThaw, thawedMs } = await freeze(frozen, pairs, isEvicted);
    const refusal = await until(
      'its commit is refused',
      async () => (await linesSince(pairs, frozen, thawedMs)).find(({ event }) => event === 'commit_failed'),
      { timeoutMs: 30_000 },
    );
    expect(refusal.msg).toMatch(/not aware of this member|generation id is not valid/);
    for (const [partition, offset] of await committed()) {
      expect(offset).toBeGreaterThanOrEqual(atThaw.get(partition) ?? 0n);
    }
    await until('it is a member again', async () => (await the.kafka.group(groupId)).memberIds.length === 2, {
      timeoutMs: 60_000,
    });
    await feeder.stop();
    await check();
  });
});

describe('SIGSTOP of an inserter for longer than its connections live', () => {
  const { freeze, start, check } = frozenScene('frozen_inserter');

  it('moves its lanes elsewhere, and what it still holds at its thaw makes no row stale', {
    timeout: 300_000,
  }, async () => {
    const { pairs, feeder } = await start();
    const [frozen] = pairs.members.filter(({ service }) => service === 'inserter');
    if (!frozen) throw new Error('there is no inserter');
    const frozenMs = Date.now();
    const { thawedMs } = await freeze(frozen, pairs, async () => Date.now() > frozenMs + keepaliveMs + 2_000);
    await until('it serves again', async () => (await linesSince(pairs, frozen, thawedMs)).some(isLaneOpened), {
      timeoutMs: 60_000,
    });
    await feeder.stop();
    const lines = await linesSince(pairs, frozen, thawedMs);
    // What came before the first lane of its new life is the end of the old one: expired, or of unknown end.
    const ofOldLife = lines
      .slice(0, lines.findIndex(isLaneOpened))
      .filter(({ event }) => event === 'batch_not_applied');
    console.info(`${ofOldLife.length} batches were told not to be applied at the thaw`);
    await check();
  });
});

const isLaneOpened = ({ event }: { readonly event?: unknown }): boolean => event === 'lane_opened';

async function linesSince(pairs: ServicePairs, { label }: Member, sinceMs: number) {
  const lines = await pairs.logLines(label);
  return lines.filter(({ time }) => Date.parse(String(time)) >= sinceMs);
}
