import { type Column, FieldType } from '@millrace/contracts';
import { cutElements } from './cut-elements.ts';
import { normalForm } from './normal-form.ts';
import { WireError } from './wire.ts';

/** A field's values, one for each row in its normal form; undefined where the row has none. */
export interface RowColumn {
  /** `struct[member]` for a member of an Array of Struct. */
  readonly name: string;
  readonly type: FieldType;
  readonly values: readonly (string | undefined)[];
}

/** A column of an EntityBatch by its rows. @throws WireError where it does not hold one element for each row with a value */
export function rowColumn(column: Column, rowCount: number): RowColumn {
  const { type, elements, valid, dim, elementType } = column;
  const cut = cutElements(type, elements, dim);
  const values = spread(cut, valid, rowCount, columnName(column)).map(
    (element) => element && normalForm(element, { type, elementType }),
  );
  return { name: columnName(column), type, values };
}

export function columnName({ fieldName, structName }: Pick<Column, 'fieldName' | 'structName'>): string {
  return structName === '' ? fieldName : `${structName}[${fieldName}]`;
}

/**
 * Elements by their rows. A column holds those of rows with a value alone; an answer of Milvus also has something in the
 * place of those that are not there.
 */
export function spread(
  elements: readonly Buffer[],
  valid: Uint8Array,
  rowCount: number,
  name: string,
): (Buffer | undefined)[] {
  if (valid.length === 0 && elements.length === rowCount) return [...elements];
  if (valid.length !== rowCount) throw new WireError(`${name}: ${elements.length} elements for ${rowCount} rows`);
  const count = valid.reduce((sum, isValid) => sum + isValid, 0);
  const isDense = elements.length === rowCount;
  if (!isDense && elements.length !== count)
    throw new WireError(`${name}: ${elements.length} elements for ${count} values`);
  let next = 0;
  return Array.from(valid, (isValid, row) => {
    const element = elements[isDense ? row : next];
    if (isValid === 0) return undefined;
    next += 1;
    return element;
  });
}

const vectorTypes: ReadonlySet<number> = new Set([
  FieldType.BINARY_VECTOR,
  FieldType.FLOAT_VECTOR,
  FieldType.FLOAT16_VECTOR,
  FieldType.BFLOAT16_VECTOR,
  FieldType.SPARSE_FLOAT_VECTOR,
  FieldType.INT8_VECTOR,
]);

export const isVector = (type: FieldType): boolean => vectorTypes.has(type);
