import { DataType } from '@zilliz/milvus2-sdk-node';
import type { ServerName } from '../harness/collection-server.ts';
import { type Accepted, accept, code, everywhere, type Kind, type Refused, refuse } from './kinds.ts';
import { demanded } from './scalar-kinds.ts';

const capacity = 4;

/** A kind of Array with what any element type takes and refuses, and what its own does. */
function arrayOf(
  name: string,
  elementType: DataType,
  element: string,
  accepts: readonly Accepted[],
  refuses: readonly [text: string, code: string, at: number, on?: readonly ServerName[]][],
): Kind {
  const field = `array_${DataType[elementType].toLowerCase()}`;
  const badElements = refuses.map(
    ([text, code, at, on = everywhere]): Refused => refuse(text, code, { path: `$.${field}[${at}]`, on }),
  );
  return {
    title: `Array of ${name}, at most ${capacity}`,
    shape: 'plain',
    field: {
      name: field,
      type: DataType.Array,
      elementType,
      params: { max_capacity: capacity, ...(elementType === DataType.VarChar && { max_length: 8 }) },
    },
    on: everywhere,
    ...(refuses.some(([, , , on]) => on) && { note: 'milvus-lite does not tell the limit and does not keep it' }),
    accepts: [...accepts, accept('[]', [])],
    refuses: [
      ...demanded,
      refuse(element, 'V012'),
      refuse(`[${new Array(capacity + 1).fill(element).join(', ')}]`, 'V041'),
      refuse(`[${element}, null]`, 'V042', { path: `$.${field}[1]` }),
      refuse(`[[${element}]]`, 'V012', { path: `$.${field}[0]` }),
      ...badElements,
    ],
  };
}

const single = (hex: string): number => Buffer.from(hex, 'hex').readFloatBE();

export const arrayKinds: readonly Kind[] = [
  arrayOf(
    'Bool',
    DataType.Bool,
    'true',
    [accept('[true, false]', [true, false])],
    [
      ['[1]', 'V012', 0],
      ['[true, "yes"]', 'V012', 1],
    ],
  ),
  arrayOf(
    'Int8',
    DataType.Int8,
    '1',
    [accept('[-128, 127, 1.0]', [-128, 127, 1])],
    [
      ['[1, 128]', 'V013', 1],
      ['[0.5]', 'V014', 0],
      ['["1"]', 'V012', 0],
    ],
  ),
  arrayOf(
    'Int16',
    DataType.Int16,
    '1',
    [accept('[-32768, 32767]', [-32_768, 32_767])],
    [
      ['[32768]', 'V013', 0],
      ['["1"]', 'V012', 0],
    ],
  ),
  arrayOf(
    'Int32',
    DataType.Int32,
    '1',
    [accept('[2147483647, -2147483648]', [2_147_483_647, -2_147_483_648])],
    [
      ['[2147483648]', 'V013', 0],
      ['[true]', 'V012', 0],
    ],
  ),
  arrayOf(
    'Int64',
    DataType.Int64,
    '1',
    [
      accept('[9223372036854775807, -9223372036854775808]', ['9223372036854775807', '-9223372036854775808'], {
        becomes: code('[9223372036854775807, -9223372036854775808]'),
      }),
    ],
    [
      ['[9223372036854775808]', 'V013', 0],
      ['["1"]', 'V012', 0],
    ],
  ),
  arrayOf(
    'Float',
    DataType.Float,
    '0.5',
    [accept('[0.1, -1]', [single('3dcccccd'), -1], { becomes: code('[0x3dcccccd, -1]') })],
    [
      ['[1e39]', 'V015', 0],
      ['["NaN"]', 'V012', 0],
    ],
  ),
  arrayOf(
    'Double',
    DataType.Double,
    '0.5',
    [accept('[0.1, 5e-324]', [0.1, 5e-324])],
    [
      ['[1e309]', 'V015', 0],
      ['[null]', 'V042', 0],
    ],
  ),
  arrayOf(
    'VarChar(8)',
    DataType.VarChar,
    '"a"',
    [accept('["", "äöü", "a"]', ['', 'äöü', 'a'])],
    [
      ['["too many bytes"]', 'V016', 0, ['Milvus 2.3.5', 'recording server']],
      ['["a", 1]', 'V012', 1],
    ],
  ),
];
