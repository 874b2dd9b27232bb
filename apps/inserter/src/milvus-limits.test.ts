import { FieldType, type Outcome, Result } from '@millrace/contracts';
import { canRunMilvus, type MilvusServer, startMilvus } from '@millrace/testing';
import { DataType, MilvusClient } from '@zilliz/milvus2-sdk-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Inserter } from './service.ts';
import type { TestField, TestRow, TestValue } from './testing/entity-batch.ts';
import { InsertClient } from './testing/insert-stream.ts';
import { openLane } from './testing/lane-session.ts';
import { startTestInserter } from './testing/test-inserter.ts';

const fields: readonly TestField[] = [
  { name: 'key', type: FieldType.VARCHAR },
  { name: 'text', type: FieldType.VARCHAR },
  { name: 'int8', type: FieldType.INT8 },
  { name: 'int16', type: FieldType.INT16 },
  { name: 'float', type: FieldType.FLOAT },
  { name: 'double', type: FieldType.DOUBLE },
  { name: 'doc', type: FieldType.JSON },
  { name: 'tags', type: FieldType.ARRAY, elementType: FieldType.VARCHAR },
  { name: 'bytes', type: FieldType.ARRAY, elementType: FieldType.INT8 },
  { name: 'vector', type: FieldType.FLOAT_VECTOR, dim: 2 },
  { name: '$meta', type: FieldType.JSON, isDynamic: true },
];
const plain: TestRow = {
  text: '',
  int8: 0,
  int16: 0,
  float: 0,
  double: 0,
  doc: '{}',
  tags: [],
  bytes: [],
  vector: [0, 1],
  $meta: '{}',
};

const jsonOf = (bytes: number) => `{"x":"${'y'.repeat(bytes - 8)}"}`;

/**
 * Limits that the schema-validator keeps for Milvus: the last value that it lets through, and the first that it does
 * not. Three more are checked by later servers only (`internal/proxy/validate_util.go`, `util.go`): infinity in a Float
 * or Double, max_capacity, and the name of a field as a key in the dynamic field.
 */
const limits: readonly (readonly [field: string, last: TestValue, first: TestValue])[] = [
  ['key', 'éééé', 'éééé5'],
  ['text', '12345678', '123456789'],
  ['int8', 127, 128],
  ['int8', -128, -129],
  ['int16', 32_767, 32_768],
  ['int16', -32_768, -32_769],
  ['vector', [3.4028234663852886e38, 0], [Number.POSITIVE_INFINITY, 0]],
  ['doc', jsonOf(65_536), jsonOf(65_537)],
  ['doc', `{ ${' '.repeat(65_532)} }`, `{ ${' '.repeat(65_533)} }`],
  ['doc', '{"x":1e308}', '{"x":1e309}'],
  ['tags', ['1234'], ['12345']],
  ['bytes', [127, -128], [0, 128]],
  ['$meta', jsonOf(65_536), jsonOf(65_537)],
  ['$meta', '{"x":1e308}', '{"x":1e309}'],
  ['$meta', '{"$Meta":1,"x":{"$meta":2}}', '{"$meta":1}'],
];

/** Surprising values that the schema-validator lets through, because Milvus takes and keeps them. */
const surprising: readonly (readonly [field: string, value: TestValue])[] = [
  ['key', ''],
  ['key', 'a\0b'],
  ['text', '\0'],
  ['text', '\u{10ffff}'],
  ['float', Math.fround(1e-45)],
  ['double', 5e-324],
  ['doc', ' {"a" : 1.0e+2 ,\n"\\u0000":null}'],
  ['doc', `{"x":${'[['.repeat(30)}${']]'.repeat(30)}}`],
  ['doc', '{"x":123456789012345678901234567890,"y":1e-999}'],
  ['tags', ['', 'é\0', '1234']],
  ['$meta', '{"":1,"\\u0000":2,"a.b[0]":3,"__proto__":4}'],
  ['$meta', '{"x":123456789012345678901234567890.5,"y":1e-999}'],
];

describe.runIf(canRunMilvus)('the limits are those of a real Milvus', () => {
  let milvus: MilvusServer;
  let sdk: MilvusClient;
  let inserter: Inserter;
  let client: InsertClient;

  beforeAll(async () => {
    milvus = await startMilvus();
    sdk = new MilvusClient({ address: milvus.address, maxRetries: 0 });
    inserter = await startTestInserter({ MILVUS_ENDPOINT: `http://${milvus.address}` });
    client = new InsertClient(inserter.grpcPort);
    await sdk.createCollection({
      collection_name: 'limits',
      enable_dynamic_field: true,
      fields: [
        { name: 'key', data_type: DataType.VarChar, is_primary_key: true, max_length: 8 },
        { name: 'text', data_type: DataType.VarChar, max_length: 8 },
        { name: 'int8', data_type: DataType.Int8 },
        { name: 'int16', data_type: DataType.Int16 },
        { name: 'float', data_type: DataType.Float },
        { name: 'double', data_type: DataType.Double },
        { name: 'doc', data_type: DataType.JSON },
        { name: 'tags', data_type: DataType.Array, element_type: DataType.VarChar, max_capacity: 3, max_length: 4 },
        { name: 'bytes', data_type: DataType.Array, element_type: DataType.Int8, max_capacity: 3 },
        { name: 'vector', data_type: DataType.FloatVector, dim: 2 },
      ],
    });
  }, 300_000);
  afterAll(async () => {
    client?.close();
    await inserter?.stop();
    await sdk?.closeConnection();
    await milvus?.remove();
  });

  let nextOffset = 0n;

  /** Writes rows of this test alone: what Milvus refused at an offset is remembered. */
  async function write(rows: readonly TestRow[]): Promise<Outcome | undefined> {
    const session = await openLane(client, { target: { collection: 'limits' } }, fields);
    session.send(rows, { firstOffset: nextOffset });
    nextOffset += BigInt(rows.length);
    return (await session.finish())[0];
  }

  const rowsOf = (values: readonly (readonly [string, TestValue])[]) =>
    values.map(([name, value], index): TestRow => ({ key: `k${index}`, ...plain, [name]: value }));

  test('what lies at a limit is written', async () => {
    const outcome = await write(rowsOf(limits.map(([name, last]) => [name, last])));
    expect(outcome).toMatchObject({ result: Result.APPLIED, rejections: [], writtenRows: limits.length });
  });

  test('what lies one beyond is refused, and nothing else', { timeout: 120_000 }, async () => {
    const first = nextOffset;
    const beyond = limits.map(([name, , value]) => [name, value] as const);
    const outcome = await write(rowsOf([...beyond, ['text', 'good']]));
    expect(outcome).toMatchObject({ result: Result.APPLIED, writtenRows: 1 });
    expect(outcome?.rejections.map(({ offset }) => offset)).toEqual(limits.map((_, index) => first + BigInt(index)));
  });

  test('what is surprising is written', async () => {
    const outcome = await write(rowsOf(surprising));
    expect(outcome).toMatchObject({ result: Result.APPLIED, rejections: [], writtenRows: surprising.length });
  });
});
