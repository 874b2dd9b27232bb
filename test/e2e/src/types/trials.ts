import type { FakeField } from '@millrace/testing';
import { DataType } from '@zilliz/milvus2-sdk-node';
import type { ServerName } from '../harness/collection-server.ts';
import type { Filled, Filling } from '../harness/fill-collections.ts';
import { type Accepted, type Kind, PerServer, type Refused, type Shape } from './kinds.ts';

/** A collection on one server, in which the kinds of one shape are tried one record after the other. */
export interface Trials extends Filling {
  /** One record each; its number is its place here, its offset, and the row's value of the number field. */
  readonly records: readonly Trial[];
}

export type Trial = {
  readonly kind: Kind;
  readonly record: string;
} & (
  | { readonly accepted: Accepted; readonly row: Readonly<Record<string, unknown>> }
  | { readonly refused: Refused; readonly letter: Letter }
);

/** What the dead letter of a refused record says. */
export interface Letter {
  readonly code: string;
  readonly path: string;
  /** Violations in all. */
  readonly violations: number;
}

/** Every row's number; the primary key where no kind of the shape is one. */
const numberField = 'row';

/** A field that a collection needs besides the kinds under trial: Milvus wants a vector in each. */
const spareVector = { field: { name: 'spare', type: DataType.FloatVector, params: { dim: 2 } }, text: '[1, 2]' };

/** All trials that a server can take part in, one collection per shape. */
export function trialsOn(server: ServerName, kinds: readonly Kind[]): Trials[] {
  const held = kinds.filter(({ on }) => on.includes(server));
  return [...Map.groupBy(held, ({ shape }) => shape)].map(([shape, members]) => trialsOf(server, shape, members));
}

function trialsOf(server: ServerName, shape: Shape, kinds: readonly Kind[]): Trials {
  const beside = kinds.flatMap((kind) => kind.beside ?? []);
  const own = kinds.filter(({ isSpread }) => !isSpread).map(({ field }) => field);
  const fields = [
    { name: numberField, type: DataType.Int64, isPrimaryKey: !own.some(({ isPrimaryKey }) => isPrimaryKey) },
    ...own,
    ...beside.map(({ field }) => field),
  ];
  const needsVector = !fields.some(isSentVector);
  if (needsVector) fields.push(spareVector.field);

  const others = [
    ...beside.map(({ field, text }) => memberText(field.name, text)),
    ...(needsVector ? [memberText(spareVector.field.name, spareVector.text)] : []),
  ];
  const othersStored = Object.fromEntries([
    ...beside.map(({ field, stored }) => [field.name, stored]),
    ...(needsVector ? [[spareVector.field.name, JSON.parse(spareVector.text)]] : []),
  ]);
  /** The record of one trial: its own value for one kind, one that is accepted for the others. */
  const recordOf = (tried: Kind, text: string | undefined, number: number): string => {
    const values = kinds.map((kind) => memberOf(kind, kind === tried ? text : fillerOf(kind, number)));
    const members = [memberText(numberField, String(number)), ...values, ...others].filter((member) => member !== '');
    return `{${members.join(', ')}}`;
  };
  const rowOf = (tried: Kind, stored: unknown, number: number): Readonly<Record<string, unknown>> => ({
    [numberField]: String(number),
    ...Object.fromEntries(
      kinds.map((kind) => [kind.field.name, storedOn(server, kind === tried ? stored : fillerStored(kind, number))]),
    ),
    ...othersStored,
  });

  const isTried = ({ on }: Accepted | Refused): boolean => on?.includes(server) ?? true;
  const cases = kinds.flatMap((kind) => [
    ...kind.accepts.filter(isTried).map((accepted) => ({ kind, accepted })),
    ...kind.refuses.filter(isTried).map((refused) => ({ kind, refused })),
  ]);
  const records = cases.map((one, number): Trial => {
    if ('refused' in one) {
      const { code, path = `$.${one.kind.field.name}`, violations = 1, text } = one.refused;
      return { ...one, record: recordOf(one.kind, text, number), letter: { code, path, violations } };
    }
    const { text, stored } = one.accepted;
    return { ...one, record: recordOf(one.kind, text, number), row: rowOf(one.kind, stored, number) };
  });
  return {
    server,
    topic: `types_${server}_${shape}`.replace(/\W+/g, '_').toLowerCase(),
    shape: { fields, hasDynamicField: kinds.some(({ isSpread }) => isSpread) },
    messages: records.map(({ record }) => ({ value: record })),
    records,
  };
}

/** What became of one record, in the form of `wantedOf`: the row that was read back, and what its dead letters say. */
export function outcomeOf({ rows, letters }: Filled, number: number): object {
  return {
    rows: rows.filter((row) => row[numberField] === String(number)),
    letters: letters
      .map(({ headers }) => headers)
      .filter((headers) => String(headers['__millrace.offset']) === String(number))
      .map((headers) => ({
        code: String(headers['__millrace.error.code']),
        path: String(headers['__millrace.error.path']),
        violations: Number(String(headers['__millrace.error.count'])),
      })),
  };
}

export const wantedOf = (trial: Trial): object =>
  'letter' in trial ? { rows: [], letters: [trial.letter] } : { rows: [trial.row], letters: [] };

const isSentVector = ({ type, isFunctionOutput }: FakeField): boolean =>
  type >= DataType.BinaryVector && !isFunctionOutput;

const memberText = (name: string, text: string): string => `${JSON.stringify(name)}: ${text}`;

/** As it stands in the record; nothing where the member is left out. */
function memberOf({ field, isSpread }: Kind, text: string | undefined): string {
  if (text === undefined) return '';
  return isSpread ? text.slice(1, -1) : memberText(field.name, text);
}

const fillerOf = ({ keyOf, accepts }: Kind, row: number): string | undefined => keyOf?.(row) ?? accepts[0]?.text;

/** An Int64 key is read back as its digits, which are its text; a VarChar key without its quotes. */
const fillerStored = ({ keyOf, accepts }: Kind, row: number): unknown =>
  keyOf ? keyOf(row).replaceAll('"', '') : accepts[0]?.stored;

const storedOn = (server: ServerName, stored: unknown): unknown =>
  stored instanceof PerServer ? stored.values[server] : stored;
