import { InsertMode } from '@millrace/contracts';
import { ManualClock } from '@millrace/delivery';
import { KafkaJSProtocolError } from 'kafkajs';
import { createErrorFromCode } from 'kafkajs/src/protocol/error.js';
import { beforeEach, describe, expect, test } from 'vitest';
import { silentLogger } from '../test/broker.ts';
import { connectorConfig } from '../test/connector-config.ts';
import { settled } from '../test/fake-dead-letters.ts';
import { FakeSource } from '../test/fake-source.ts';
import { FakeValidator } from '../test/fake-validator.ts';
import { Connector } from './connector.ts';
import { ReadBudget } from './read-budget.ts';
import { reservationIn } from './reservation.ts';

const at = { topic: 'books', partition: 0 };
const nothing = { offset: -1n, metadata: null };

let clock: ManualClock;
let validator: FakeValidator;
let connector: Connector;
let source: FakeSource;

beforeEach(async () => {
  clock = new ManualClock();
  validator = new FakeValidator();
  connector = new Connector(connectorConfig('shop', ['books'], { writeTimeoutMs: 10_000, commitIntervalMs: 5_000 }), {
    kafka: {
      newSource: (events) => {
        source = new FakeSource(events);
        return source;
      },
      deadLetters: undefined,
    },
    clock,
    logger: silentLogger,
    openStream: validator.open,
    budget: new ReadBudget(2 ** 30, clock),
    drainTimeoutMs: 500,
    progressTimeoutMs: 3_600_000,
    fail: (error) => {
      throw error;
    },
  });
  connector.start();
  await settled();
});

async function pass(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    clock.advance(1_000);
    await settled();
  }
}

const sent = () => validator.streams.flatMap(({ ranges }) => ranges);
const lane = () => connector.lanes[0]?.status;

/** Protocol errors by their number in Kafka; the last is what kafkajs says when no answer comes. */
const refusals = [
  ['NOT_COORDINATOR', createErrorFromCode(16)],
  ['COORDINATOR_NOT_AVAILABLE', createErrorFromCode(15)],
  ['COORDINATOR_LOAD_IN_PROGRESS', createErrorFromCode(14)],
  ['ILLEGAL_GENERATION', createErrorFromCode(22)],
  ['UNKNOWN_MEMBER_ID', createErrorFromCode(25)],
  ['REBALANCE_IN_PROGRESS', createErrorFromCode(27)],
  ['a timeout', new Error('Request OffsetCommit timed out')],
] as const;

describe.each(refusals)('a commit that fails with %s', (name, error) => {
  const refuse = async () => {
    throw error;
  };

  test('reserves nothing: nothing is sent, and the status says so when it lasts', async () => {
    if (name !== 'a timeout') expect(error).toBeInstanceOf(KafkaJSProtocolError);
    source.answer = refuse;
    source.join('books', nothing);
    source.deliver(at, 0, 3);
    validator.stream.opened();
    await pass(5);
    expect([sent(), lane()?.problem]).toEqual([[], undefined]);
    expect(lane()).toMatchObject({ waitsFor: { reason: 'reservation' } });
    await pass(1);
    expect(lane()?.problem).toMatchObject({ code: 'kafka.no_reservation', needsAction: false, retrying: true });
    expect(lane()?.problem?.message).toBe(
      `nothing of books-0 is written, since Kafka took no offset commit: ${error.message}`,
    );
    source.answer = async () => new Map();
    await pass(1);
    expect(sent()).toEqual(['0-2']);
    expect([lane()?.problem, lane()?.waitsFor]).toEqual([undefined, undefined]);
  });

  test('is not made again under the next generation, which begins with what it was given', async () => {
    source.join('books', nothing);
    source.deliver(at, 0, 3);
    validator.stream.opened();
    await settled();
    source.answer = refuse;
    validator.stream.applied();
    await pass(6);
    expect(source.commits.at(-1)).toMatchObject([{ offset: 3n }]);
    const ofOld = source.commits.length;
    const rejoined = source.rejoin('books', { offset: 1n, metadata: null });
    await pass(1);
    await rejoined;
    // The last try of the old owner; from here on only what the new lane stands at.
    const before = source.commits.length;
    expect(before - ofOld).toBeLessThanOrEqual(2);
    source.answer = async () => new Map();
    await pass(10);
    const later = source.commits.slice(before).flat();
    expect(later.length).toBeGreaterThan(0);
    expect(later.every(({ offset }) => offset === 1n)).toBe(true);
  });
});

