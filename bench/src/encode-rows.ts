import { UpsertRequest } from '@millrace/contracts/milvus';
import { DataType } from '@zilliz/milvus2-sdk-node';
import { RecordMaker, type Workload } from './workload.ts';

/** The rows of a workload's records as ready requests of Milvus's Upsert, `rowsEach` rows in each. */
export function encodeRows(workload: Workload, collection: string, rowsEach: number): Buffer[] {
  const maker = new RecordMaker(workload);
  const requests: Buffer[] = [];
  for (let from = 0; from < workload.count; from += rowsEach) {
    const size = Math.min(rowsEach, workload.count - from);
    const rows: BenchRow[] = Array.from({ length: size }, (_, index) => JSON.parse(maker.value(from + index)));
    requests.push(requestOf(rows, workload.dim, collection));
  }
  return requests;
}

interface BenchRow {
  readonly id: number;
  readonly title: string;
  readonly title_vector: readonly number[];
  readonly link: string;
}

type FieldData = UpsertRequest['fieldsData'][number];

/** One request with the fields of the tutorial's collection. */
function requestOf(rows: readonly BenchRow[], dim: number, collection: string): Buffer {
  const ids = rows.map(({ id }) => BigInt(id));
  const numbers = rows.flatMap((row) => row.title_vector);
  const fieldsData: FieldData[] = [
    fieldOf('id', DataType.Int64, {
      $case: 'scalars',
      value: { data: { $case: 'longData', value: { data: ids } } },
    }),
    textField(
      'title',
      rows.map(({ title }) => title),
    ),
    fieldOf('title_vector', DataType.FloatVector, {
      $case: 'vectors',
      value: { dim: BigInt(dim), data: { $case: 'floatVector', value: { data: numbers } } },
    }),
    textField(
      'link',
      rows.map(({ link }) => link),
    ),
  ];
  const request = { ...UpsertRequest.create(), collectionName: collection, numRows: rows.length, fieldsData };
  return Buffer.from(UpsertRequest.encode(request).finish());
}

function textField(name: string, data: readonly string[]): FieldData {
  return fieldOf(name, DataType.VarChar, {
    $case: 'scalars',
    value: { data: { $case: 'stringData', value: { data } } },
  });
}

function fieldOf(fieldName: string, type: number, field: FieldData['field']): FieldData {
  return { type, fieldName, field, isDynamic: false, validData: [] };
}
