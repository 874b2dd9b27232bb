import { type HeaderColumn, RecordBatch } from '@millrace/contracts';

/** A record as tests describe it; without a value it is a tombstone. */
export interface TestRecord {
  readonly value?: string | Buffer | null;
  readonly key?: string | Buffer | undefined;
  readonly timestampMs?: bigint;
  readonly headers?: Readonly<Record<string, string | Buffer>>;
}

/** A batch of consecutive records, with all that options may need of them. */
export function recordBatch(records: readonly TestRecord[], more: Partial<RecordBatch> = {}): RecordBatch {
  const values = columnOf(records.map(({ value }) => value ?? undefined));
  const keys = columnOf(records.map(({ key }) => key));
  const headerNames = new Set(records.flatMap(({ headers = {} }) => Object.keys(headers)));
  const headers = [...headerNames].map((name): HeaderColumn => {
    const { bytes, sizes } = columnOf(records.map((record) => record.headers?.[name]));
    return { name, values: bytes, valueSizes: sizes };
  });
  const bytes = [values, keys, ...headers.map(({ values: of }) => ({ bytes: of }))].map(
    (column) => column.bytes.length,
  );
  const byteCount = bytes.reduce((sum, count) => sum + count, 32 * records.length);
  return {
    ...RecordBatch.create({ sequence: 1n, byteCount: BigInt(byteCount) }),
    offsetDeltas: records.map((_, index) => BigInt(index)),
    timestampDeltasMs: records.map(({ timestampMs = 0n }) => timestampMs),
    values: values.bytes,
    valueSizes: values.sizes,
    keys: keys.bytes,
    keySizes: keys.sizes,
    headers,
    notAfterUnixMs: BigInt(Date.now() + 30_000),
    ...more,
  };
}

function columnOf(items: readonly (string | Buffer | undefined)[]): { bytes: Buffer; sizes: readonly number[] } {
  const buffers = items.map((item) => (item === undefined ? undefined : Buffer.from(item)));
  return {
    bytes: Buffer.concat(buffers.filter((item) => item !== undefined)),
    sizes: buffers.map((item) => (item === undefined ? 0 : item.length + 1)),
  };
}
