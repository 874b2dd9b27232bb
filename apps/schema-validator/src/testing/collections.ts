import { Collection, Field, FieldType, SchemaVersion } from '@millrace/contracts';

/** Fields and collections as tests describe them. */
export function field(name: string, type: FieldType, more: Partial<Field> = {}): Field {
  return { ...Field.create({ name, typeCode: type, typeName: `type ${type}` }), ...more };
}

export function collection(fields: readonly Field[], more: Partial<Collection> = {}): Collection {
  const version = SchemaVersion.create({ collectionId: 7n, schemaTimestamp: 11n, fingerprint: 'f' });
  return {
    ...Collection.create({ database: 'default', name: 'books', serverVersion: 'v3.0.0' }),
    version,
    fields,
    ...more,
  };
}

/** The collection of the tutorial. */
export const books = collection([
  field('id', FieldType.INT64, { isPrimaryKey: true }),
  field('title', FieldType.VARCHAR, { maxLength: 32 }),
  field('title_vector', FieldType.FLOAT_VECTOR, { dim: 4 }),
]);

export const goodBook = (id: number) => JSON.stringify({ id, title: `title ${id}`, title_vector: [0.5, 1, -2, id] });
