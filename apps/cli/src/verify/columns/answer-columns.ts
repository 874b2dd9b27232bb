import { FieldType } from '@millrace/contracts';
import type { FieldRun } from '@millrace/contracts/milvus';
import { cutElements } from './cut-elements.ts';
import { normalForm } from './normal-form.ts';
import { type RowColumn, spread } from './row-columns.ts';
import { fieldsOf, integerText, varintNumber, WireError } from './wire.ts';

type Scalars = Extract<FieldRun['field'], { $case: 'scalars' }>['value'];
type Vectors = Extract<FieldRun['field'], { $case: 'vectors' }>['value'];
type Taken = { readonly elements: readonly Buffer[]; readonly elementType: FieldType };

/**
 * The columns of Milvus's answer to a query, in the same normal form as those of an EntityBatch, members of an Array of
 * Struct as columns of their own.
 *
 * @throws WireError where a field does not hold an element for each row, or in a form that is not known
 */
export function answerColumns(fields: readonly FieldRun[], rowCount: number): RowColumn[] {
  return fields.flatMap((field) => {
    if (field.field?.$case !== 'structArrays') return [answerColumn(field, field.fieldName, rowCount)];
    const struct = field.fieldName;
    return field.field.value.fields.map((member) =>
      answerColumn(member, `${struct}[${memberName(struct, member.fieldName)}]`, rowCount),
    );
  });
}

/** Milvus keeps members under `struct[member]`, and answers by either name. */
function memberName(struct: string, name: string): string {
  return name.startsWith(`${struct}[`) && name.endsWith(']') ? name.slice(struct.length + 1, -1) : name;
}

/** How many rows an answer has, by the column of a field without null values. */
export function answerRowCount({ field, type }: FieldRun): number {
  if (field?.$case !== 'scalars') throw new WireError('the primary key is no scalar');
  return scalarsOf(field.value, type as FieldType).elements.length;
}

function answerColumn({ type: code, field, validData }: FieldRun, name: string, rowCount: number): RowColumn {
  const type = code as FieldType;
  if (field === undefined || field.$case === 'structArrays') throw new WireError(`${name}: an answer without elements`);
  const isMoments = field.$case === 'scalars' && field.value.data?.$case === 'timestamptzData';
  const { elements, elementType } =
    field.$case === 'scalars'
      ? scalarsOf(field.value, isMoments ? FieldType.INT64 : type)
      : vectorsOf(field.value, type);
  const values = spread(elements, validData, rowCount, name).map((element) => {
    if (element === undefined) return undefined;
    return isMoments ? integerText(element) : normalForm(element, { type, elementType });
  });
  return { name, type, values };
}

const taken = (elements: readonly Buffer[]): Taken => ({ elements, elementType: FieldType.UNSPECIFIED });
const bytesOf = (message: Buffer, number: number): Buffer[] =>
  [...fieldsOf(message)].filter((field) => field.number === number && field.isDelimited).map((field) => field.bytes);

const isPacked: Readonly<Record<string, boolean>> = {
  boolData: true,
  intData: true,
  longData: true,
  floatData: true,
  doubleData: true,
  timestamptzData: true,
};

function scalarsOf({ data }: Scalars, type: FieldType): Taken {
  if (data === undefined) return taken([]);
  const lists = bytesOf(data.value, 1);
  if (isPacked[data.$case]) return taken(cutElements(type, Buffer.concat(lists), 0));
  return {
    elements: lists,
    elementType: data.$case === 'arrayData' ? elementTypeIn(data.value, 2) : FieldType.UNSPECIFIED,
  };
}

function vectorsOf({ data, dim }: Vectors, type: FieldType): Taken {
  if (data === undefined) return taken([]);
  if (data.$case === 'sparseFloatVector') return taken(bytesOf(data.value, 1));
  if (data.$case === 'vectorArray')
    return { elements: bytesOf(data.value, 2), elementType: elementTypeIn(data.value, 3) };
  const run = data.$case === 'floatVector' ? Buffer.concat(bytesOf(data.value, 1)) : data.value;
  return taken(run.length === 0 ? [] : cutElements(type, run, Number(dim)));
}

/** The member that names the type of the elements of an ArrayArray or a VectorArray. */
function elementTypeIn(message: Buffer, number: number): FieldType {
  for (const field of fieldsOf(message)) {
    if (field.number === number && !field.isDelimited) return varintNumber(field.bytes, 0) as FieldType;
  }
  return FieldType.UNSPECIFIED;
}
