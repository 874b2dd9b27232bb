import { DataType } from '@zilliz/milvus2-sdk-node';
import type { ServerName } from '../harness/collection-server.ts';
import {
  type Accepted,
  accept,
  code,
  everywhere,
  type Kind,
  type Refused,
  refuse,
  refuseAll,
  type Shape,
} from './kinds.ts';
import { demanded } from './scalar-kinds.ts';

const float32 = (hex: string): number => Buffer.from(hex, 'hex').readFloatBE();
/** JSON text of little-endian bytes. */
const base64 = (hex: string): string => `"${Buffer.from(hex, 'hex').toString('base64')}"`;
const fullAndRecording: readonly ServerName[] = ['Milvus 2.3.5', 'recording server'];

interface VectorKind {
  readonly name: keyof typeof DataType & string;
  readonly dim: number;
  readonly shape: Shape;
  readonly on: readonly ServerName[];
  readonly accepts: readonly Accepted[];
  /** Of the vector as a whole, by codes. */
  readonly refuses: readonly Refused[];
  /** Of an element: its text, code and index. */
  readonly elements: readonly (readonly [text: string, code: string, at: number])[];
}

function vector({ name, dim, shape, on, accepts, refuses, elements }: VectorKind): Kind {
  const field = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).slice(1);
  return {
    title: `${name}(${dim})`,
    shape,
    field: { name: field, type: DataType[name], params: { dim } },
    on,
    accepts,
    refuses: [
      ...demanded,
      ...refuseAll('V012', ['0.5', '{"0": 0.5}', '"[1, 2]"']),
      ...refuses,
      ...elements.map(([text, code, at]) => refuse(text, code, { path: `$.${field}[${at}]` })),
    ],
  };
}

const floatVector = vector({
  name: 'FloatVector',
  dim: 2,
  shape: 'plain',
  on: everywhere,
  accepts: [
    accept('[0.5, -2]', [0.5, -2]),
    accept('[0.1, -0]', [float32('3dcccccd'), -0], { becomes: code('[0x3dcccccd, -0]') }),
    accept('[1.00000005960464477539062500001, 1e-45]', [float32('3f800001'), float32('00000001')], {
      becomes: code('[0x3f800001, 0x00000001]'),
    }),
    accept('[3.4028235e38, 1e-60]', [float32('7f7fffff'), 0], { becomes: code('[0x7f7fffff, 0]') }),
    accept(base64('cdcccc3d00000080'), [float32('3dcccccd'), -0], { becomes: code('[0x3dcccccd, -0]') }),
  ],
  refuses: refuseAll('V017', ['[0.5]', '[0.5, 1, 2]', '[]', base64('0000803f')]),
  elements: [
    ['[0.5, 1e39]', 'V015', 1],
    ['[null, 1]', 'V018', 0],
    ['[0.5, "NaN"]', 'V018', 1],
    ['[true, 1]', 'V018', 0],
    [base64('0000c07f0000803f'), 'V046', 0],
  ],
});

const float16Vector = vector({
  name: 'Float16Vector',
  dim: 2,
  shape: 'generated key',
  on: fullAndRecording,
  accepts: [
    accept('[0.5, -2]', [0.5, -2]),
    accept('[0.1, -0]', [0.0999755859375, -0], { becomes: code('[0x2e66, -0]') }),
    accept('[65519.9, 5.9604645e-8]', [65_504, 2 ** -24], { becomes: code('[0x7bff, 0x0001]') }),
    accept(base64('003c0080'), [1, -0]),
  ],
  refuses: refuseAll('V017', ['[1]', '[1, 2, 3]', base64('003c')]),
  elements: [
    ['[65520, 1]', 'V015', 0],
    ['[1, null]', 'V018', 1],
    [base64('003c007c'), 'V046', 1],
  ],
});

const bfloat16Vector = vector({
  name: 'BFloat16Vector',
  dim: 2,
  shape: 'long key',
  on: ['recording server'],
  accepts: [
    accept('[0.5, -2]', [0.5, -2]),
    accept('[1.00390625, 1.01171875]', [1, 1.015625], { becomes: code('[0x3f80, 0x3f82]') }),
    accept('[3.3895e38, -0]', [3.3895313892515355e38, -0], { becomes: code('[0x7f7f, -0]') }),
    accept(base64('803f0080'), [1, -0]),
  ],
  refuses: refuseAll('V017', ['[1]', '[1, 2, 3]', base64('803f')]),
  elements: [
    ['[3.4e38, 1]', 'V015', 0],
    ['["1", 1]', 'V018', 0],
    [base64('803f817f'), 'V046', 1],
  ],
});

