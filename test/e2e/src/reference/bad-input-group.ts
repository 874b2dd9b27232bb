import type { FakeField } from '@millrace/testing';
import { DataType } from '@zilliz/milvus2-sdk-node';
import type { IHeaders } from 'kafkajs';
import type { CollectionShape, ServerName, StoredRow } from '../harness/collection-server.ts';
import type { ConnectorKeys } from '../harness/pipeline.ts';
import type { BrokenKind } from './broken-kind.ts';
import type { RowText } from './rows.ts';

/** A bad input with what Kafka carries beside the value. */
export interface BadInput extends BrokenKind {
  readonly key?: Buffer | null;
  readonly headers?: IHeaders;
  readonly timestamp?: string;
}

/** Bad inputs for one collection, and the good rows that stand between them. */
export interface BadInputGroup {
  readonly topic: string;
  readonly server: ServerName;
  readonly shape: CollectionShape;
  readonly keys?: ConnectorKeys;
  readonly badInputs: readonly BadInput[];
  /** The text of the good row with this number, which no other has. */
  good(number: number): RowText;
  /** What is read back of it. */
  stored(number: number): StoredRow;
  /** Key and headers of its record, where an option reads them. */
  goodKey?(number: number): Buffer;
  readonly goodHeaders?: IHeaders;
}

/** The fields of the smallest collection. */
export const key: FakeField = { name: 'id', type: DataType.Int64, isPrimaryKey: true };
export const vector: FakeField = { name: 'vector', type: DataType.FloatVector, params: { dim: 2 } };
