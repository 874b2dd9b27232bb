import { FieldType, isAtLeast, type ServerVersion } from '@millrace/contracts';
import type { QueryRequest } from '@millrace/contracts/milvus';
import { CliError } from '../cli-error.ts';

type Filter = Pick<QueryRequest, 'expr' | 'exprTemplateValues'>;

export interface KeyField {
  readonly name: string;
  /** Int64 or VarChar. */
  readonly type: FieldType;
}

const identifier = /^[A-Za-z_][A-Za-z0-9_]*$/;
const templateName = 'keys';
const int64Min = String(-(2n ** 63n));

/**
 * The filter for rows of these keys, which are in normal form. Since 2.4.19 keys travel as values beside the expression;
 * before, and to milvus-lite, as literals inside it. A literal of a text cannot end before its closing quote, and were it
 * read for another text, a read does no harm.
 *
 * @throws CliError where the field's name is none that an expression can hold
 */
export function keyFilter({ name, type }: KeyField, keys: readonly string[], server: ServerVersion): Filter {
  if (!identifier.test(name)) throw new CliError(`the primary key ${JSON.stringify(name)} is no name for a filter`);
  const isInt64 = type === FieldType.INT64;
  if (server.product === 'milvus-lite' || !isAtLeast(server, '2.4.19')) {
    const literal = isInt64 ? (server.product === 'milvus-lite' ? String : integerLiteral) : textLiteral;
    return { expr: `${name} in [${keys.map(literal).join(',')}]`, exprTemplateValues: {} };
  }
  const data = isInt64
    ? { $case: 'longData' as const, value: { data: keys.map(BigInt) } }
    : { $case: 'stringData' as const, value: { data: keys.map(textOf) } };
  return {
    expr: `${name} in {${templateName}}`,
    exprTemplateValues: { [templateName]: { val: { $case: 'arrayVal', value: { data } } } },
  };
}

/** The filter for rows with greater keys than this one. */
export function keysBehind({ name, type }: KeyField, key: string): Filter {
  const literal = type === FieldType.INT64 ? key : textLiteral(key);
  return { expr: `${name} > ${literal}`, exprTemplateValues: {} };
}

/** A VarChar key in normal form holds one character for each byte of UTF-8. */
export const textOf = (key: string): string => Buffer.from(key, 'latin1').toString('utf8');

/** Milvus before templates takes the minus for an operator, and so cannot read -2^63. */
const integerLiteral = (key: string): string => (key === int64Min ? `${BigInt(key) + 1n}-1` : key);

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n', '\r': '\\r' };

/** What both Milvus 2.3 and milvus-lite 3.2.2 read as it was: milvus-lite knows no `\u`, and takes all else as it stands. */
const textLiteral = (key: string): string => `"${textOf(key).replace(/[\\"\n\r]/g, (char) => escapes[char] ?? char)}"`;
