import { type Column, FieldType } from '@millrace/contracts';
import { UpsertRequest } from '@millrace/contracts/milvus';

/** A value as Milvus's own messages give it back; undefined where the row has none. */
export type Decoded = bigint | number | boolean | string | readonly number[] | undefined;

/** Where the elements go inside field data: scalars (3) or vectors (4), then the array of the type, packed or not. */
const places: Readonly<Record<number, { readonly array: number; readonly isPacked: boolean }>> = {
  [FieldType.BOOL]: { array: 1, isPacked: true },
  [FieldType.INT8]: { array: 2, isPacked: true },
  [FieldType.INT16]: { array: 2, isPacked: true },
  [FieldType.INT32]: { array: 2, isPacked: true },
  [FieldType.INT64]: { array: 3, isPacked: true },
  [FieldType.FLOAT]: { array: 4, isPacked: true },
  [FieldType.DOUBLE]: { array: 5, isPacked: true },
  [FieldType.VARCHAR]: { array: 6, isPacked: false },
  [FieldType.ARRAY]: { array: 8, isPacked: false },
  [FieldType.TEXT]: { array: 6, isPacked: false },
  [FieldType.TIMESTAMPTZ]: { array: 6, isPacked: false },
  [FieldType.GEOMETRY]: { array: 12, isPacked: false },
  [FieldType.JSON]: { array: 9, isPacked: false },
};

/**
 * Builds the Upsert that Milvus would get from the columns of several batches, by plain concatenation, and decodes it
 * with the generated decoder of Milvus's messages: by column, one value per row.
 */
export function decodeColumns(batches: readonly (readonly Column[])[]): Map<string, Decoded[]> {
  const joined = joinColumns(batches);
  const request = UpsertRequest.decode(Buffer.concat(joined.map(({ bytes }) => tagged(5, bytes))));
  return new Map(
    request.fieldsData.map((data, index) => {
      const values: Decoded[] = valuesOf(data);
      const valid = joined[index]?.valid ?? Buffer.alloc(0);
      if (valid.length === 0) return [data.fieldName, values];
      let next = 0;
      return [data.fieldName, [...valid].map((isValid) => (isValid ? values[next++] : undefined))];
    }),
  );
}

/** The bytes of the Upsert that Milvus would get from the columns of several batches. */
export function encodeUpsert(batches: readonly (readonly Column[])[], rowCount: number): Buffer {
  const fields: Buffer[] = [];
  const structs = new Map<string, Buffer[]>();
  for (const { bytes, valid, structName } of joinColumns(batches)) {
    const field = valid.length > 0 ? Buffer.concat([bytes, tagged(7, valid)]) : bytes;
    if (structName === '') fields.push(tagged(5, field));
    else structs.set(structName, [...(structs.get(structName) ?? []), tagged(1, field)]);
  }
  for (const [name, members] of structs) {
    const head = [Buffer.from([0x08]), varint(FieldType.ARRAY_OF_STRUCT), tagged(2, Buffer.from(name))];
    fields.push(tagged(5, Buffer.concat([...head, tagged(8, Buffer.concat(members))])));
  }
  return Buffer.concat([...fields, Buffer.from([0x38]), varint(rowCount)]);
}

function joinColumns(batches: readonly (readonly Column[])[]) {
  const [first = []] = batches;
  return first.map((column, index) => {
    const parts = batches.map((columns) => columns[index] ?? column);
    const { fieldName, type, isDynamic, structName } = column;
    const dim = Math.max(...parts.map((part) => part.dim));
    for (const part of parts) if (part.fieldName !== fieldName || part.type !== type) throw new Error('columns differ');
    return {
      name: fieldName,
      structName,
      valid: Buffer.concat(parts.map((part) => part.valid)),
      bytes: fieldData(fieldName, type, dim, isDynamic, parts),
    };
  });
}

function fieldData(name: string, type: FieldType, dim: number, isDynamic: boolean, parts: readonly Column[]): Buffer {
  const elements = Buffer.concat(parts.map((part) => part.elements));
  const place = places[type];
  const elementType = Buffer.concat([Buffer.from([0x18]), varint(parts[0]?.elementType ?? 0)]);
  const vectorArray = tagged(8, Buffer.concat([dimOf(1, dim), elements, elementType]));
  const body = place
    ? tagged(3, tagged(place.array, place.isPacked ? tagged(1, elements) : elements))
    : tagged(
        4,
        type === FieldType.ARRAY_OF_VECTOR
          ? vectorArray
          : Buffer.concat([dimOf(1, dim), vectorData(type, dim, elements)]),
      );
  const head = [Buffer.from([0x08]), varint(type), tagged(2, Buffer.from(name))];
  return Buffer.concat([...head, body, Buffer.from([0x30, isDynamic ? 1 : 0])]);
}

/** The members of VectorField that hold the vectors' bytes as they are. */
const bytesMembers: Readonly<Record<number, number>> = {
  [FieldType.BINARY_VECTOR]: 3,
  [FieldType.FLOAT16_VECTOR]: 4,
  [FieldType.BFLOAT16_VECTOR]: 5,
  [FieldType.INT8_VECTOR]: 7,
};

function vectorData(type: FieldType, dim: number, elements: Buffer): Buffer {
  if (type === FieldType.SPARSE_FLOAT_VECTOR) return tagged(6, Buffer.concat([elements, dimOf(2, dim)]));
  const member = bytesMembers[type];
  return member === undefined ? tagged(2, tagged(1, elements)) : tagged(member, elements);
}

function dimOf(field: number, dim: number): Buffer {
  return Buffer.concat([Buffer.from([field * 8]), varint(dim)]);
}

function valuesOf({ field }: UpsertRequest['fieldsData'][number]): Decoded[] {
  if (field?.$case === 'structArrays') throw new Error('structs are decoded with the SDK');
  if (field?.$case === 'vectors') {
    if (field.value.data?.$case !== 'floatVector') throw new Error('other vectors are decoded with the SDK');
    const numbers = field.value.data.value.data;
    const dim = Number(field.value.dim);
    return Array.from({ length: numbers.length / dim }, (_, row) => numbers.slice(row * dim, (row + 1) * dim));
  }
  const data = field?.value.data;
  if (data?.$case === 'arrayData') throw new Error('arrays are decoded with the SDK');
  if (data?.$case === 'jsonData') return data.value.data.map((text) => text.toString());
  return [...(data?.value.data ?? [])];
}

function tagged(field: number, bytes: Buffer): Buffer {
  return Buffer.concat([varint(field * 8 + 2), varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128);
  return Buffer.from([...bytes, rest]);
}
