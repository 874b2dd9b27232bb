import { KeyFormat, PrimaryKeyMode, type RecordOptions, Source, Tombstones, UnknownFields } from '@millrace/contracts';

/** A record of small values, as a person would write it. */
export interface PlainRecord {
  readonly value: Readonly<Record<string, unknown>> | null;
  readonly key: unknown;
  readonly header: string | undefined;
  readonly timestampMs: number;
  readonly offset: number;
}

/** The collection that the reference knows: these fields, `id` the primary key, the others nullable. */
export const referenceFields = { id: 'text', a: 'text', b: 'integer', c: 'json' } as const;
type FieldName = keyof typeof referenceFields;
const fieldNames = Object.keys(referenceFields) as FieldName[];
/** Most bytes of a text. */
export const textBytesMax = 16;

/** What becomes of a record: a row as its values, a key to delete, violations as code and path, or nothing. */
export type Shaped =
  | { readonly row: Readonly<Record<string, unknown>> }
  | { readonly deleted: unknown }
  | { readonly violations: readonly string[] }
  | 'filtered';

interface Filling {
  readonly value: unknown;
  readonly path: string;
}

/**
 * Shapes a record as docs/shaping.md says, the plain way: everything is parsed, and looked up where it is needed. The
 * topic is `t`, the partition 3, the one header `h`; keys are JSON.
 */
export function shapeByReference(record: PlainRecord, options: RecordOptions, hasDynamicField: boolean): Shaped {
  if (record.value === null) return shapeTombstone(record, options);
  const members = Object.entries(record.value).filter(([name]) => isChosen(name, options));
  const violations: string[] = [];
  const fillings = new Map<string, Filling>();
  const unknown = new Map<string, unknown>();
  for (const [name, value] of members) {
    const path = `$.${name}`;
    const renamed = options.renames.find(({ from }) => from === name)?.to;
    const target = renamed ?? name;
    if (isField(target) && !isFilledElsewhere(target, options)) {
      if (fillings.has(target)) violations.push(`V060 ${path}`);
      else fillings.set(target, { value, path });
    } else if (renamed !== undefined || isUnknown(name, options)) {
      if (unknown.has(target)) violations.push(`V060 ${path}`);
      else if (keepsUnknown(options, hasDynamicField)) unknown.set(target, value);
      else if (options.unknownFields !== UnknownFields.IGNORE) violations.push(`V019 ${path}`);
    } else if (!isRead(name, options) && options.unknownFields !== UnknownFields.IGNORE)
      violations.push(`V061 ${path}`);
  }
  for (const field of fieldNames) {
    const filling = fillElsewhere(field, record, options);
    if (filling === 'no key') violations.push('V062 $key');
    else if (filling) fillings.set(field, filling);
  }
  const checked = fieldNames.map((field) => checkField(field, fillings.get(field), options));
  const isKeyMissing = violations.includes('V062 $key');
  const marked = options.deleteMarker && valuesAt(record.value, options.deleteMarker.path)[0];
  if (marked !== undefined && isScalar(marked) && options.deleteMarker?.values.includes(textOf(marked))) {
    if (isKeyMissing) return { violations: ['V062 $key'] };
    const ofKey = violations.filter((text) => text.startsWith('V060') && isKeyPath(text.slice(5), options));
    const all = [...ofKey, ...(checked[0] ?? [])];
    return all.length > 0 ? { violations: all } : { deleted: fillings.get('id')?.value };
  }
  const all = [...violations, ...checked.flatMap((of, index) => (index === 0 && isKeyMissing ? [] : of))];
  if (all.length > 0) return { violations: all };
  const row = Object.fromEntries(fieldNames.map((field) => [field, fillings.get(field)?.value ?? null]));
  return { row: hasDynamicField ? { ...row, $meta: Object.fromEntries(unknown) } : row };
}

function shapeTombstone({ key }: PlainRecord, options: RecordOptions): Shaped {
  if (options.tombstones === Tombstones.IGNORE) return 'filtered';
  if (options.tombstones !== Tombstones.DELETE) return { violations: ['V009 $'] };
  const filling = keyFilling(key, options);
  if (filling === 'no key') return { violations: ['V062 $key'] };
  const violations = checkField('id', filling, options, keyPathOf(key, options));
  return violations.length > 0 ? { violations } : { deleted: filling?.value };
}

function isChosen(name: string, { include, exclude }: RecordOptions): boolean {
  return (include.length === 0 || include.includes(name)) && !exclude.includes(name);
}

function isField(name: string): name is FieldName {
  return Object.hasOwn(referenceFields, name);
}

function isFilledElsewhere(field: string, options: RecordOptions): boolean {
  const isKey = options.primaryKeyMode !== PrimaryKeyMode.UNSPECIFIED || options.primaryKeyPath.length > 0;
  return (field === 'id' && isKey) || options.sources.some((source) => source.field === field);
}

/** Whether an option reads the member, or from inside of it, so that it is no unknown field. */
function isRead(name: string, { sources, primaryKeyMode, primaryKeyPath, deleteMarker }: RecordOptions): boolean {
  const paths = sources.filter(({ source }) => source === Source.VALUE).map(({ path }) => path);
  const keyPath = primaryKeyMode === PrimaryKeyMode.UNSPECIFIED ? [primaryKeyPath] : [];
  const isMarker = deleteMarker?.path.length === 1 && deleteMarker.path[0] === name;
  return isMarker || [...paths, ...keyPath].some(([first]) => first === name);
}

