import { DeleteRequest, UpsertRequest } from '@millrace/contracts/milvus';
import type { WriteCall } from '@millrace/inserter/parts';
import type { Change } from '../history.ts';

/** Which partition a primary key belongs to: as with Kafka, every key has one. */
export const keysPerPartition = 1_000;

export interface DecodedWrite {
  readonly method: WriteCall['method'];
  /** In the order of the request. */
  readonly changes: readonly Change[];
  /** Of the collection that the rows are meant for; 0 in a delete. */
  readonly schemaTimestamp: bigint;
}

/** What a request of the inserter says. @throws Error where it is not one that Milvus would take. */
export function decodeWrite({ method, request }: Pick<WriteCall, 'method' | 'request'>): DecodedWrite {
  if (method === 'Delete') return { method, changes: deletesOf(request), schemaTimestamp: 0n };
  const { fieldsData, numRows, schemaTimestamp } = UpsertRequest.decode(request);
  const column = (name: string): readonly number[] => {
    const { field } = fieldsData.find(({ fieldName }) => fieldName === name) ?? {};
    const data = field?.$case === 'scalars' ? field.value.data : undefined;
    const numbers = data?.$case === 'longData' ? data.value.data.map(Number) : [];
    if (numbers.length !== numRows) throw new Error(`${numbers.length} of ${numRows} rows have the field ${name}`);
    return numbers;
  };
  const offsets = column('at');
  const changes = column('id').map((key, row) => ({ key, partition: partitionOf(key), offset: offsets[row] ?? -1 }));
  return { method, changes, schemaTimestamp };
}

function deletesOf(request: Buffer): readonly Change[] {
  const { expr, exprTemplateValues } = DeleteRequest.decode(request);
  const [, name = ''] = /^id in \{(\w+)\}$/.exec(expr) ?? [];
  const values = exprTemplateValues[name]?.val?.value.data;
  if (values?.$case !== 'longData') throw new Error(`a delete that Milvus would not take: ${expr}`);
  return values.value.data.map((key) => ({ key: Number(key), partition: partitionOf(Number(key)), offset: undefined }));
}

function partitionOf(key: number): number {
  return Math.floor(key / keysPerPartition);
}
