import { decodeWithSdk } from './sdk-messages.ts';

export interface SdkDelete {
  readonly database: string;
  readonly collection: string;
  readonly partition: string;
  readonly expression: string;
  readonly keyField: string;
  /** bigint for Int64, string for VarChar. */
  readonly keys: readonly (bigint | string)[];
}

interface SdkRequest {
  readonly db_name?: string;
  readonly collection_name?: string;
  readonly partition_name?: string;
  readonly expr?: string;
  readonly expr_template_values?: Readonly<Record<string, SdkTemplateValue>>;
}

interface SdkTemplateValue {
  readonly array_val?: {
    readonly long_data?: { readonly data?: readonly string[] };
    readonly string_data?: { readonly data?: readonly string[] };
  };
}

/**
 * A Delete as Milvus would take it, decoded with the message types that its own SDK ships: `key in {name}` with the values
 * of that name, or `key in [numbers]`, where a number may be a sum such as `-7-1`.
 *
 * @throws Error for any other expression, and for values that the expression does not name
 */
export function decodeDeleteWithSdk(bytes: Buffer): SdkDelete {
  const request = decodeWithSdk('Delete', bytes) as SdkRequest;
  const { expr: expression = '', expr_template_values: templates = {} } = request;
  const [, keyField = '', name, numbers] = /^([A-Za-z_]\w*) in (?:\{(\w+)\}|\[([-\d,]+)\])$/.exec(expression) ?? [];
  if (keyField === '') throw new Error(`an expression that no delete has: ${expression}`);
  const names = Object.keys(templates);
  if (names.join() !== (name ?? '')) throw new Error(`values for ${names.join()} in ${expression}`);
  return {
    database: request.db_name ?? '',
    collection: request.collection_name ?? '',
    partition: request.partition_name ?? '',
    expression,
    keyField,
    keys: numbers === undefined ? valuesOf(templates[name ?? '']) : numbers.split(',').map(sumOf),
  };
}

function sumOf(text: string): bigint {
  const [, first, second = '0'] = /^(-?\d+)(-\d+)?$/.exec(text) ?? [];
  if (first === undefined) throw new Error(`${text} is no integer`);
  return BigInt(first) + BigInt(second);
}

function valuesOf(value: SdkTemplateValue | undefined): readonly (bigint | string)[] {
  const { long_data: longs, string_data: texts } = value?.array_val ?? {};
  if (!longs && !texts) throw new Error('values that are neither integers nor texts');
  return texts ? (texts.data ?? []) : (longs?.data ?? []).map(BigInt);
}
