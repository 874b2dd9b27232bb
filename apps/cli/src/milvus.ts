import {
  ConsistencyLevelEnum,
  ErrorCode,
  type FieldType,
  MilvusClient,
  type ResStatus,
} from '@zilliz/milvus2-sdk-node';
import { CliError, messageOf } from './cli-error.ts';
import { milvusEndpoint, type Settings } from './settings.ts';

/** Runs `work` with a connected client. @throws CliError when Milvus does not answer */
export async function withMilvus<T>(settings: Settings, work: (client: MilvusClient) => Promise<T>): Promise<T> {
  const { address, tls } = milvusEndpoint(settings);
  const client = new MilvusClient({
    address,
    ssl: tls,
    timeout: 15_000,
    maxRetries: 0,
    ...(settings.milvusToken && { token: settings.milvusToken }),
  });
  try {
    await client.connectPromise.catch((cause: unknown) => {
      const message = `Milvus at ${settings.milvus} does not answer: ${messageOf(cause)}`;
      throw new CliError(message, 'unavailable', { cause });
    });
    return await work(client);
  } finally {
    await client.closeConnection();
  }
}

export interface CollectionPlan {
  readonly name: string;
  readonly fields: readonly FieldType[];
  readonly vectorField: string;
  readonly metric: 'COSINE' | 'L2';
}

/** Creates the collection with an index and loads it, unless it exists. @returns whether it was created */
export async function ensureCollection(client: MilvusClient, plan: CollectionPlan): Promise<boolean> {
  const { name, fields, vectorField, metric } = plan;
  const known = await client.hasCollection({ collection_name: name });
  mustSucceed(`look for the collection ${name}`, known.status);
  if (known.value === false) {
    const created = await client.createCollection({
      collection_name: name,
      fields: [...fields],
      index_params: [{ field_name: vectorField, index_type: 'AUTOINDEX', metric_type: metric }],
      consistency_level: 'Strong',
    });
    mustSucceed(`create the collection ${name}`, created);
  }
  mustSucceed(`load the collection ${name}`, await client.loadCollectionSync({ collection_name: name }));
  return known.value === false;
}

/** The entities that fit the filter, with everything written before the call. */
export async function readEntities(
  client: MilvusClient,
  collection: string,
  filter: string,
  limit = 1,
): Promise<Record<string, unknown>[]> {
  const found = await client.query({
    collection_name: collection,
    filter,
    limit,
    output_fields: ['*'],
    consistency_level: ConsistencyLevelEnum.Strong,
  });
  mustSucceed(`read from the collection ${collection}`, found.status);
  return found.data;
}

/** The SDK resolves with a status where Milvus refused. @throws CliError unless it says success */
export function mustSucceed(what: string, status: ResStatus): void {
  if (status.error_code === ErrorCode.SUCCESS && (status.code ?? 0) === 0) return;
  throw new CliError(`could not ${what}: ${status.reason || status.error_code || 'Milvus gave no status'}`);
}
