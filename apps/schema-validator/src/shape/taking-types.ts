import { FieldType, KeyFormat } from '@millrace/contracts';

const integers: ReadonlySet<FieldType> = new Set([FieldType.INT8, FieldType.INT16, FieldType.INT32, FieldType.INT64]);
const numbers: ReadonlySet<FieldType> = new Set([...integers, FieldType.FLOAT, FieldType.DOUBLE]);

/** The types that take no text, whatever it says. */
const neverText: ReadonlySet<FieldType> = new Set([
  ...numbers,
  FieldType.BOOL,
  FieldType.ARRAY,
  FieldType.ARRAY_OF_STRUCT,
]);

/** Whether the field holds text as it is. */
export function isText(type: FieldType): boolean {
  return type === FieldType.VARCHAR || type === FieldType.TEXT;
}

function takesInteger(type: FieldType): boolean {
  return numbers.has(type) || type === FieldType.JSON;
}

/** Whether there is text that a field of the type takes: its content, well-known text, a moment, base64. */
export function takesText(type: FieldType): boolean {
  return !neverText.has(type);
}

/** Whether there are keys of the format, or members of them at the path, that a field of the type takes. */
export function takesKey(type: FieldType, format: KeyFormat, path: readonly string[] = []): boolean {
  // Without a format there is a problem already.
  if (format === KeyFormat.JSON || format === KeyFormat.UNSPECIFIED) return true;
  if (path.length > 0) return false;
  return format === KeyFormat.STRING ? takesText(type) : takesInteger(type);
}

/** Whether a field of the type takes Kafka's timestamps: milliseconds do not fit into less than 64 bits. */
export function takesMoment(type: FieldType): boolean {
  return type === FieldType.INT64 || isText(type) || type === FieldType.TIMESTAMPTZ;
}

/** Whether a field of the type takes offsets and the like: as integers, or as text. */
export function takesCount(type: FieldType): boolean {
  return integers.has(type) || isText(type);
}