const binaryVector = vector({
  name: 'BinaryVector',
  dim: 16,
  shape: 'text key',
  on: fullAndRecording,
  accepts: [accept('[0, 255]', [0, 255]), accept('[1.0, 1e1]', [1, 10]), accept(base64('8007'), [128, 7])],
  refuses: refuseAll('V017', ['[1]', '[1, 2, 3]', '[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,1]', base64('80')]),
  elements: [
    ['[1, 256]', 'V013', 1],
    ['[-1, 1]', 'V013', 0],
    ['[0.5, 1]', 'V014', 0],
    ['[true, 1]', 'V018', 0],
  ],
});

const int8Vector = vector({
  name: 'Int8Vector',
  dim: 2,
  shape: 'plain',
  on: ['recording server'],
  accepts: [accept('[-128, 127]', [-128, 127]), accept('[1.0, -0]', [1, 0]), accept(base64('8007'), [-128, 7])],
  refuses: refuseAll('V017', ['[1]', '[1, 2, 3]', base64('80')]),
  elements: [
    ['[1, 128]', 'V013', 1],
    ['[0.5, 1]', 'V014', 0],
    ['[null, 1]', 'V018', 0],
  ],
});

const sparse = '$.sparse_float_vector';

const sparseFloatVector: Kind = {
  title: 'SparseFloatVector',
  shape: 'plain',
  field: { name: 'sparse_float_vector', type: DataType.SparseFloatVector },
  on: ['milvus-lite', 'recording server'],
  note: 'milvus-lite takes no vector without a value above zero',
  accepts: [
    accept('{"1": 0.5, "7": 2}', { 1: 0.5, 7: 2 }),
    accept('{"7": 2, "1": 0.1}', { 1: float32('3dcccccd'), 7: 2 }, { becomes: code('{"1": 0x3dcccccd, "7": 2}') }),
    accept('{"indices": [7, 1], "values": [2, 0.5]}', { 1: 0.5, 7: 2 }),
    accept('[[7, 2], [1.0, 0.5]]', { 1: 0.5, 7: 2 }),
    accept('{"4294967294": 1}', { 4294967294: 1 }),
    accept('{"1": 0, "2": 1e-60}', { 1: 0, 2: 0 }, { becomes: code('{"1": 0, "2": 0}'), on: ['recording server'] }),
    accept('{}', {}, { on: ['recording server'] }),
    accept('[]', {}, { on: ['recording server'] }),
  ],
  refuses: [
    ...demanded,
    ...refuseAll('V012', ['"{}"', '7']),
    ...refuseAll('V047', ['{"indices": [1, 2], "values": [1]}', '{"indices": [1]}']),
    refuse('[1, 2]', 'V047', { path: `${sparse}[0]`, violations: 2 }),
    refuse('{"a": 1}', 'V048', { path: `${sparse}.a` }),
    refuse('{"-1": 1}', 'V048', { path: `${sparse}['-1']` }),
    refuse('{"4294967295": 1}', 'V048', { path: `${sparse}['4294967295']` }),
    refuse('{"1": 1, "1": 2}', 'V006', { path: `${sparse}['1']` }),
    refuse('[[1, 0.5], [1, 2]]', 'V049', { path: `${sparse}[1][0]` }),
    refuse('{"1": -0.5}', 'V050', { path: `${sparse}['1']` }),
    refuse('{"1": "NaN"}', 'V018', { path: `${sparse}['1']` }),
    refuse('{"1": 1e39}', 'V015', { path: `${sparse}['1']` }),
    refuse('{}', 'V051', { on: ['milvus-lite'] }),
    refuse('{"1": 0}', 'V051', { on: ['milvus-lite'] }),
  ],
};

export const vectorKinds: readonly Kind[] = [
  floatVector,
  float16Vector,
  bfloat16Vector,
  sparseFloatVector,
  binaryVector,
  int8Vector,
];
