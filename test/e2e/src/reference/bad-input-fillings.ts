import type { IHeaders, Message } from 'kafkajs';
import type { StoredRow } from '../harness/collection-server.ts';
import type { Filling } from '../harness/fill-collections.ts';
import { kindGroups } from '../types/kind-groups.ts';
import { type Trial, trialsOn } from '../types/trials.ts';
import type { BadInput, BadInputGroup } from './bad-input-group.ts';
import { seededRandom } from './random.ts';
import { type BrokenRecord, dressed } from './records.ts';
import { jsonOf } from './rows.ts';

/** A topic of bad inputs and good neighbours, with what must come of each. */
export interface BadInputFilling extends Filling {
  /** In the order of their offsets. */
  readonly broken: readonly BrokenRecord[];
  /** What the good rows are when they are read back; `numberField` tells them apart. */
  readonly rows: readonly StoredRow[];
  readonly numberField: string;
}

interface GoodEntry {
  readonly value: Buffer;
  readonly row: StoredRow;
  readonly key?: Buffer | string;
  readonly headers?: IHeaders;
}

type Entry = GoodEntry | { readonly bad: BadInput; readonly value: Buffer | null };

const beginMs = Date.now() - 3_600_000;

/** A good row before each bad input and behind the last one; keys and headers of the bad ones are of many kinds. */
export function fillingOf(group: BadInputGroup): BadInputFilling {
  const good = (number: number): Entry => ({
    value: Buffer.from(jsonOf(group.good(number))),
    row: group.stored(number),
    key: group.goodKey?.(number) ?? `key ${number}`,
    ...(group.goodHeaders && { headers: group.goodHeaders }),
  });
  const entries = group.badInputs.flatMap((bad, index): Entry[] => [
    good(index + 1),
    { bad, value: bad.value(group.good(-index - 1)) },
  ]);
  return fill(group, 'id', [...entries, good(group.badInputs.length + 1)]);
}

/** What each type refuses, among what it takes, on the server that has all of them; in an order of chance. */
export function typeFillings(): BadInputFilling[] {
  const kinds = kindGroups.flatMap((group) => group.kinds);
  const random = seededRandom(9);
  return trialsOn('recording server', kinds).map((trials) => {
    const entries = trials.records
      .map((trial) => ({ rank: random(), entry: entryOf(trial) }))
      .sort((a, b) => a.rank - b.rank)
      .map(({ entry }) => entry);
    return fill({ ...trials, topic: `bad_${trials.topic}` }, 'row', entries);
  });
}

function entryOf(trial: Trial): Entry {
  const value = Buffer.from(trial.record);
  if (!('letter' in trial)) return { value, row: trial.row };
  const { kind, refused, letter } = trial;
  const input = refused.shown ?? refused.text ?? 'left out';
  return { value, bad: { name: `${kind.title}: ${input}`, ...letter, value: () => value } };
}

function fill(
  base: Pick<Filling, 'server' | 'topic' | 'shape' | 'keys'>,
  numberField: string,
  entries: readonly Entry[],
) {
  const messages: Message[] = [];
  const broken: BrokenRecord[] = [];
  for (const [offset, entry] of entries.entries()) {
    const timestamp = ('bad' in entry ? entry.bad.timestamp : undefined) ?? String(beginMs + offset);
    if (!('bad' in entry)) {
      const { key = `key ${offset}`, value, headers = {} } = entry;
      messages.push({ partition: 0, key, value, headers, timestamp });
      continue;
    }
    const { bad, value } = entry;
    const usual = dressed(broken.length);
    const { key = usual.key, headers = usual.headers } = bad;
    messages.push({ partition: 0, key, value, headers, timestamp });
    broken.push({ kind: bad, partition: 0, offset: BigInt(offset), key, value, headers, timestamp });
  }
  const rows = entries.flatMap((entry) => ('row' in entry ? [entry.row] : []));
  return { ...base, messages, broken, rows, numberField } satisfies BadInputFilling;
}