test('a commit that is answered late holds up nothing of the next generation, and nothing follows it there', async () => {
  const late: ((error: Error) => void)[] = [];
  source.join('books', nothing);
  source.answer = () => new Promise((_, reject) => late.push(reject));
  source.deliver(at, 0, 3);
  validator.stream.opened();
  await pass(7);
  expect(lane()?.problem?.message).toBe(
    'nothing of books-0 is written, since Kafka has not answered the offset commit',
  );
  const rejoined = source.rejoin('books', nothing);
  await pass(16);
  await rejoined;
  source.answer = async () => new Map();
  source.deliver(at, 0, 3);
  validator.stream.opened();
  await settled();
  expect(sent()).toEqual(['0-2']);
  validator.stream.applied();
  const before = source.commits.length;
  // The last commit of the old owner waited for this one. Made now it would release what the new one has reserved.
  for (const reject of late) reject(new Error('Request OffsetCommit timed out'));
  await settled();
  expect(source.commits.length).toBe(before);
});

test('a failed commit does not shorten the reservation that is there, and lengthens none', async () => {
  source.join('books', nothing);
  source.deliver(at, 0, 2);
  validator.stream.opened();
  await settled();
  const reserved = reservationIn(source.commits[0]?.[0]?.metadata ?? null)?.untilMs ?? 0;
  source.answer = async () => {
    throw createErrorFromCode(14);
  };
  await pass(4);
  source.deliver(at, 2, 2);
  expect(sent()).toEqual(['0-1', '2-3']);
  await pass(2);
  source.deliver(at, 4, 2);
  expect(clock.now() + 10_000).toBeGreaterThan(reserved);
  expect(sent()).toEqual(['0-1', '2-3']);
});

test('a partition whose commit is refused holds up no other, and alone says so', async () => {
  source.join('books', nothing, [0, 1]);
  source.answer = async () => new Map([['books-1', createErrorFromCode(3)]]);
  for (const partition of [0, 1]) source.deliver({ topic: 'books', partition }, 0, 3);
  for (const stream of validator.streams) stream.opened();
  await pass(6);
  const ranges = validator.streams.map(({ lane: { partition }, ranges }) => [partition, ranges]);
  expect(ranges).toEqual([
    [0, ['0-2']],
    [1, []],
  ]);
  const [first, second] = connector.lanes;
  expect(first?.problem).toBeUndefined();
  expect(second?.problem).toMatchObject({ code: 'kafka.no_reservation' });
  source.answer = async () => new Map();
  await pass(1);
  expect(validator.streams[1]?.ranges).toEqual(['0-2']);
});

test('a takeover shows in the status: what the lane waits for, and until when', async () => {
  const untilMs = clock.now() + 4_000;
  source.join('books', { offset: 5n, metadata: `v1;r=${untilMs};s=another` });
  expect(lane()).toMatchObject({ phase: 'waiting', waitsFor: { reason: 'former_owner', untilMs: untilMs + 2_000 } });
  await pass(6);
  expect(lane()).toMatchObject({ phase: 'idle', waitsFor: undefined });
});

test('a partition that has lost its place stays halted over a rejoin, though its offset exists again by then', async () => {
  source.join('books', { offset: 2_000n, metadata: null });
  expect(lane()?.problem?.message).toContain('books-0 has no offset 2000: it ends at 1000');
  source.high = 3_000n;
  await source.rejoin('books', { offset: 2_000n, metadata: null });
  expect(lane()).toMatchObject({ phase: 'stopped', problem: { code: 'kafka.offset_out_of_range' } });
  await pass(10);
  expect(source.commits).toEqual([]);
});

describe('insert mode', () => {
  const left = (doubt: string) => ({ offset: 100n, metadata: `v1;r=0;s=another;${doubt}` });
  const told = () => connector.duplicates.shown;

  test('what a former owner may have written beyond its last commit is told, up to the end of the partition', () => {
    source.join('books', left('e=500'));
    expect(told()).toMatchObject({
      records: 400,
      by_reason: { crash: 400, unfinished_drain: 0, indefinite_write: 0 },
      latest: [{ topic: 'books', partition: 0, first_offset: 100, last_offset: 499, reason: 'crash' }],
    });
    source.join('books', { ...left('u=5000'), offset: 900n });
    expect(told().latest.at(-1)).toMatchObject({ first_offset: 900, last_offset: 999, reason: 'unfinished_drain' });
  });

  test('it is told once, though the group joins anew before anything is committed', async () => {
    source.join('books', left('e=500'));
    await source.rejoin('books', left('e=500'));
    expect(told().records).toBe(400);
  });

  test('nothing is told where it left nothing, or where the partition ends there', () => {
    source.join('books', { offset: 100n, metadata: 'v1;r=0;s=another' });
    source.join('books', { ...left('e=1500'), offset: 1_000n });
    expect(told()).toMatchObject({ records: 0, latest: [] });
  });

  test('a commit carries it, and a clean stop takes it back', async () => {
    source.join('books', nothing);
    source.deliver(at, 0, 3);
    validator.stream.opened({ insertMode: InsertMode.INSERT });
    await settled();
    expect(source.commits.at(-1)?.[0]?.metadata).toMatch(/;e=400$/);
    validator.stream.applied();
    await connector.stop();
    expect(source.commits.at(-1)).toMatchObject([{ offset: 3n, metadata: expect.stringMatching(/^v1;r=0;s=[^;]+$/) }]);
  });
});
