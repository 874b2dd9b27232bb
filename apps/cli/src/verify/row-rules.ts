import { hash } from 'node:crypto';
import { type Collection, type Field, FieldType, InsertMode, serverVersionOf } from '@millrace/contracts';
import type { Entry } from './checked-entries.ts';
import { isVector, type RowColumn } from './columns/row-columns.ts';
import type { KeyField } from './key-filter.ts';

/**
 * How records of one key follow each other.
 *
 *   whole   each row replaces the one before it (upsert)
 *   fields  each row sets its fields, and leaves the others as they are (update)
 *   none    each row is a new one (insert, autoID): nothing can be told of single records
 */
export type Succession = 'whole' | 'fields' | 'none';

/**
 * What a record says about its key: this unit of it has this value, until a later record speaks of the same unit. The
 * unit '' is the row as such: the digest of its values under `whole`, only that it is there under `fields`, where each
 * field is a unit of its own.
 */
export interface Claim {
  readonly unit: string;
  readonly value: string;
}

/** The last offset of a unit of the entry's key in its lane; undefined where there is none. */
export type LastOf = (unit: string) => bigint | undefined;

/** A row of Milvus: its values by column. */
export type StoredRow = ReadonlyMap<string, { readonly column: RowColumn; readonly row: number }>;

const rowUnit = '';
/** Under `fields`: what deletes are noted under, behind the last of which earlier rows claim nothing. */
const deleteUnit = '\0delete';
const absent = 'absent';
const present = 'present';
const dynamicName = '$meta';

/** How the rows of one collection are matched and compared. */
export class RowRules {
  readonly succession: Succession;
  /** Undefined where Milvus makes the key. */
  readonly key: KeyField | undefined;
  /** All columns that are compared, members of structs as `struct[member]`. */
  readonly names: readonly string[];
  /** Fields to ask Milvus for. */
  readonly fields: readonly string[];
  readonly #defaults: ReadonlyMap<string, string>;
  readonly #nullVectorsAreZeros: boolean;

  /** `defaults`: what is stored where a row has no value, by field. */
  constructor(collection: Collection, insertMode: InsertMode, defaults: ReadonlyMap<string, string>) {
    const key = collection.fields.find(({ isPrimaryKey }) => isPrimaryKey);
    this.key = key && !key.isAutoId ? { name: key.name, type: key.typeCode as FieldType } : undefined;
    this.succession = this.key === undefined ? 'none' : successions[insertMode];
    const written = collection.fields.filter((field) => field !== key && !field.isFunctionOutput);
    const isLite = serverVersionOf(collection.serverVersion).product === 'milvus-lite';
    // Of partial updates Milvus merges the members of the dynamic field into those that are there; milvus-lite always does.
    const mergesDynamic = this.succession === 'fields' || isLite;
    const dynamic = collection.hasDynamicField && !mergesDynamic ? [dynamicName] : [];
    this.names = [...written.flatMap(columnsOf), ...dynamic];
    this.fields = [...written.map(({ name }) => name), ...dynamic];
    this.#defaults = defaults;
    // milvus-lite 3.2.2 reads a vector that is null back as one of zeros.
    this.#nullVectorsAreZeros = isLite;
  }

  /** Units that a record speaks of. */
  units({ part, row }: Entry): readonly string[] {
    if (this.succession !== 'fields') return [rowUnit];
    if (row === undefined) return [rowUnit, deleteUnit];
    return [rowUnit, ...part.columnNames.filter((name) => this.names.includes(name))];
  }

  /** Units that no later record of the key speaks of. */
  liveUnits(entry: Entry, lastOf: LastOf): readonly string[] {
    const isField = this.succession === 'fields' && entry.row !== undefined;
    if (isField && (lastOf(deleteUnit) ?? -1n) > entry.offset) return [];
    return this.units(entry).filter((unit) => unit !== deleteUnit && lastOf(unit) === entry.offset);
  }

