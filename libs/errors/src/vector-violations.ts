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
  },
} as const satisfies ViolationTable;
