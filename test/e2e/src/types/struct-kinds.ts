import type { FakeField } from '@millrace/testing';
import { DataType } from '@zilliz/milvus2-sdk-node';
import { accept, code, type Kind, refuse, refuseAll } from './kinds.ts';
import { demanded } from './scalar-kinds.ts';

const field: FakeField = {
  name: 'struct_array',
  // The SDK has no name for it.
  type: 200 as DataType,
  params: { max_capacity: 3 },
  members: [
    { name: 'text', type: DataType.VarChar, params: { max_length: 8 } },
    { name: 'page', type: DataType.Int16 },
    { name: 'vector', type: DataType.FloatVector, params: { dim: 2 } },
  ],
};
const chunk = '{"text": "a", "page": 1, "vector": [0.5, -2]}';
const stored = { text: 'a', page: 1, vector: [0.5, -2] };

const otherVectors: FakeField = {
  name: 'struct_array_vectors',
  type: 200 as DataType,
  params: { max_capacity: 2 },
  members: [
    { name: 'half', type: DataType.Float16Vector, params: { dim: 2 } },
    { name: 'brain', type: DataType.BFloat16Vector, params: { dim: 2 } },
    { name: 'bytes', type: DataType.Int8Vector, params: { dim: 2 } },
    { name: 'bits', type: DataType.BinaryVector, params: { dim: 16 } },
  ],
};

/** Neither milvus-lite nor Milvus 2.3.5 has them. */
export const structKinds: readonly Kind[] = [
  {
    title: 'Array of Struct (VarChar(8), Int16, FloatVector(2)), at most 3',
    shape: 'plain',
    field,
    on: ['recording server'],
    accepts: [
      accept(`[${chunk}]`, [stored]),
      accept('[]', []),
      accept(
        `[{"vector": [1e-1, -0], "\\u0070age": -32768, "text": "é🚂"}, ${chunk}]`,
        [{ text: 'é🚂', page: -32_768, vector: [Math.fround(0.1), -0] }, stored],
        { becomes: code('[{"text": "é🚂", "page": -32768, "vector": [0x3dcccccd, 0x80000000]}, …]') },
      ),
    ],
    refuses: [
      ...demanded,
      ...refuseAll('V012', ['{}', '"[]"', '7']),
      refuse(`[${Array(4).fill(chunk).join(', ')}]`, 'V041', { shown: 'four structs' }),
      refuse('[7]', 'V012', { path: '$.struct_array[0]' }),
      refuse(`[${chunk}, null]`, 'V042', { path: '$.struct_array[1]' }),
      refuse('[{"text": "a", "page": 1}]', 'V010', { path: '$.struct_array[0].vector' }),
      refuse('[{"text": null, "page": 1, "vector": [1, 2]}]', 'V011', { path: '$.struct_array[0].text' }),
      refuse('[{"text": "a", "page": 1, "vector": [1, 2], "more": 1}]', 'V019', { path: '$.struct_array[0].more' }),
      refuse('[{"text": "too many bytes", "page": 1, "vector": [1, 2]}]', 'V016', { path: '$.struct_array[0].text' }),
      refuse('[{"text": "a", "page": 40000, "vector": [1, 2]}]', 'V013', { path: '$.struct_array[0].page' }),
      refuse('[{"text": "a", "page": 1, "vector": [1]}]', 'V017', { path: '$.struct_array[0].vector' }),
      refuse('[{"text": "a", "page": 1, "page": 2, "vector": [1, 2]}]', 'V006', { path: '$.struct_array[0].page' }),
    ],
  },
  {
    title: 'Array of Struct (Float16Vector(2), BFloat16Vector(2), Int8Vector(2), BinaryVector(16)), at most 2',
    shape: 'plain',
    field: otherVectors,
    on: ['recording server'],
    accepts: [
      accept(
        '[{"half": [0.5, -2], "brain": [1, 3e38], "bytes": [-128, 127], "bits": "Af8="}]',
        [
          {
            half: [0.5, -2],
            brain: [1, Buffer.from('7f620000', 'hex').readFloatBE()],
            bytes: [-128, 127],
            bits: [1, 255],
          },
        ],
        { becomes: code('[{"half": [0.5, -2], "brain": [1, 0x7f62], "bytes": [-128, 127], "bits": [1, 255]}]') },
      ),
    ],
    refuses: [
      ...demanded,
      refuse('[{"half": [65520, 0], "brain": [1, 2], "bytes": [1, 2], "bits": [1, 2]}]', 'V015', {
        path: '$.struct_array_vectors[0].half[0]',
      }),
    ],
  },
  {
    title: 'Array of Struct, nullable',
    shape: 'optional',
    field: { ...field, name: 'nullable_struct_array', isNullable: true },
    on: ['recording server'],
    accepts: [accept(`[${chunk}]`, [stored]), accept('[]', []), accept('null', null), accept(undefined, null)],
    refuses: [refuse('{}', 'V012')],
  },
];
