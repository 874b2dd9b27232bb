import { DataType } from '@zilliz/milvus2-sdk-node';
import { accept, bits, everywhere, int64, type Kind, refuse, refuseAll } from './kinds.ts';

/** Never a member that is left out, and never null: for every field that is neither nullable nor has a default. */
export const demanded = [refuse(undefined, 'V010'), refuse('null', 'V011')];

const shape = 'plain';

/** What no integer type takes. */
const noInteger = [
  ...refuseAll('V012', ['"7"', '"0x10"', 'true', '[1]', '{}']),
  ...refuseAll('V014', ['1.5', '1e-1', '-0.1']),
  refuse('1e400', 'V013'),
];

function integer(bitCount: 8 | 16 | 32, type: DataType): Kind {
  const half = 2 ** (bitCount - 1);
  return {
    title: `Int${bitCount}`,
    shape,
    field: { name: `int${bitCount}`, type },
    on: everywhere,
    accepts: [
      accept('7', 7),
      accept('0', 0),
      accept('-0', 0),
      accept(String(half - 1), half - 1),
      accept(String(-half), -half),
      accept('1.0', 1),
      accept('1e1', 10),
      accept('120E-1', 12),
    ],
    refuses: [...demanded, ...refuseAll('V013', [String(half), String(-half - 1)]), ...noInteger],
  };
}

const double: Kind = {
  title: 'Double',
  shape,
  field: { name: 'double', type: DataType.Double },
  on: everywhere,
  accepts: [
    accept('0.1', 0.1),
    accept('-0', -0),
    bits('9007199254740993', '4340000000000000'),
    bits('5e-324', '0000000000000001'),
    bits('2.2250738585072011e-308', '000fffffffffffff'),
    bits('1.7976931348623157e308', '7fefffffffffffff'),
    bits('1e-400', '0000000000000000'),
  ],
  refuses: [
    ...demanded,
    ...refuseAll('V012', ['"0.1"', '"NaN"', 'false', '[0.1]']),
    ...refuseAll('V015', ['1e309', '-1e400', '1.7976931348623159e308']),
  ],
};

const float: Kind = {
  title: 'Float',
  shape,
  field: { name: 'float', type: DataType.Float },
  on: everywhere,
  accepts: [
    bits('0.1', '3dcccccd'),
    accept('-0', -0),
    accept('0.5', 0.5),
    bits('16777217', '4b800000'),
    bits('1.000000059604644775390625', '3f800000'),
    bits('1.00000005960464477539062500001', '3f800001'),
    bits('1e-45', '00000001'),
    bits('1e-60', '00000000'),
    bits('3.4028235e38', '7f7fffff'),
  ],
  refuses: [
    ...demanded,
    ...refuseAll('V012', ['"0.1"', '"NaN"', 'true', '{}']),
    ...refuseAll('V015', ['1e39', '3.4028236e38', '-1e400']),
  ],
};

const varchar: Kind = {
  title: 'VarChar(16)',
  shape,
  field: { name: 'varchar', type: DataType.VarChar, params: { max_length: 16 } },
  on: everywhere,
  accepts: [
    accept('"text"', 'text'),
    accept('""', ''),
    accept('"🚂🚃🚃🚃"', '🚂🚃🚃🚃'),
    accept('"\\ud83d\\ude82\\/\\n"', '🚂/\n'),
    accept('"\\u0000"', '\0'),
    accept('"e\u0301"', 'e\u0301', { shown: '`"e\\u0301"` as two characters', becomes: 'two characters' }),
    accept('"é"', 'é'),
  ],
  refuses: [
    ...demanded,
    ...refuseAll('V012', ['7', 'true', '{"a": 1}', '["text"]']),
    ...refuseAll('V016', ['"seventeen letters"', '"🚂🚃🚃🚃e"']),
  ],
};

export const scalarKinds: readonly Kind[] = [
  {
    title: 'Bool',
    shape,
    field: { name: 'bool', type: DataType.Bool },
    on: everywhere,
    accepts: [accept('true', true), accept('false', false)],
    refuses: [...demanded, ...refuseAll('V012', ['"yes"', '"true"', '1', '0', '[]'])],
  },
  integer(8, DataType.Int8),
  integer(16, DataType.Int16),
  integer(32, DataType.Int32),
  {
    title: 'Int64',
    shape,
    field: { name: 'int64', type: DataType.Int64 },
    on: everywhere,
    accepts: [
      int64('7'),
      int64('9007199254740993'),
      int64('9223372036854775807'),
      int64('-9223372036854775808'),
      int64('922337203685477580.7e1', '9223372036854775807'),
    ],
    refuses: [...demanded, ...refuseAll('V013', ['9223372036854775808', '-9223372036854775809']), ...noInteger],
  },
  float,
  double,
  varchar,
];