  /** Units whose last records in other lanes may be why Milvus holds something else of these. */
  unitsElsewhere(observed: readonly Claim[]): readonly string[] {
    const units = observed.map(({ unit }) => unit);
    return this.succession === 'fields' ? [...new Set([...units, rowUnit])] : units;
  }

  /**
   * What a record claims. A delete claims every unit; of a field, also that it has no value of its own, since a later row
   * may bring the key back without it.
   */
  claims({ part, row }: Entry, units: readonly string[]): readonly Claim[] {
    if (row === undefined) {
      const emptied = units.filter((unit) => unit !== rowUnit);
      return [
        ...units.map((unit) => ({ unit, value: absent })),
        ...emptied.map((unit) => ({ unit, value: digestOf([[unit, this.#defaults.get(unit)]]) })),
      ];
    }
    const columns = new Map(part.columns.map((column) => [column.name, column]));
    return units.flatMap((unit) =>
      this.#claim(unit, (name) => {
        const column = columns.get(name);
        return column && { value: this.#given(column, row) };
      }),
    );
  }

  /** What Milvus holds of the units, in the same terms. Undefined: it has no such row. */
  observed(stored: StoredRow | undefined, units: readonly string[]): readonly Claim[] {
    if (stored === undefined) return units.map((unit) => ({ unit, value: absent }));
    return units.flatMap((unit) => this.#claim(unit, (name) => ({ value: this.#stored(stored, name) })));
  }

  /** Names of the columns of a record's row in which a row of Milvus differs from it. */
  differing({ part, row }: Entry, stored: StoredRow): readonly string[] {
    if (row === undefined) return [];
    return part.columns
      .filter(({ name }) => this.names.includes(name))
      .filter((column) => this.#given(column, row) !== this.#stored(stored, column.name))
      .map(({ name }) => name);
  }

  /** One claim, or none where there is no such column. */
  #claim(
    unit: string,
    valueAt: (name: string) => { readonly value: string | undefined } | undefined,
  ): readonly Claim[] {
    if (unit === rowUnit && this.succession === 'fields') return [{ unit, value: present }];
    const names = unit === rowUnit ? this.names : [unit];
    const values = names.flatMap((name) => {
      const found = valueAt(name);
      return found ? [[name, found.value] as const] : [];
    });
    return unit !== rowUnit && values.length === 0 ? [] : [{ unit, value: digestOf(values) }];
  }

  #given(column: RowColumn, row: number): string | undefined {
    return this.#settled(column, column.values[row] ?? this.#defaults.get(column.name));
  }

  #stored(stored: StoredRow, name: string): string | undefined {
    const found = stored.get(name);
    if (found === undefined) throw new Error(`Milvus answered without the field ${name}`);
    return this.#settled(found.column, found.column.values[found.row]);
  }

  #settled({ type }: RowColumn, value: string | undefined): string | undefined {
    const isZeros = this.#nullVectorsAreZeros && isVector(type) && value !== undefined && /^\0*$/.test(value);
    return isZeros ? undefined : value;
  }
}

const successions: Readonly<Record<InsertMode, Succession>> = {
  [InsertMode.UNSPECIFIED]: 'whole',
  [InsertMode.UPSERT]: 'whole',
  [InsertMode.INSERT]: 'none',
  [InsertMode.UPDATE]: 'fields',
};

function columnsOf({ name, typeCode, subFields }: Field): readonly string[] {
  return typeCode === FieldType.ARRAY_OF_STRUCT ? subFields.map((member) => `${name}[${member.name}]`) : [name];
}

function digestOf(values: readonly (readonly [name: string, value: string | undefined])[]): string {
  const text = values.map(([name, value]) => (value === undefined ? `${name}-` : `${name}+${value.length}:${value}`));
  return hash('sha256', text.join('\n'), 'base64url').slice(0, 22);
}
