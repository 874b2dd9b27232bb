import type { HeaderColumn, RecordBatch } from '../gen/millrace/v1/schema_validator.ts';

/** Byte strings that follow each other without a gap; null counts as an empty one. */
export type Pieces = readonly (Buffer | null)[];

/** Columns of bytes that are still in pieces, so that they are copied once: into the message. */
type Scattered<Columns> = {
  readonly [Name in keyof Columns]: Columns[Name] extends Buffer ? Buffer | Pieces : Columns[Name];
};

export type ScatteredHeaderColumn = Scattered<HeaderColumn>;

/** A RecordBatch whose records' bytes may lie wherever they were read; they must not change until it is sent. */
export interface ScatteredRecordBatch extends Scattered<Omit<RecordBatch, 'headers'>> {
  readonly headers: readonly ScatteredHeaderColumn[];
}

/** The batch as its receiver sees it. */
export function gather(batch: ScatteredRecordBatch): RecordBatch {
  const headers = batch.headers.map((column) => ({ ...column, values: joined(column.values) }));
  return { ...batch, values: joined(batch.values), keys: joined(batch.keys), headers };
}

function joined(bytes: Buffer | Pieces): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.concat(bytes.filter((piece) => piece !== null));
}
