import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OrderedAnswers } from './ordered-answers.ts';

test('whatever order work ends in, answers leave in the order of the batches, each once', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }).chain((count) =>
        fc.shuffledSubarray(
          Array.from({ length: count }, (_, i) => i + 1),
          { minLength: count, maxLength: count },
        ),
      ),
      (order) => {
        const emitted: number[] = [];
        const answers = new OrderedAnswers<number>((answer) => emitted.push(answer));
        for (let sequence = 1; sequence <= order.length; sequence++) expect(answers.accept(sequence)).toBe(true);
        for (const [ended, sequence] of order.entries()) {
          answers.settle(sequence, sequence);
          expect(emitted).toEqual(Array.from({ length: emitted.length }, (_, i) => i + 1));
          expect(emitted.length).toBeLessThanOrEqual(ended + 1);
          expect(answers.waiting).toBe(order.length - emitted.length);
        }
        expect(emitted).toHaveLength(order.length);
      },
    ),
  );
});

test('an answer that is due at once leaves at once', () => {
  const emitted: string[] = [];
  const answers = new OrderedAnswers<string>((answer) => emitted.push(answer));
  answers.accept(1n);
  answers.accept(2n);
  answers.settle(1n, 'first');
  expect(emitted).toEqual(['first']);
  expect(answers.waiting).toBe(1);
});

test('a batch is accepted only with the next number', () => {
  const answers = new OrderedAnswers<string>(() => {});
  expect(answers.accept(0)).toBe(false);
  expect(answers.accept(2)).toBe(false);
  expect(answers.accept(1)).toBe(true);
  expect(answers.accept(1)).toBe(false);
  expect(answers.accept(2n)).toBe(true);
});

test('a batch that does not wait for an answer cannot be given one', () => {
  const answers = new OrderedAnswers<string>(() => {});
  answers.accept(1);
  answers.accept(2);
  answers.settle(2, 'second');
  for (const sequence of [0, 2, 3]) expect(() => answers.settle(sequence, 'again')).toThrow('not waiting');
  answers.settle(1, 'first');
  expect(() => answers.settle(1, 'again')).toThrow('batch 1 is not waiting for an answer');
});
