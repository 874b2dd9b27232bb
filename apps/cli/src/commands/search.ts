import type { DataType, MilvusClient } from '@zilliz/milvus2-sdk-node';
import { CliError } from '../cli-error.ts';
import { mustSucceed, readEntities, withMilvus } from '../milvus.ts';
import { bold, dim, type Output } from '../output.ts';
import type { Settings } from '../settings.ts';

export interface Neighbour {
  readonly text: string;
  readonly score: number;
}

/** Finds the entity whose text field holds exactly `text` and prints the entities whose vectors are nearest to its own. */
export async function search(
  settings: Settings,
  collection: string,
  text: string,
  limit: number,
  output: Output,
): Promise<void> {
  const found = await withMilvus(settings, (client) => neighbours(client, collection, text, limit));
  output.line(`${bold(text)}  →  ${found.map((one) => `${one.text} ${dim(one.score.toFixed(2))}`).join('  ')}`);
}

/** @throws CliError when the collection has no text or vector field, or nothing holds that text */
export async function neighbours(
  client: MilvusClient,
  collection: string,
  text: string,
  limit: number,
): Promise<Neighbour[]> {
  const { textField, vectorField } = await fieldsOf(client, collection);
  const filter = `${textField} == ${JSON.stringify(text)}`;
  const [entity] = await readEntities(client, collection, filter);
  if (entity === undefined) throw new CliError(`nothing in ${collection} has ${textField} ${JSON.stringify(text)}`);
  const vector = entity[vectorField];
  if (!Array.isArray(vector)) throw new CliError(`${collection}.${vectorField} is no vector of numbers`);
  const answer = await client.search({
    collection_name: collection,
    anns_field: vectorField,
    data: vector.map(Number),
    limit: limit + 1,
    output_fields: [textField],
  });
  mustSucceed(`search ${collection}`, answer.status);
  return answer.results
    .map((row) => ({ text: String(row[textField]), score: row.score }))
    .filter((row) => row.text !== text)
    .slice(0, limit);
}

async function fieldsOf(client: MilvusClient, collection: string): Promise<{ textField: string; vectorField: string }> {
  const described = await client.describeCollection({ collection_name: collection });
  mustSucceed(`describe ${collection}`, described.status);
  const first = (type: keyof typeof DataType) =>
    described.schema.fields.find((field) => field.data_type === type)?.name;
  const textField = first('VarChar');
  const vectorField = first('FloatVector');
  if (textField === undefined || vectorField === undefined) {
    throw new CliError(`${collection} has no VarChar field beside a FloatVector field`);
  }
  return { textField, vectorField };
}
