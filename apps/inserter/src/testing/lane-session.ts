import { setTimeout as delay } from 'node:timers/promises';
import type { Collection, DescribeCollectionResponse, EntityBatch, InsertResponse, Outcome } from '@millrace/contracts';
import { type BatchOptions, entityBatch, type TestEntry, type TestField } from './entity-batch.ts';
import { batch, type InsertClient, type InsertStream, open, type TestLane } from './insert-stream.ts';

type Message<Case> = Extract<NonNullable<InsertResponse['message']>, { $case: Case }>;

/** An open stream that numbers its batches and offsets by itself. */
export class LaneSession {
  readonly stream: InsertStream;
  readonly opened: Message<'opened'>['value'];
  readonly #fields: readonly TestField[];
  readonly #collection: Collection;
  #sequence = 0n;
  #offset = 100n;

  constructor(
    stream: InsertStream,
    opened: Message<'opened'>['value'],
    fields: readonly TestField[],
    collection: Collection,
  ) {
    this.stream = stream;
    this.opened = opened;
    this.#fields = fields;
    this.#collection = collection;
  }

  /** Of the session's fields, unless others are given. */
  send(
    entries: readonly TestEntry[],
    options: BatchOptions & { readonly fields?: readonly TestField[] } = {},
  ): EntityBatch {
    this.#sequence += 1n;
    const version = this.#collection.version;
    const value = entityBatch(options.fields ?? this.#fields, entries, {
      sequence: this.#sequence,
      firstOffset: this.#offset,
      ...(version && { version }),
      ...options,
    });
    this.#offset += BigInt(entries.length);
    this.stream.send(batch(value));
    return value;
  }

  async outcome(): Promise<Outcome> {
    return expectCase(await this.stream.next(), 'outcome').value;
  }

  /** Half-closes and takes what is left. */
  async finish(): Promise<readonly Outcome[]> {
    this.stream.halfClose();
    const outcomes: Outcome[] = [];
    for (let message = await this.stream.next(); message; message = await this.stream.next()) {
      if (message.$case === 'outcome') outcomes.push(message.value);
    }
    return outcomes;
  }
}

/** Describes the collection as the validator does, and opens a lane for it. */
export async function openLane(
  client: InsertClient,
  lane: TestLane,
  fields: readonly TestField[],
): Promise<LaneSession> {
  let description = await client.describe(lane.target, true);
  // On a busy machine the first connection may take longer than a description may; then a client asks again.
  for (let again = 0; again < 20 && isLater(description); again++) {
    await delay(250);
    description = await client.describe(lane.target, true);
  }
  if (description?.$case !== 'collection') throw new Error(`not described: ${shown(description)}`);
  const stream = client.stream();
  stream.send(open(lane));
  return new LaneSession(stream, expectCase(await stream.next(), 'opened').value, fields, description.value);
}

function isLater(description: DescribeCollectionResponse['result']): boolean {
  return description?.$case === 'failure' && description.value.code === 'milvus.unreachable';
}

export function expectCase<Case extends NonNullable<InsertResponse['message']>['$case']>(
  message: InsertResponse['message'],
  name: Case,
): Message<Case> {
  if (message?.$case !== name) throw new Error(`${shown(message)} instead of ${name}`);
  return message as Message<Case>;
}

function shown(message: unknown): string {
  return JSON.stringify(message, (_, value) => (typeof value === 'bigint' ? String(value) : value));
}
