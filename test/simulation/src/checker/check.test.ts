import { describe, expect, test } from 'vitest';
import type { Change, Counted, Event, Happening } from '../history.ts';
import type { LoggedRecord, RecordKind } from '../kafka/record-log.ts';
import { check } from './check.ts';
import type { Evidence } from './ledger.ts';
import { tellAbout } from './tell.ts';
import type { Rule } from './violation.ts';

/** Key 1 at offsets 0, 2 and 4, key 2 at 1 and 3; offset 3 is of another kind where a test says so. */
function records(kind: RecordKind = 'row'): LoggedRecord[] {
  return [0, 1, 2, 3, 4].map((offset) => ({ offset, key: 1 + (offset % 2), kind: offset === 3 ? kind : 'row' }));
}

const row = (offset: number): Change => ({ key: 1 + (offset % 2), partition: 0, offset });
const deleted: Change = { key: 2, partition: 0, offset: undefined };
const effect = (...changes: Change[]): Event => ({ kind: 'effect', write: 1, by: 'i', changes });
const commit = (offset: number, metadata = 'v1;r=90;s=x', process = 'c'): Event => ({
  kind: 'commit',
  process,
  generation: 1,
  partition: 0,
  offset,
  metadata,
});
const sent = (stream: number, ...offsets: number[]): Event => ({
  kind: 'sent',
  process: `c${stream}`,
  partition: 0,
  stream,
  offsets,
  notAfterMs: 90,
  landsUntilMs: 100,
});
const letter = (offset: number): Event => ({ kind: 'letter', process: 'c', partition: 0, offset });
const counts: Counted = {
  read: 5,
  written: 5,
  superseded: 0,
  deleted: 0,
  filtered: 0,
  deadLettered: 0,
  released: 0,
  unsettled: 0,
};
const counted = (more: Partial<Counted> = {}): Event => ({
  kind: 'counted',
  process: 'c',
  counted: { ...counts, ...more },
});

/** A run of five records without a fault, or with these events instead of its own. */
function evidence(events: readonly Event[] = clean, more: Partial<Evidence> = {}): Evidence {
  const happenings: Happening[] = events.map((event, atMs) => ({ atMs, ...event }));
  const rows = new Map([
    [1, 4],
    [2, 3],
  ]);
  const log = [records()];
  return {
    insertMode: 'upsert',
    isCalm: false,
    happenings,
    log,
    ends: [5],
    committed: [5],
    rows,
    isDone: true,
    ...more,
  };
}

const all = [0, 1, 2, 3, 4];
const clean = [sent(1, ...all), effect(...all.map(row)), commit(5), counted()];

function broken(events?: readonly Event[], more?: Partial<Evidence>): readonly Rule[] {
  return [...new Set(check(evidence(events, more)).map(({ rule }) => rule))];
}

test('a clean run breaks nothing', () => {
  expect(broken()).toEqual([]);
});

