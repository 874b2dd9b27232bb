import { FieldType } from '@millrace/contracts';
import { expect, test } from 'vitest';
import { collection, field } from '../testing/collections.ts';
import { encoderFor, findings } from '../testing/encode-rows.ts';

const id = field('id', FieldType.INT64, { isPrimaryKey: true });
const of = (dim: number) => collection([id, field('vector', FieldType.BINARY_VECTOR, { dim })]);
const withVector = (text: string) => `{"id":1,"vector":${text}}`;

test.each([
  ['[1]', ['V017 $.vector']],
  ['[1,0,1,0,1,0,1,0,1,0,1,0,1,0,1,0]', ['V017 $.vector']],
  ['[256,-1]', ['V013 $.vector[0]', 'V013 $.vector[1]']],
  ['[1,0.5]', ['V014 $.vector[1]']],
  ['[true,"1"]', ['V018 $.vector[0]', 'V018 $.vector[1]']],
  ['"AQID"', ['V017 $.vector']],
  ['"0101"', ['V017 $.vector']],
  ['"[1,2]"', ['V012 $.vector']],
])('%s is refused', (text, expected) => {
  expect(findings(encoderFor(of(16)), withVector(text))).toEqual(expected);
});
