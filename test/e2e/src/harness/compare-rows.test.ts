import { type MilvusServer, startMilvusLite } from '@millrace/testing';
import { MilvusClient } from '@zilliz/milvus2-sdk-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectedRow, mixedFields, type RowText } from '../reference/rows.ts';
import { compareRows, noDifferences } from './compare-rows.ts';
import { MilvusReader } from './milvus-client.ts';

let milvus: MilvusServer;
let reader: MilvusReader;
beforeAll(async () => {
  milvus = await startMilvusLite();
  reader = new MilvusReader(milvus.address);
});
afterAll(async () => {
  await reader?.close();
  await milvus?.remove();
});

const row = (id: string, single: string): RowText => ({
  id,
  flag: 'true',
  tiny: '-1',
  small: '2',
  plain: '3',
  long: '9223372036854775807',
  single,
  double: '0.1',
  title: '"é"',
  vector: `[${new Array(16).fill('0.25').join()}]`,
  pair: '[1, -0]',
});

it('finds rows that are missing, different by one bit, or too many', async () => {
  const written = [row('-9223372036854775807', '0.5'), row('2', '1'), row('9007199254740993', '0.5')];
  await reader.createCollection('compared', mixedFields);
  const client = new MilvusClient({ address: milvus.address });
  const data = written.map((texts) => ({
    ...JSON.parse(`{${Object.entries(texts).map(([name, text]) => `"${name}": ${text}`)}}`),
    id: texts.id,
    long: texts.long,
  }));
  const { status } = await client.insert({ collection_name: 'compared', data });
  await client.closeConnection();
  expect(status.error_code).toBe('Success');
  const reference = (rows: readonly RowText[]) => new Map(rows.map((texts) => [String(texts.id), expectedRow(texts)]));

  expect(await compareRows(reader, 'compared', reference(written))).toEqual(noDifferences);
  const other = [row('-9223372036854775807', '0.5'), row('2', '1.0000001'), row('9007199254740992', '0.5')];
  const { missing, different, extra } = await compareRows(reader, 'compared', reference(other));
  expect(missing).toEqual(['9007199254740992']);
  expect(different.map(({ expected, stored }) => [JSON.parse(expected).single, JSON.parse(stored).single])).toEqual([
    ['0100803f', '0000803f'],
  ]);
  expect(extra).toBe(1);
});
