import { type Collection, InsertMode, UnknownFields, ValueFormat } from '@millrace/contracts';
import { formats } from '../formats/table.ts';
import { planCollection } from '../plan.ts';
import { Report, type Reported } from '../report.ts';
import { RowEncoder } from '../row-encoder.ts';

/** A row encoder for a collection that can be planned. */
export function encoderFor(collection: Collection, unknownFields: UnknownFields = UnknownFields.ERROR): RowEncoder {
  const planning = planCollection(collection, InsertMode.UNSPECIFIED);
  if ('failure' in planning) throw new Error(planning.failure.message);
  return new RowEncoder(planning.plan, formats[ValueFormat.JSON], { depthMax: 64, keysMax: 100_000 }, unknownFields);
}

/** What is wrong with one record. */
export function check(encoder: RowEncoder, record: string | Buffer, listedMax = 20): Reported {
  const report = new Report(listedMax);
  encoder.add(Buffer.from(record), report);
  return report.take();
}

/** Code and path of everything that is wrong with one record. */
export function findings(encoder: RowEncoder, record: string | Buffer): readonly string[] {
  return check(encoder, record).violations.map(({ code, path }) => `${code} ${path}`);
}
