import { FieldType, serverVersionOf } from '@millrace/contracts';
import { expect, test } from 'vitest';
import { keyFilter } from './key-filter.ts';

const int64 = { name: 'id', type: FieldType.INT64 };
const text = { name: 'id', type: FieldType.VARCHAR };

test('since Milvus 2.4.19 keys travel beside the expression, as they are', () => {
  for (const version of ['v2.4.19', 'v2.6.0', 'a build of a branch']) {
    const filter = keyFilter(text, ['a"b', Buffer.from('é').toString('latin1')], serverVersionOf(version));
    expect(filter.expr).toBe('id in {keys}');
    expect(filter.exprTemplateValues.keys?.val?.value.data?.value.data).toEqual(['a"b', 'é']);
  }
  const filter = keyFilter(int64, ['-9223372036854775808'], serverVersionOf('v3.0.0'));
  expect(filter.exprTemplateValues.keys?.val?.value.data?.value.data).toEqual([-(2n ** 63n)]);
});

test('before, they are literals that cannot end before their quote', () => {
  const filter = keyFilter(text, ['a"] or 1==1 or id in ["\\'], serverVersionOf('v2.3.5'));
  expect(filter).toEqual({ expr: 'id in ["a\\"] or 1==1 or id in [\\"\\\\"]', exprTemplateValues: {} });
  expect(keyFilter(int64, ['1', '-9223372036854775808'], serverVersionOf('v2.3.5')).expr).toBe(
    'id in [1,-9223372036854775807-1]',
  );
  expect(keyFilter(int64, ['-9223372036854775808'], serverVersionOf('milvus_lite-3.2.2')).expr).toBe(
    'id in [-9223372036854775808]',
  );
});

test('a field with a name that could be anything else in an expression is refused', () => {
  expect(() => keyFilter({ ...int64, name: 'id in [1] or id' }, ['1'], serverVersionOf('v2.6.0'))).toThrow('no name');
});