describe('every rule is broken by a history of its own', () => {
  test.each<[Rule, readonly Event[], Partial<Evidence>?]>([
    [
      'watermark',
      [
        sent(1, ...all),
        effect(row(0)),
        commit(3),
        effect(row(3), row(4)),
        commit(5),
        counted({ written: 3, superseded: 2 }),
      ],
    ],
    ['backwards commit', [...clean, commit(4), commit(5)]],
    ['late effect', [...clean, effect(row(4))]],
    [
      'order',
      [
        sent(1, ...all),
        effect(row(2)),
        effect(row(0)),
        effect(row(3), row(4)),
        commit(5),
        counted({ written: 4, superseded: 1 }),
      ],
    ],
    ['fence', [sent(1, 0), sent(2, ...all), effect(...all.map(row)), commit(5), counted()]],
    ['reservation', [commit(0, 'v1;r=89;s=x', 'c1'), ...clean]],
    ['reservation', [sent(1, ...all), commit(0, 'v1;r=89;s=x', 'c2'), ...clean.slice(1)]],
    ['good letter', [sent(1, ...all), effect(...all.map(row)), letter(2), commit(5), counted()]],
    [
      'stale',
      clean,
      {
        rows: new Map([
          [1, 2],
          [2, 3],
        ]),
      },
    ],
    ['stuck', clean, { isDone: false }],
    [
      'missing',
      [
        sent(1, 0, 1, 2),
        effect(row(0), row(1), row(2)),
        counted({ written: 3, released: 2 }),
        counted({ read: 2, written: 0, superseded: 2 }),
      ],
    ],
    ['counters', [sent(1, ...all), effect(...all.map(row)), commit(5), counted({ released: 1 })]],
    ['bug', [...clean, { kind: 'log', process: 'v', event: 'lane_failed', message: 'x is undefined' }]],
  ])('%s', (rule, events, more) => {
    expect(broken(events, more)).toEqual([rule]);
  });

  test('duplicate: in insert mode, unless the consumer could not know, or was not the only one to have it', () => {
    const assigned = (process: string): Event => ({ kind: 'assigned', process, generation: 1, partitions: [0] });
    const answered: Event = { kind: 'answered', partition: 0, stream: 1 };
    const doubt: Event = { kind: 'doubt', process: 'c1', partition: 0, offsets: [3, 4] };
    const once = [assigned('c1'), sent(1, ...all), effect(...all.map(row)), answered];
    const again = (stream: number) => [sent(stream, 3, 4), effect(row(3), row(4)), commit(5), counted()];
    const insert = { insertMode: 'insert' } as const;
    expect(broken([...once, ...again(1)], insert)).toEqual(['duplicate']);
    expect(broken([...once, doubt, ...again(1)], insert)).toEqual([]);
    expect(broken([...once, commit(3), assigned('c2'), ...again(2)], insert)).toEqual([]);
    expect(broken([...once, commit(4), assigned('c2'), ...again(2)], insert)).toEqual(['late effect', 'duplicate']);
    // An owner that has lost the partition in between and does not know.
    const lost = [assigned('c1'), assigned('c2'), ...once.slice(1), assigned('c2'), ...again(2)];
    expect(broken(lost, insert)).toEqual([]);
    expect(broken([...once, doubt, ...again(1)], { isCalm: true })).toEqual(['duplicate']);
  });
});

describe('the end of a record', () => {
  const rest = effect(...[0, 1, 2, 4].map(row));
  const ends = (events: readonly Event[], kind: RecordKind, more: Partial<Counted>) =>
    broken([sent(1, ...all), rest, ...events, commit(5), counted({ written: 4, ...more })], {
      log: [records(kind)],
      rows: new Map(
        kind === 'delete'
          ? [[1, 4]]
          : [
              [1, 4],
              [2, 1],
            ],
      ),
    });

  test('of an invalid one is its dead letter', () => {
    expect(ends([letter(3)], 'invalid', { deadLettered: 1 })).toEqual([]);
    expect(ends([], 'invalid', { deadLettered: 1 })).toEqual(['watermark', 'missing', 'counters']);
  });

  test('of one that Milvus refuses is its dead letter', () => {
    expect(ends([letter(3)], 'refused', { deadLettered: 1 })).toEqual([]);
    expect(ends([], 'refused', { superseded: 1 })).toEqual(['watermark', 'missing']);
  });

  test('of a delete is a delete of its key after it was sent', () => {
    expect(ends([effect(deleted)], 'delete', { deleted: 1 })).toEqual([]);
    expect(ends([], 'delete', { deleted: 1 })).toEqual(['watermark', 'missing']);
  });

  test('of a row is any later row of its key', () => {
    const events = [sent(1, ...all), effect(row(4), row(3)), commit(5), counted({ written: 2, superseded: 3 })];
    expect(broken(events)).toEqual([]);
  });
});

test('what is told ends where the violation shows, and leaves out other keys', () => {
  const { happenings } = evidence([...clean, effect(row(4)), commit(5)]);
  const [violation] = check(evidence([...clean, effect(row(4)), commit(5)]));
  const lines = violation ? tellAbout(happenings, violation).split('\n') : [];
  expect(lines[0]).toContain('c1 sends 0-4 of partition 0');
  expect(lines.at(-1)).toContain('write 1 of i takes effect: 1 = 4');
});
