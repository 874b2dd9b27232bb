import { DataType, type FieldType } from '@zilliz/milvus2-sdk-node';

/** How the vector of a record is written: as JSON numbers, or as the base64 of little-endian float32. */
export const vectorForms = ['json', 'base64'] as const;
export type VectorForm = (typeof vectorForms)[number];

/** Records of one shape in a topic of their own. */
export interface Workload {
  readonly dim: number;
  readonly partitions: number;
  readonly form: VectorForm;
  readonly count: number;
  readonly seed: number;
}

/** The topic, and the collection, of a workload. */
export function topicOf({ dim, partitions, form }: Workload): string {
  return `bench_${dim}_${form}_${partitions}`;
}

/** The tutorial's collection. */
export const fieldsOf = (dim: number) => [
  { name: 'id', type: DataType.Int64, isPrimaryKey: true },
  { name: 'title', type: DataType.VarChar, params: { max_length: 500 } },
  { name: 'title_vector', type: DataType.FloatVector, params: { dim } },
  { name: 'link', type: DataType.VarChar, params: { max_length: 500 } },
];

/** The same as the SDK creates it. */
export const collectionFields = (dim: number): FieldType[] =>
  fieldsOf(dim).map(({ name, type, isPrimaryKey, params }) => ({
    name,
    data_type: type,
    ...(isPrimaryKey && { is_primary_key: true }),
    ...(params && {
      type_params: Object.fromEntries(Object.entries(params).map(([key, value]) => [key, String(value)])),
    }),
  }));

/**
 * Makes the values of a workload's records, one after the other: the tutorial's fields, and numbers of nine significant
 * digits, as a float32 takes to be told from its neighbours. 0.3, 1.9 and 10.6 KB at 8, 128 and 768 dimensions.
 */
export class RecordMaker {
  readonly #workload: Workload;
  #state: number;

  constructor(workload: Workload) {
    this.#workload = workload;
    this.#state = workload.seed;
  }

  value(id: number): string {
    const { dim, form } = this.#workload;
    const numbers = Float32Array.from({ length: dim }, () => this.#random() * 2 - 1);
    const title = `A title of number ${id}, about as long as the titles of articles are`;
    const link = `https://example.com/articles/${id}/of-the-year/2026`;
    const vector =
      form === 'json'
        ? `[${Array.from(numbers, (number) => Number(number.toPrecision(9))).join(',')}]`
        : `"${Buffer.from(numbers.buffer).toString('base64')}"`;
    return `{"id":${id},"title":"${title}","title_vector":${vector},"link":"${link}"}`;
  }

  /** Mulberry32: 32 bits of state, so that a seed makes the same records everywhere. */
  #random(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let bits = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  }
}
