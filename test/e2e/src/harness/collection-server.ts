import {
  decodeRowsWithSdk,
  type FakeField,
  type FakeMilvus,
  type MilvusServer,
  startFakeMilvus,
  startMilvus,
  startMilvusLite,
  tableOf,
} from '@millrace/testing';
import { ConsistencyLevelEnum, DataType, type FieldType, MilvusClient } from '@zilliz/milvus2-sdk-node';

export type StoredRow = Readonly<Record<string, unknown>>;

/** Servers that hold collections, each as far as it has their types. */
export const serverNames = ['milvus-lite', 'Milvus 2.3.5', 'recording server'] as const;
export type ServerName = (typeof serverNames)[number];

/** What a collection is made of. */
export interface CollectionShape {
  readonly fields: readonly FakeField[];
  readonly hasDynamicField?: boolean;
}

export interface CollectionServer {
  readonly address: string;
  create(collection: string, shape: CollectionShape): Promise<void>;
  drop(collection: string): Promise<void>;
  /**
   * Every row of a small collection, in no order, by Milvus's own message types: those that the SDK read from a server, or
   * what the writes that the recording server got leave. Integers of 64 bits are decimal text.
   */
  rows(collection: string, shape: CollectionShape): Promise<readonly StoredRow[]>;
  stop(): Promise<void>;
}

export const startServer: Readonly<Record<ServerName, () => Promise<CollectionServer>>> = {
  'milvus-lite': async () => realServer(await startMilvusLite()),
  'Milvus 2.3.5': async () => realServer(await startMilvus()),
  'recording server': async () => recordingServer(await startFakeMilvus({ version: 'v3.0.0' })),
};

/** What Milvus returns of a query at most. */
const rowsMax = 16_384;

function realServer(server: MilvusServer): CollectionServer {
  const client = new MilvusClient({ address: server.address, maxRetries: 0, timeout: 60_000 });
  return {
    address: server.address,
    async create(collection, { fields, hasDynamicField = false }) {
      const vectors = fields.filter(isVector);
      done(
        await client.createCollection({
          collection_name: collection,
          fields: fields.map(sdkField),
          enable_dynamic_field: hasDynamicField,
        }),
      );
      for (const { name, type } of vectors) {
        const [index_type, metric_type] = indexes[type] ?? ['FLAT', 'L2'];
        done(await client.createIndex({ collection_name: collection, field_name: name, index_type, metric_type }));
      }
    },
    async drop(collection) {
      done(await client.dropCollection({ collection_name: collection }));
    },
    async rows(collection, { fields, hasDynamicField = false }) {
      await client.loadCollectionSync({ collection_name: collection });
      const answer = await client.query({
        collection_name: collection,
        filter: '',
        output_fields: [...fields.map(({ name }) => name), ...(hasDynamicField ? ['$meta'] : [])],
        consistency_level: ConsistencyLevelEnum.Strong,
        limit: rowsMax,
      });
      done(answer.status);
      return answer.data.map(plainRow);
    },
    async stop() {
      await client.closeConnection();
      await server.remove();
    },
  };
}

/** Types of index and metric by type of vector. */
const indexes: Readonly<Record<number, readonly [index: string, metric: string]>> = {
  [DataType.BinaryVector]: ['BIN_FLAT', 'HAMMING'],
  [DataType.SparseFloatVector]: ['SPARSE_INVERTED_INDEX', 'IP'],
};

const isVector = ({ type }: FakeField): boolean => type >= DataType.BinaryVector;

/** The SDK resolves also where the server refuses. */
function done({ error_code, reason }: { readonly error_code: unknown; readonly reason: string }): void {
  if (error_code !== 'Success') throw new Error(reason);
}

function sdkField(field: FakeField): FieldType {
  const { name, type, elementType, isPrimaryKey, autoId, isNullable, isPartitionKey, params } = field;
  const [byDefault] = Object.values(field.default ?? {});
  return {
    name,
    data_type: type,
    ...params,
    ...(elementType !== undefined && { element_type: elementType }),
    ...(isPrimaryKey && { is_primary_key: true, autoID: autoId ?? false }),
    ...(isNullable && { nullable: true }),
    ...(isPartitionKey && { is_partition_key: true }),
    ...(byDefault !== undefined && { default_value: byDefault }),
  };
}

function recordingServer(server: FakeMilvus): CollectionServer {
  return {
    address: server.address,
    create: async (collection, { fields, hasDynamicField = false }) =>
      server.setCollection({ name: collection, fields, hasDynamicField }),
    drop: async (collection) => server.dropCollection(collection),
    rows: async (collection, { fields }) => {
      const writes = server.applied.filter(({ request }) => request.collectionName === collection);
      const key = fields.find(({ isPrimaryKey, autoId }) => isPrimaryKey && !autoId);
      const rows = key ? tableOf(writes, key.name).values() : writes.flatMap(({ bytes }) => decodeRowsWithSdk(bytes));
      return [...rows].map(plainRow);
    },
    stop: () => server.stop(),
  };
}

const plainRow = (row: StoredRow): StoredRow => plain(row) as StoredRow;

/** Integers of 64 bits as text, wherever they are. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
}
