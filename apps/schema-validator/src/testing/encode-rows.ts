import {
  type Collection,
  type Column,
  type EntityBatch,
  type Failure,
  OpenLane,
  RecordOptions,
  type UnknownFields,
  ValueFormat,
  WriteOptions,
} from '@millrace/contracts';
import { systemClock } from '@millrace/delivery';
import { type CheckedBatch, type CheckOptions, checkBatch } from '../batch-checker.ts';
import { type LanePlan, planLane } from '../plan-lane.ts';
import { checkShape, recordsOf } from '../record-batch.ts';
import { Report, type Reported } from '../report.ts';
import type { RowEncoder } from '../row-encoder.ts';
import { shareOf } from '../stripe-share.ts';
import { recordBatch, type TestRecord } from './record-batches.ts';

export interface EncoderOptions {
  readonly recordOptions?: Partial<RecordOptions>;
  readonly writeOptions?: Partial<WriteOptions>;
}

/** The reading and encoding of one lane, for records that are values alone. */
export class TestEncoder {
  readonly #lane: LanePlan;
  readonly #rows: RowEncoder;

  constructor(lane: LanePlan) {
    this.#lane = lane;
    this.#rows = lane.newEncoder();
  }

  get rowCount(): number {
    return this.#rows.rowCount;
  }

  get byteCount(): number {
    return this.#rows.byteCount;
  }

  add(value: Buffer, report: Report): void {
    for (const record of recordsOf(recordBatch([{ value }]))) {
      const intent = this.#lane.reader.read(record, report);
      if (intent === 'row') this.#rows.add(this.#lane.reader.row, report);
    }
  }

  /** The primary key of the record that came last. */
  keyText(): string {
    return this.#rows.keyText(this.#lane.reader.row);
  }

  takeBack(): void {
    this.#rows.takeBack();
  }

  take(): readonly Column[] {
    return this.#rows.take().columns;
  }
}

/** The lane of a collection and options that can be planned. */
export function openLaneFor(options: EncoderOptions = {}): OpenLane {
  return {
    ...OpenLane.create({ connector: 'test', topic: 'topic', partition: 3 }),
    recordOptions: { ...RecordOptions.create({ valueFormat: ValueFormat.JSON }), ...options.recordOptions },
    writeOptions: { ...WriteOptions.create(), ...options.writeOptions },
  };
}

/** The reading and encoding of a lane that can be planned. */
export function laneFor(collection: Collection, options: EncoderOptions = {}): LanePlan {
  const planning = planLane(openLaneFor(options), collection, bounds);
  if ('failure' in planning) throw new Error(planning.failure.message);
  return planning.lane;
}

/** Why a lane cannot be. */
export function refusalOf(collection: Collection, options: EncoderOptions = {}): Failure | undefined {
  const planning = planLane(openLaneFor(options), collection, bounds);
  return 'failure' in planning ? planning.failure : undefined;
}

const bounds = { recordBytesMax: 4_194_304, recordDepthMax: 64, recordKeysMax: 100_000 };

/** A row encoder for a collection that can be planned. */
export function encoderFor(collection: Collection, unknownFields: UnknownFields = 0): TestEncoder {
  return new TestEncoder(laneFor(collection, { recordOptions: { unknownFields } }));
}

/** A batch that was checked for one stripe. */
export interface CheckedRecords extends Omit<CheckedBatch, 'parts'> {
  readonly parts: readonly EntityBatch[];
}

/** What becomes of records in the lane, at offsets from 100 on. */
export async function checkRecords(
  lane: LanePlan,
  records: readonly TestRecord[],
  options: Partial<CheckOptions> = {},
): Promise<CheckedRecords> {
  const batch = recordBatch(records, { firstOffset: 100n });
  checkShape(batch, lane.needs);
  const usual = { partBytesMax: 1_000_000, violationsMax: 20, version: undefined, stopAtRejection: false };
  const all = { ...usual, clock: systemClock, ...options };
  const share = shareOf(lane.plan, lane.newEncoder, 1);
  const checked = await checkBatch(batch, lane.reader, share, all, new AbortController().signal);
  return { ...checked, parts: checked.parts.map(({ part }) => part) };
}

/** Offset, code and path of all that is wrong with the records of a batch. */
export function rejectionsOf({ rejections }: Pick<CheckedBatch, 'rejections'>): readonly string[] {
  return rejections.flatMap(({ offset, violations }) =>
    violations.map(({ code, path }) => `${offset} ${code} ${path}`),
  );
}

/** What is wrong with one record. */
export function check(encoder: TestEncoder, record: string | Buffer, listedMax = 20): Reported {
  const report = new Report(listedMax);
  encoder.add(Buffer.from(record), report);
  return report.take();
}

/** Code and path of everything that is wrong with one record. */
export function findings(encoder: TestEncoder, record: string | Buffer): readonly string[] {
  return check(encoder, record).violations.map(({ code, path }) => `${code} ${path}`);
}
