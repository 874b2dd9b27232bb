import { elementFormOf, type FieldType } from '@millrace/contracts';
import { varintEnd, varintNumber, WireError } from './wire.ts';

/** A run's elements: numbers as they stand, all others without tag and length. @throws WireError */
export function cutElements(type: FieldType, run: Buffer, dim: number): Buffer[] {
  const form = elementFormOf(type, dim);
  if (form === undefined) throw new WireError(`no column is of type ${type} with dim ${dim}`);
  if (typeof form !== 'number') return form === 'varint' ? cutVarints(run) : cutTagged(run, form.tag);
  if (run.length % form !== 0) throw new WireError(`${run.length} bytes of elements of ${form} bytes`);
  return Array.from({ length: run.length / form }, (_, index) => run.subarray(index * form, (index + 1) * form));
}

function cutVarints(run: Buffer): Buffer[] {
  const elements: Buffer[] = [];
  for (let at = 0; at < run.length; ) {
    const end = varintEnd(run, at);
    elements.push(run.subarray(at, end));
    at = end;
  }
  return elements;
}

function cutTagged(run: Buffer, tag: number): Buffer[] {
  const elements: Buffer[] = [];
  for (let at = 0; at < run.length; ) {
    if (run[at] !== tag) throw new WireError(`byte ${run[at]} at ${at} instead of the tag ${tag}`);
    const start = varintEnd(run, at + 1);
    const end = start + varintNumber(run, at + 1);
    if (end > run.length) throw new WireError(`an element of ${end - start} bytes in ${run.length - start}`);
    elements.push(run.subarray(start, end));
    at = end;
  }
  return elements;
}
