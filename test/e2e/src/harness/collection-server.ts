import {
  decodeRowsWithSdk,
  type FakeField,
  type FakeMilvus,
  type MilvusServer,
  startFakeMilvus,
  startMilvus,
  startMilvusLite,
} from '@millrace/testing';
import { ConsistencyLevelEnum, DataType, type FieldType, MilvusClient } from '@zilliz/milvus2-sdk-node';
import type { ServerName } from './kinds.ts';
import { numberField, type Trials } from './trials.ts';

export type StoredRow = Readonly<Record<string, unknown>>;

/** A server in which types are tried. */
export interface TypeServer {
  readonly address: string;
  create(collection: string, trials: Trials): Promise<void>;
  /** Every row of a collection by the number of its trial. Integers of 64 bits are decimal text. */
  rows(collection: string, trials: Trials): Promise<ReadonlyMap<number, StoredRow>>;
  stop(): Promise<void>;
}

export const startTypeServer: Readonly<Record<ServerName, () => Promise<TypeServer>>> = {
  'milvus-lite': async () => realServer(await startMilvusLite()),
  'Milvus 2.3.5': async () => realServer(await startMilvus()),
  'recording server': async () => recordingServer(await startFakeMilvus({ version: 'v3.0.0' })),
};

function realServer(server: MilvusServer): TypeServer {
  const client = new MilvusClient({ address: server.address, maxRetries: 0, timeout: 60_000 });
  return {
    address: server.address,
    async create(collection, { fields, hasDynamicField }) {
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
    async rows(collection, { fields, hasDynamicField }) {
      await client.loadCollectionSync({ collection_name: collection });
      const answer = await client.query({
        collection_name: collection,
        filter: `${numberField} >= 0`,
        output_fields: [...fields.map(({ name }) => name), ...(hasDynamicField ? ['$meta'] : [])],
        consistency_level: ConsistencyLevelEnum.Strong,
        limit: 5_000,
      });
      done(answer.status);
      return byNumber(answer.data);
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

function recordingServer(server: FakeMilvus): TypeServer {
  return {
    address: server.address,
    create: async (collection, { fields, hasDynamicField }) =>
      server.setCollection({ name: collection, fields, hasDynamicField }),
    rows: async (collection) =>
      byNumber(
        server.applied
          .filter(({ request }) => request.collectionName === collection)
          .flatMap(({ bytes }) => decodeRowsWithSdk(bytes)),
      ),
    stop: () => server.stop(),
  };
}

const byNumber = (rows: readonly StoredRow[]): Map<number, StoredRow> =>
  new Map(rows.map((row) => [Number(row[numberField]), plain(row) as StoredRow]));

/** Integers of 64 bits as text, wherever they are. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
}
