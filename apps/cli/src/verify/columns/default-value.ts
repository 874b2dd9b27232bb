import { FieldType } from '@millrace/contracts';
import type { ValueField } from '@millrace/contracts/milvus';
import { normalForm } from './normal-form.ts';

/** What Milvus stores where a row has no value of a field with this default, in normal form; undefined: it has none. */
export function normalDefault({ data }: ValueField, type: FieldType): string | undefined {
  if (data === undefined) return undefined;
  const { $case, value } = data;
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value === 'number' && $case !== 'intData') return floatBytes($case === 'floatData' ? 4 : 8, value);
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  return normalForm(Buffer.from(value), { type, elementType: FieldType.UNSPECIFIED });
}

function floatBytes(size: 4 | 8, value: number): string {
  const bytes = Buffer.alloc(size);
  if (size === 4) bytes.writeFloatLE(value);
  else bytes.writeDoubleLE(value);
  return bytes.toString('latin1');
}
