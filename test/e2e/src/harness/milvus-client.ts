import { ConsistencyLevelEnum, DataType, type FieldType, MilvusClient, type RowData } from '@zilliz/milvus2-sdk-node';

/** A row as the SDK returns it: Int64 as decimal text, vectors as numbers. */
export type Row = Readonly<Record<string, unknown>>;

const pageRows = 5_000;
/** Milvus's own limit of a query. */
const queryRowsMax = 16_384;

/** The tests' own access to Milvus, always with Strong consistency. */
export class MilvusReader {
  readonly #client: MilvusClient;

  constructor(address: string) {
    this.#client = new MilvusClient({ address, maxRetries: 3, timeout: 60_000 });
  }

  async createCollection(name: string, fields: FieldType[], options: { dynamic?: boolean } = {}): Promise<void> {
    const vectors = fields.filter((field) => field.data_type === DataType.FloatVector);
    await this.#client.createCollection({
      collection_name: name,
      fields,
      enable_dynamic_field: options.dynamic ?? false,
      index_params: vectors.map((field) => ({
        field_name: String(field.name),
        index_type: 'FLAT',
        metric_type: 'L2',
      })),
    });
    await this.load(name);
  }

  async createPartition(collection: string, partition: string): Promise<void> {
    await this.#client.createPartition({ collection_name: collection, partition_name: partition });
    await this.load(collection);
  }

  /** Makes a collection readable; after a restart of Milvus too. */
  async load(collection: string): Promise<void> {
    await this.#client.loadCollectionSync({ collection_name: collection });
  }

  async count(collection: string): Promise<number> {
    const answer = await this.#client.query({
      collection_name: collection,
      filter: '',
      output_fields: ['count(*)'],
      consistency_level: ConsistencyLevelEnum.Strong,
    });
    const count = Number(answer.data[0]?.['count(*)']);
    if (!Number.isSafeInteger(count)) throw new Error(`no count of ${collection}: ${answer.status.reason}`);
    return count;
  }

  /** The rows with these Int64 keys, by key as decimal text; keys that are not there are absent. */
  async rows(collection: string, ids: readonly bigint[], fields: readonly string[]): Promise<Map<string, Row>> {
    const rows = new Map<string, Row>();
    for (let from = 0; from < ids.length; from += pageRows) {
      const answer = await this.#client.query({
        collection_name: collection,
        filter: `id in [${ids.slice(from, from + pageRows).join(',')}]`,
        output_fields: [...fields],
        consistency_level: ConsistencyLevelEnum.Strong,
        limit: pageRows,
      });
      if (answer.status.error_code !== 'Success') throw new Error(`cannot read ${collection}: ${answer.status.reason}`);
      for (const row of answer.data) rows.set(String(row.id), row);
    }
    return rows;
  }

  /** The rows that an expression chooses; they must not be more than 16,384, which is all that Milvus returns. */
  async where(collection: string, filter: string, fields: readonly string[]): Promise<Row[]> {
    const answer = await this.#client.query({
      collection_name: collection,
      filter,
      output_fields: [...fields],
      consistency_level: ConsistencyLevelEnum.Strong,
      limit: queryRowsMax,
    });
    if (answer.status.error_code !== 'Success') throw new Error(`cannot read ${collection}: ${answer.status.reason}`);
    if (answer.data.length >= queryRowsMax) throw new Error(`${filter} chooses more rows than Milvus returns`);
    return answer.data;
  }

  /** Every row of a small collection, or of some partitions of it. */
  async all(collection: string, fields: readonly string[], partitions: readonly string[] = []): Promise<Row[]> {
    const answer = await this.#client.query({
      collection_name: collection,
      filter: '',
      output_fields: [...fields],
      partition_names: [...partitions],
      consistency_level: ConsistencyLevelEnum.Strong,
      limit: pageRows,
    });
    if (answer.status.error_code !== 'Success') throw new Error(`cannot read ${collection}: ${answer.status.reason}`);
    return answer.data;
  }

  /** Changes a collection past the pipeline. */
  async change(
    collection: string,
    changes: { readonly remove?: readonly bigint[]; readonly put?: RowData[] },
  ): Promise<void> {
    const { remove = [], put = [] } = changes;
    if (put.length > 0) succeeded(await this.#client.upsert({ collection_name: collection, data: put }));
    if (remove.length > 0)
      succeeded(await this.#client.delete({ collection_name: collection, filter: `id in [${remove.join(',')}]` }));
  }

  close(): Promise<unknown> {
    return this.#client.closeConnection();
  }
}

/** The SDK resolves also where the server refuses. */
function succeeded({ status }: { readonly status: { readonly error_code: unknown; readonly reason: string } }): void {
  if (status.error_code !== 'Success') throw new Error(status.reason);
}