function isUnknown(name: string, options: RecordOptions): boolean {
  return !isField(name) && !isRead(name, options);
}

function keepsUnknown({ unknownFields }: RecordOptions, hasDynamicField: boolean): boolean {
  const isWanted = unknownFields === UnknownFields.UNSPECIFIED || unknownFields === UnknownFields.DYNAMIC;
  return hasDynamicField && isWanted;
}

function fillElsewhere(field: FieldName, record: PlainRecord, options: RecordOptions): Filling | 'no key' | undefined {
  const { primaryKeyMode, primaryKeyPath } = options;
  if (field === 'id' && primaryKeyMode === PrimaryKeyMode.KAFKA) return at('$offset', [`t+3+${record.offset}`]);
  if (field === 'id' && primaryKeyMode === PrimaryKeyMode.RECORD_KEY) return keyFilling(record.key, options);
  if (field === 'id' && primaryKeyPath.length > 0)
    return at(pathText('$', primaryKeyPath), valuesAt(record.value, primaryKeyPath));
  const source = options.sources.find((each) => each.field === field);
  if (!source) return undefined;
  const isText = referenceFields[field] === 'text';
  const { offset, timestampMs, header } = record;
  switch (source.source) {
    case Source.VALUE:
      return at(pathText('$', source.path), valuesAt(record.value, source.path));
    case Source.KEY:
      return at(pathText('$key', source.path), valuesAt(record.key, source.path));
    case Source.HEADER:
      return at('$header.h', header === undefined ? [] : [header]);
    case Source.TIMESTAMP:
      return at('$timestamp', [isText ? new Date(timestampMs).toISOString() : timestampMs]);
    case Source.TOPIC:
      return at('$topic', ['t']);
    case Source.PARTITION:
      return at('$partition', [isText ? '3' : 3]);
    default:
      return at('$offset', [isText ? `${offset}` : offset]);
  }
}

function at(path: string, [value]: readonly unknown[]): Filling | undefined {
  return value === undefined ? undefined : { path, value };
}

function keyFilling(key: unknown, options: RecordOptions): Filling | 'no key' | undefined {
  if (key === undefined) return 'no key';
  const path = keyPathOf(key, options);
  return at(path, isObject(key) ? valuesAt(key, keyMembers(options)) : [key]);
}

function keyPathOf(key: unknown, options: RecordOptions): string {
  return isObject(key) ? pathText('$key', keyMembers(options)) : '$key';
}

function keyMembers({ primaryKeyPath }: RecordOptions): readonly string[] {
  return primaryKeyPath.length > 0 ? primaryKeyPath : ['id'];
}

/** What is at the path, if anything is. */
function valuesAt(value: unknown, path: readonly string[]): readonly unknown[] {
  return path.reduce<readonly unknown[]>(
    (found, segment) => {
      const [parent] = found;
      if (typeof parent !== 'object' || parent === null || !Object.hasOwn(parent, segment)) return [];
      return [Reflect.get(parent, segment)];
    },
    value === undefined ? [] : [value],
  );
}

function pathText(root: string, path: readonly string[]): string {
  return path.reduce(
    (parent, segment) => (/^\d+$/.test(segment) ? `${parent}[${segment}]` : `${parent}.${segment}`),
    root,
  );
}

/** What is wrong with the value of a field, at most one thing. */
function checkField(
  field: FieldName,
  filling: Filling | undefined,
  options: RecordOptions,
  missedAt?: string,
): readonly string[] {
  if (filling === undefined) return field === 'id' ? [`V010 ${missedAt ?? missingPath(options)}`] : [];
  const { value, path } = filling;
  if (value === null) return field === 'id' ? [`V011 ${path}`] : [];
  const code = codeFor(referenceFields[field], value);
  return code === undefined ? [] : [`${code} ${path}`];
}

function codeFor(type: 'text' | 'integer' | 'json', value: unknown): string | undefined {
  if (type === 'json') return undefined;
  if (type === 'integer') return typeof value !== 'number' ? 'V012' : Number.isInteger(value) ? undefined : 'V014';
  if (typeof value !== 'string') return 'V012';
  return Buffer.byteLength(value) > textBytesMax ? 'V016' : undefined;
}

/** Where a primary key that is not there is missed. */
function missingPath(options: RecordOptions): string {
  const { primaryKeyMode, primaryKeyPath, sources, renames } = options;
  if (primaryKeyMode === PrimaryKeyMode.RECORD_KEY) return pathText('$key', keyMembers(options));
  if (primaryKeyPath.length > 0) return pathText('$', primaryKeyPath);
  const source = sources.find(({ field }) => field === 'id');
  if (source?.source === Source.HEADER) return '$header.h';
  if (source) return pathText(source.source === Source.KEY ? '$key' : '$', source.path);
  return `$.${renames.findLast(({ to }) => to === 'id')?.from ?? 'id'}`;
}

function isKeyPath(path: string, { renames }: RecordOptions): boolean {
  const name = path.slice(2);
  return (renames.find(({ from }) => from === name)?.to ?? name) === 'id';
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isScalar(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}

function textOf(scalar: unknown): string {
  return typeof scalar === 'string' ? scalar : JSON.stringify(scalar);
}

/** The key format that the reference reads. */
export const referenceKeyFormat = KeyFormat.JSON;
