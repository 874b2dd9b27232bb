import { type Collection, type Failure, InsertMode, type OpenLane, ValueFormat } from '@millrace/contracts';
import { formats } from './formats/table.ts';
import { type Plan, planCollection } from './plan.ts';
import type { RecordNeeds } from './record-batch.ts';
import { RowEncoder } from './row-encoder.ts';
import { planShape } from './shape/plan-shape.ts';
import { RecordReader } from './shape/record-reader.ts';

/** How the records of a lane are read and become columns. */
export interface LanePlan {
  readonly plan: Plan;
  readonly needs: RecordNeeds;
  readonly reader: RecordReader;
  /** One for each stripe. */
  readonly newEncoder: () => RowEncoder;
}

export type LanePlanning = { readonly lane: LanePlan } | { readonly failure: Failure };

export interface RecordBounds {
  /** Largest value or key, bytes. */
  readonly recordBytesMax: number;
  /** Deepest nesting; a lane may ask for less. */
  readonly recordDepthMax: number;
  /** Most keys of all objects of a value together. */
  readonly recordKeysMax: number;
}

/** Plans a lane whose options are known ones, or says why it cannot be. */
export function planLane(open: OpenLane, collection: Collection, bounds: RecordBounds): LanePlanning {
  const planning = planCollection(collection, open.writeOptions?.insertMode ?? InsertMode.UNSPECIFIED);
  if ('failure' in planning) return planning;
  const { plan } = planning;
  const { recordBytesMax, recordDepthMax, recordKeysMax: keysMax } = bounds;
  const depthMax = Math.min(open.recordOptions?.depthMax || recordDepthMax, recordDepthMax);
  const limits = { recordBytesMax, depthMax, keysMax };
  const shaping = planShape(open, collection, plan, limits);
  if ('failure' in shaping) return shaping;
  const { shape } = shaping;
  const reader = new RecordReader(shape, formats[ValueFormat.JSON], limits);
  const newEncoder = () => new RowEncoder(plan, shape.keepsUnknown);
  return { lane: { plan, needs: shape.needs, reader, newEncoder } };
}
