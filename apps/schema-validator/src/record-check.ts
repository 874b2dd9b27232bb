import {
  type CheckedRecords,
  type CheckRequest,
  CheckResponse,
  type Column,
  type EntityBatch,
  type Failure,
} from '@millrace/contracts';
import { checkBatch } from './batch-checker.ts';
import { failure } from './failures.ts';
import type { Drainable } from './grants.ts';
import type { LaneContext } from './lane-stream.ts';
import { type LanePlan, planLane } from './plan-lane.ts';
import { ContractError, checkShape } from './record-batch.ts';
import { checkOptions } from './shape/check-options.ts';
import { shareOf } from './stripe-share.ts';

export type CheckContext = Pick<LaneContext, 'clock' | 'schemas' | 'grants' | 'limits'>;

/**
 * Answers one Check (schema_validator.proto). It holds a grant of the budget that it shares with the lanes while it
 * works, yet makes no lane give way: when none is free, the client has to come again.
 *
 * @throws ContractError when the request contradicts itself
 */
export async function checkRecords(
  { lane, batch, keysOnly }: CheckRequest,
  { clock, schemas, grants, limits }: CheckContext,
  signal: AbortSignal,
): Promise<CheckResponse> {
  const target = lane?.target;
  if (!lane || !target?.collection) throw new ContractError('the lane names no collection');
  checkOptions(lane);
  const description = await schemas.get(target);
  if ('failure' in description) return failed(description.failure);
  const { collection } = description;
  const planning = planLane(lane, collection, limits);
  if ('failure' in planning) {
    schemas.expire(target);
    return failed(planning.failure);
  }
  const { insertMode } = planning.lane.plan;
  if (!batch) return checked({ collection, insertMode, ...nothing });
  checkShape(batch, planning.lane.needs);
  const holder: Drainable = { makeRoom: () => {} };
  if (!grants.takeFree(holder)) return failed(failure('V105', 'this schema-validator has no room for a check now'));
  try {
    const { reader, newEncoder, plan } = planning.lane;
    const options = {
      partBytesMax: limits.batchBytesMax,
      violationsMax: limits.violationsMax,
      version: plan.version,
      stopAtRejection: false,
      clock,
    };
    const { parts, rejections, filteredOffsets } = await checkBatch(
      batch,
      reader,
      shareOf(plan, newEncoder, 1),
      options,
      signal,
    );
    const batches = parts.map(({ part }) => part);
    const given = keysOnly ? keysOf(batches, plan) : batches;
    return checked({ collection, insertMode, parts: given, rejections, filteredOffsets });
  } finally {
    grants.release(holder);
  }
}

const nothing: CheckedBatchLists = { parts: [], rejections: [], filteredOffsets: [] };
type CheckedBatchLists = Pick<CheckedRecords, 'parts' | 'rejections' | 'filteredOffsets'>;

const checked = (value: Omit<CheckedRecords, keyof CheckedBatchLists> & CheckedBatchLists): CheckResponse =>
  CheckResponse.create({ result: { $case: 'checked', value } });
const failed = (value: Failure): CheckResponse => CheckResponse.create({ result: { $case: 'failure', value } });

const empty = Buffer.alloc(0);

function keysOf(parts: readonly EntityBatch[], { fields, keyIndex }: LanePlan['plan']): readonly EntityBatch[] {
  const keyName = fields[keyIndex]?.plan.name;
  const isKey = ({ fieldName, structName }: Column) => fieldName === keyName && structName === '';
  return parts.map((part) => ({
    ...part,
    columns: part.columns.map((column) => (isKey(column) ? column : { ...column, elements: empty, valid: empty })),
  }));
}
