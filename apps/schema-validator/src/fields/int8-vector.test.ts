import { FieldType } from '@millrace/contracts';
import { expect, test } from 'vitest';
import { collection, field } from '../testing/collections.ts';
import { encoderFor, findings } from '../testing/encode-rows.ts';

const id = field('id', FieldType.INT64, { isPrimaryKey: true });
const of = (dim: number) => collection([id, field('vector', FieldType.INT8_VECTOR, { dim })]);
const withVector = (text: string) => `{"id":1,"vector":${text}}`;

test.each([
  ['[1,2]', ['V017 $.vector']],
  ['[1,2,3,4]', ['V017 $.vector']],
  ['[1,128,-129]', ['V013 $.vector[1]', 'V013 $.vector[2]']],
  ['[1,300,3]', ['V013 $.vector[1]']],
  ['[1,0.5,3]', ['V014 $.vector[1]']],
  ['[1,"2",null]', ['V018 $.vector[1]', 'V018 $.vector[2]']],
  ['"AQID="', ['V012 $.vector']],
  ['"AQI"', ['V012 $.vector']],
  ['"AQJ="', ['V012 $.vector']],
  ['"-_8="', ['V012 $.vector']],
  ['"AQI="', ['V017 $.vector']],
  ['{"0":1}', ['V012 $.vector']],
  ['null', ['V011 $.vector']],
])('%s is refused', (text, expected) => {
  const encoder = encoderFor(of(3));
  expect(findings(encoder, withVector(text))).toEqual(expected);
  expect(encoder.rowCount).toBe(0);
});
