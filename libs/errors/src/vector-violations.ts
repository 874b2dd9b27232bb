import type { ViolationTable } from './entry.ts';

/** A vector does not fit its field. */
export const vectorViolations = {
  V017: {
    name: 'vector-length',
    title: 'the vector does not have as many numbers as the field has dimensions',
    hint: 'the producer probably cut the list or used another model',
    stage: 'validate',
    meaning:
      'Every vector of a field has the same number of dimensions, `dim`. A list that is one short was probably cut; one of another usual length (384, 768, 1,024, 1,536) comes from another model, and would be meaningless beside the others even if it fitted.',
    steps: [
      'Compare the length with that of the model that the collection was made for.',
      'If the model has changed, make a collection with its `dim`, and fill it anew.',
    ],
    example: {
      field: 'embedding',
      record: '{"id": 1, "title": "Dune", "embedding": [0.1, 0.2, 0.3]}',
      path: '$.embedding',
      message: 'vector has 3 numbers, the collection wants 4',
      expected: 'a list of 4 numbers',
      found: '3 numbers',
    },
  },
  V018: {
    name: 'vector-element',
    title: 'an element of the vector is not a number',
    hint: 'a vector is a list of numbers and nothing else',
    stage: 'validate',
    meaning:
      'The list holds a null, a text, a literal or another list. A null often stands for `NaN` or infinity, which JSON cannot say: the model or the division before it has failed.',
    steps: [
      'See which element the path names, and what the producer computes there.',
      'Send no vector that was not computed, rather than one with holes.',
    ],
    example: {
      field: 'embedding',
      record: '{"id": 1, "title": "Dune", "embedding": [0.1, null, 0.3, 0.4]}',
      path: '$.embedding[1]',
      expected: 'a number within ±3.4028235e38 (float32)',
      found: 'null',
    },
  },
  V046: {
    name: 'vector-not-finite',
    title: 'a number of the vector is infinite or not a number',
    hint: 'Milvus stores finite numbers only; look for a division by zero, or for bytes in the wrong order (little-endian is read)',
    stage: 'validate',
    meaning:
      'The base64 text has as many bytes as the field wants, and some of them are no finite number. Bytes of another order or of another type with the same width (float16 for bfloat16) often look like that.',
    steps: [
      'See which element the path names, and what the producer computes there.',
      'Encode the bytes little-endian, in the type of the field.',
    ],
    example: {
      field: 'embedding',
      record: '{"id": 1, "title": "Dune", "embedding": "AACAPwAAwH8AAIA/AACAPw=="}',
      path: '$.embedding[1]',
      expected: 'a number within ±3.4028235e38 (float32)',
      found: 'NaN',
    },
  },
  V047: {
    name: 'sparse-form',
    title: 'the value has none of the forms of a sparse vector',
    hint: 'send values by index {"7": 0.5}, two lists of one length {"indices": [7], "values": [0.5]}, or pairs [[7, 0.5]]',
    stage: 'validate',
    meaning:
      'A sparse vector is an object of values by index, an object of exactly two lists of one length, `indices` and `values`, or a list of pairs. The value is an object or a list, and none of these.',
    steps: ['Send one of the three forms.', 'Where it has two lists, see whether one of them was cut.'],
    example: {
      field: 'words',
      record:
        '{"id": 1, "title": "Dune", "embedding": [0.1, 0.2, 0.3, 0.4], "words": {"indices": [7, 9], "values": [0.5]}}',
      path: '$.words',
      message: 'the sparse vector has 2 indices and 1 values',
      expected: 'as many of both',
      found: '2 indices and 1 values',
    },
  },
  V048: {
    name: 'sparse-index',
    title: 'an index of the sparse vector is none',
    hint: 'indices are whole numbers below 4294967295, as keys without sign or leading zeros',
    stage: 'validate',
    meaning:
      'Milvus keeps indices in 32 bits and the largest of these numbers for itself, so an index is a whole number from 0 to 4294967294. As keys of an object they are written in digits only: 7, and neither 07 nor 7.0.',
    steps: [
      'Send the number of the dimension, such as the number of the token in the vocabulary, and not its name.',
      'Reduce hashes to 32 bits in the producer.',
    ],
    example: {
      field: 'words',
      record: '{"id": 1, "title": "Dune", "embedding": [0.1, 0.2, 0.3, 0.4], "words": {"dune": 0.5}}',
      path: '$.words.dune',
      expected: 'an integer from 0 to 4294967294',
      found: 'dune',
    },
  },
  V049: {
    name: 'sparse-index-twice',
    title: 'an index occurs twice in the sparse vector',
    hint: 'send each index once; which of the values is meant cannot be known',
    stage: 'validate',
    meaning: 'Two entries have the same index. Milvus refuses such a vector, and adding their values would be a guess.',
    steps: ['Add the values up in the producer, if that is what they mean.', 'Otherwise leave one of them out.'],
    example: {
      field: 'words',
      record:
        '{"id": 1, "title": "Dune", "embedding": [0.1, 0.2, 0.3, 0.4], "words": {"indices": [7, 7], "values": [0.5, 0.25]}}',
      path: '$.words.indices[1]',
      expected: 'each index once',
      found: '7',
    },
  },
  V050: {
    name: 'sparse-negative',
    title: 'a value of the sparse vector is negative',
    hint: 'Milvus takes no negative values in sparse vectors',
    stage: 'validate',
    meaning:
      'The values of a sparse vector are weights, and Milvus refuses negative ones whatever the metric. A number so small that it rounds to zero is zero, also from below.',
    steps: [
      'Look at the model: weights of SPLADE, BM25 and the like are never negative.',
      'For signed values use a dense vector.',
    ],
    example: {
      field: 'words',
      record: '{"id": 1, "title": "Dune", "embedding": [0.1, 0.2, 0.3, 0.4], "words": {"7": -0.5}}',
      path: "$.words['7']",
      expected: 'a number from 0 to 3.4028235e38 (float32)',
      found: '-0.5',
    },
  },
  V051: {
    name: 'sparse-empty',
    title: 'the server takes no empty sparse vector',
    hint: 'leave such records out, or use Milvus 2.4.12 or newer',
    stage: 'validate',
    meaning:
      'Milvus takes sparse vectors without entries from 2.4.12 on: no search finds them. Older servers want an entry, and Milvus Lite wants a value that is not zero as float32.',
    steps: [
      'See why the vector is empty: a text without a word of the vocabulary gives one.',
      'Leave such records out, or use a newer Milvus.',
    ],
  },
} as const satisfies ViolationTable;
