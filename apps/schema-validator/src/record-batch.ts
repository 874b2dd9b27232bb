import type { RecordBatch } from '@millrace/contracts';

/** A batch that contradicts itself or the rules of its stream: the client's bug, which ends the stream. */
export class ContractError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ContractError';
  }
}

/** One record of a batch; `value` undefined is a tombstone. */
export interface BatchRecord {
  readonly offset: bigint;
  readonly offsetDelta: bigint;
  readonly value: Buffer | undefined;
}

/** @throws ContractError when the columns of the batch do not fit together (schema_validator.proto). */
export function checkShape(batch: RecordBatch): void {
  const { offsetDeltas, valueSizes, values } = batch;
  if (offsetDeltas.length === 0) throw new ContractError('a batch without records');
  if (valueSizes.length !== offsetDeltas.length) {
    throw new ContractError(`${valueSizes.length} value sizes for ${offsetDeltas.length} offsets`);
  }
  let bytes = 0;
  for (const size of valueSizes) bytes += Math.max(0, size - 1);
  if (bytes !== values.length) throw new ContractError(`value sizes sum to ${bytes}, there are ${values.length} bytes`);
  for (let i = 1; i < offsetDeltas.length; i++) {
    if ((offsetDeltas[i] ?? 0n) <= (offsetDeltas[i - 1] ?? 0n)) throw new ContractError('offsets do not ascend');
  }
}

/** The records of a batch whose shape has been checked, in offset order; values are views. */
export function* recordsOf(batch: RecordBatch): Generator<BatchRecord> {
  let start = 0;
  for (const [index, size] of batch.valueSizes.entries()) {
    const offsetDelta = batch.offsetDeltas[index] ?? 0n;
    const end = start + Math.max(0, size - 1);
    const value = size === 0 ? undefined : batch.values.subarray(start, end);
    start = end;
    yield { offset: batch.firstOffset + offsetDelta, offsetDelta, value };
  }
}
