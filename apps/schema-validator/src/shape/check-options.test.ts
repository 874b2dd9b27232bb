import { Source } from '@millrace/contracts';
import { expect, test } from 'vitest';
import { ContractError } from '../record-batch.ts';
import { openLaneFor } from '../testing/encode-rows.ts';
import { checkOptions } from './check-options.ts';

test('options that the contract knows are taken', () => {
  expect(() => checkOptions(openLaneFor())).not.toThrow();
});

const source = (of: number, ...path: string[]) => ({ sources: [{ field: 'x', source: of as Source, path }] });

test.each([
  ['no value format', { valueFormat: 0 }],
  ['an unknown value format', { valueFormat: 99 }],
  ['an unknown policy for unknown fields', { unknownFields: 99 }],
  ['an unknown key format', { keyFormat: 99 }],
  ['an unknown primary key mode', { primaryKeyMode: 99 }],
  ['unknown tombstones', { tombstones: 99 }],
  ['a source of no kind', source(Source.UNSPECIFIED)],
  ['a source of an unknown kind', source(99)],
  ['a source in the value without a path', source(Source.VALUE)],
  ['a header without a name', source(Source.HEADER)],
  ['a header with a path', source(Source.HEADER, 'a', 'b')],
  ['a timestamp with a path', source(Source.TIMESTAMP, 'a')],
  ['a delete marker without a path', { deleteMarker: { path: [], values: ['d'] } }],
])('%s is a broken contract', (_, recordOptions) => {
  expect(() => checkOptions(openLaneFor({ recordOptions: recordOptions as object }))).toThrow(ContractError);
});

test('an unknown insert mode is a broken contract', () => {
  const open = openLaneFor();
  const writeOptions = { insertMode: 99 as 1, stopAtRejection: false };
  expect(() => checkOptions({ ...open, writeOptions })).toThrow(ContractError);
});
