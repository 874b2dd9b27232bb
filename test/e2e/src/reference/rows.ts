import { DataType, type FieldType } from '@zilliz/milvus2-sdk-node';
import { float32Hex, float64Hex, nearestFloat32 } from './float32.ts';

export const vectorDim = 16;
export const titleBytesMax = 64;

/** The collection that the generated records fit: every type that a JSON value can fill today. */
export const mixedFields: FieldType[] = [
  { name: 'id', data_type: DataType.Int64, is_primary_key: true, autoID: false },
  { name: 'flag', data_type: DataType.Bool },
  { name: 'tiny', data_type: DataType.Int8 },
  { name: 'small', data_type: DataType.Int16 },
  { name: 'plain', data_type: DataType.Int32 },
  { name: 'long', data_type: DataType.Int64 },
  { name: 'single', data_type: DataType.Float },
  { name: 'double', data_type: DataType.Double },
  { name: 'title', data_type: DataType.VarChar, max_length: titleBytesMax },
  { name: 'vector', data_type: DataType.FloatVector, dim: vectorDim },
  { name: 'pair', data_type: DataType.FloatVector, dim: 2 },
];

export const mixedFieldNames = mixedFields.map((field) => String(field.name));

/**
 * One row as the JSON text of each field, which is what a producer sends. Texts, so that neither long integers nor the
 * digits of a float pass through a number of ours.
 */
export type RowText = Readonly<Record<string, string>>;

export const jsonOf = (row: RowText): string =>
  `{${Object.entries(row)
    .map(([name, text]) => `${JSON.stringify(name)}: ${text}`)
    .join(', ')}}`;

/** A row in a form that is equal exactly when the stored rows are: floats by their bits, integers by their digits. */
export function expectedRow(row: RowText): string {
  return canonical({
    id: text(row, 'id'),
    flag: text(row, 'flag'),
    tiny: text(row, 'tiny'),
    small: text(row, 'small'),
    plain: text(row, 'plain'),
    long: text(row, 'long'),
    single: float32Hex([nearestFloat32(text(row, 'single'))]),
    double: float64Hex(Number(text(row, 'double'))),
    title: String(JSON.parse(text(row, 'title'))),
    vector: float32Hex(elements(text(row, 'vector'))),
    pair: float32Hex(elements(text(row, 'pair'))),
  });
}

/** The same form of a row that was read back. */
export function storedRow(row: Readonly<Record<string, unknown>>): string {
  return canonical({
    id: String(row.id),
    flag: String(row.flag),
    tiny: String(row.tiny),
    small: String(row.small),
    plain: String(row.plain),
    long: String(row.long),
    single: float32Hex([Number(row.single)]),
    double: float64Hex(Number(row.double)),
    title: String(row.title),
    vector: float32Hex(numbers(row.vector)),
    pair: float32Hex(numbers(row.pair)),
  });
}

function canonical(row: Readonly<Record<string, string>>): string {
  return JSON.stringify(row);
}

function text(row: RowText, name: string): string {
  const value = row[name];
  if (value === undefined) throw new Error(`the generated row has no ${name}`);
  return value;
}

function elements(vector: string): number[] {
  return vector
    .slice(1, -1)
    .split(',')
    .map((element) => nearestFloat32(element.trim()));
}

function numbers(value: unknown): number[] {
  if (!Array.isArray(value) || !value.every((element) => typeof element === 'number')) {
    throw new Error('a vector was not read back as numbers');
  }
  return value;
}
