import {
  applyTo,
  type FakeRow,
  type FakeWrite,
  startFakeMilvus,
  startMilvus,
  startMilvusLite,
} from '@millrace/testing';
import { mixedFields } from '../reference/rows.ts';
import { compareRows, type Differences } from './compare-rows.ts';
import { MilvusReader } from './milvus-client.ts';
import type { ConnectorKeys } from './pipeline.ts';

/** A Milvus with a collection for the records of the reference, that can be made to write nothing for a while. */
export interface OutageServer {
  readonly address: string;
  /** From now on it writes nothing. */
  begin(): Promise<void>;
  /** It writes again. */
  end(): Promise<void>;
  differences(expected: ReadonlyMap<string, string>): Promise<Differences>;
  remove(): Promise<void>;
}

export interface Outage {
  readonly title: string;
  /** What the status of a lane that it blocks may say: classes of Milvus's refusals. */
  readonly classes: readonly string[];
  /** What the connector needs besides. */
  readonly keys?: ConnectorKeys;
  /** It stores the row of the greatest Int64 and finds it by no query, as 2.3.5 does; so no key is at an edge. */
  readonly losesGreatestKey?: true;
  readonly start: (collection: string) => Promise<OutageServer>;
}

/** milvus-lite is stopped, and started again. */
export const stopped: Outage = {
  title: 'is away',
  classes: ['later', 'indefinite'],
  async start(collection) {
    const server = await startMilvusLite();
    const reader = new MilvusReader(server.address);
    await reader.createCollection(collection, mixedFields);
    return {
      address: server.address,
      begin: async () => void (await server.stop()),
      end: () => server.restart(),
      async differences(expected) {
        await reader.load(collection);
        return compareRows(reader, collection, expected);
      },
      async remove() {
        await reader.close();
        await server.remove();
      },
    };
  },
};

/** The full server stands still: connections stay open, and nothing answers. */
export const silent: Outage = {
  title: 'is silent (SIGSTOP of the full server)',
  classes: ['later', 'indefinite'],
  keys: { 'unknown.fields': 'ignore' },
  losesGreatestKey: true,
  async start(collection) {
    // A server that stood still for longer than its own sessions last ends itself when it goes on.
    const server = await startMilvus({ sessionTtlS: 3_600 });
    const reader = new MilvusReader(server.address);
    const fields = mixedFields.filter(({ name }) => name !== secondVector);
    await reader.createCollection(collection, fields);
    const signal = async (name: NodeJS.Signals) => void process.kill(-server.pid, name);
    return {
      address: server.address,
      begin: () => signal('SIGSTOP'),
      end: () => signal('SIGCONT'),
      differences: (expected) => compareRows(withoutSecondVector(reader), collection, withSecondVectorEmpty(expected)),
      async remove() {
        await signal('SIGCONT');
        await reader.close();
        await server.remove();
      },
    };
  },
};

/** Version 2.3.5 has one vector in a collection. */
const secondVector = 'pair';

function withoutSecondVector(reader: MilvusReader): Pick<MilvusReader, 'rows' | 'count'> {
  return {
    count: (collection) => reader.count(collection),
    rows: async (collection, ids, fields) => {
      const names = fields.filter((name) => name !== secondVector);
      const rows = await reader.rows(collection, ids, names);
      return new Map([...rows].map(([id, row]) => [id, { ...row, [secondVector]: [] }]));
    },
  };
}

function withSecondVectorEmpty(expected: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...expected].map(([id, row]) => [id, JSON.stringify({ ...JSON.parse(row), [secondVector]: '' })]));
}

const quotaExceeded = {
  code: 9,
  errorCode: 48,
  reason: 'quota exceeded[reason=disk quota exceeded, please allocate more resources]',
};

/** A recording server refuses every write for a quota. */
export const overQuota: Outage = {
  title: 'refuses with quota exceeded',
  classes: ['wait'],
  async start(collection) {
    const table = new Map<bigint | string, FakeRow>();
    let refuses = false;
    const fields = mixedFields.map(({ name, data_type, dim, max_length }) => ({
      name: String(name),
      type: Number(data_type),
      isPrimaryKey: name === 'id',
      params: { ...(dim !== undefined && { dim: Number(dim) }), ...(max_length && { max_length: Number(max_length) }) },
    }));
    const server = await startFakeMilvus({
      collections: [{ name: collection, fields }],
      keepsWrites: false,
      script: (write: FakeWrite) => {
        if (refuses) return { kind: 'refuse', status: quotaExceeded };
        applyTo(table, write, 'id');
        return { kind: 'apply' };
      },
    });
    const reader = {
      rows: async (_: string, ids: readonly bigint[]) =>
        new Map(
          ids.flatMap((id) => {
            const row = table.get(id);
            return row ? [[String(id), row]] : [];
          }),
        ),
      count: async () => table.size,
    };
    return {
      address: server.address,
      begin: async () => {
        refuses = true;
      },
      end: async () => {
        refuses = false;
      },
      differences: (expected) => compareRows(reader, collection, expected),
      remove: () => server.stop(),
    };
  },
};
