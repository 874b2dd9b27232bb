/** A field as the pages show it; the schema-validator's tests make real ones of these. */
export interface ExampleField {
  readonly name: string;
  readonly type: string;
  readonly isPrimaryKey?: boolean;
  readonly isAutoId?: boolean;
  readonly isNullable?: boolean;
  readonly maxLength?: number;
  readonly maxCapacity?: number;
  readonly elementType?: string;
  readonly dim?: number;
}

export interface ExampleCollection {
  readonly fields: readonly ExampleField[];
  readonly hasDynamicField: boolean;
}

const id: ExampleField = { name: 'id', type: 'Int64', isPrimaryKey: true };
const title: ExampleField = { name: 'title', type: 'VarChar', maxLength: 24 };
const embedding: ExampleField = { name: 'embedding', type: 'FloatVector', dim: 4 };

/** The collections that the records of the pages are meant for. */
export const exampleCollections = {
  books: {
    fields: [
      id,
      title,
      embedding,
      { name: 'year', type: 'Int16', isNullable: true },
      { name: 'price', type: 'Float', isNullable: true },
      { name: 'tags', type: 'Array', elementType: 'VarChar', maxLength: 16, maxCapacity: 3, isNullable: true },
      { name: 'meta', type: 'JSON', isNullable: true },
      { name: 'seen', type: 'Timestamptz', isNullable: true },
      { name: 'place', type: 'Geometry', isNullable: true },
      { name: 'words', type: 'SparseFloatVector', isNullable: true },
    ],
    hasDynamicField: false,
  },
  /** With a dynamic field. */
  open: { fields: [id, title, embedding], hasDynamicField: true },
  /** Makes its own keys. */
  log: { fields: [{ ...id, isAutoId: true }, title, embedding], hasDynamicField: false },
} as const satisfies Readonly<Record<string, ExampleCollection>>;

/** `title: VarChar, max_length 24`. */
export function describeField(field: ExampleField): string {
  const { name, type, elementType, maxLength, maxCapacity, dim } = field;
  const properties = [
    elementType === undefined ? type : `${type} of ${elementType}`,
    maxLength === undefined ? '' : `max_length ${maxLength}`,
    maxCapacity === undefined ? '' : `max_capacity ${maxCapacity}`,
    dim === undefined ? '' : `dim ${dim}`,
    field.isPrimaryKey ? 'primary key' : '',
    field.isAutoId ? 'autoID' : '',
    field.isNullable ? 'nullable' : '',
  ];
  return `${name}: ${properties.filter(Boolean).join(', ')}`;
}
