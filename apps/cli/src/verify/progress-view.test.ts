import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import type { Output } from '../output.ts';
import { ProgressView } from './progress-view.ts';

function view(isTerminal: boolean) {
  const shown: string[] = [];
  const printed: string[] = [];
  let now = 0;
  const show = (text = '') => void shown.push(stripVTControlCharacters(text));
  const output: Output = {
    line: (text = '') => void printed.push(text),
    live: show,
    aside: show,
    isTerminal,
    draws: false,
  };
  return { shown, printed, progress: new ProgressView(output, () => now), pass: (ms: number) => (now += ms) };
}

test('on a terminal it is a bar that moves ten times a second at most', () => {
  const { shown, progress, pass } = view(true);
  progress.begin('keys', 2_000n);
  progress.read(500);
  pass(100);
  progress.read(500);
  pass(99);
  progress.read(500);
  expect(shown).toEqual([
    '  keys         ░░░░░░░░░░░░░░░░░░░░░░░░   0 %   0 of 2 000   0 rec/s',
    '  keys         ████████████░░░░░░░░░░░░  50 %   1 000 of 2 000   10 000 rec/s',
  ]);
});

test('elsewhere it is a plain line every ten seconds, beside the result', () => {
  const { shown, printed, progress, pass } = view(false);
  progress.begin('rows', 4_000n);
  for (let second = 0; second < 25; second++) {
    pass(1_000);
    progress.read(100);
  }
  progress.end();
  expect(shown).toEqual([
    '  rows          25 %   1 000 of 4 000   100 rec/s',
    '  rows          50 %   2 000 of 4 000   100 rec/s',
  ]);
  expect(printed).toEqual([]);
});

test('a step without records is done at once', () => {
  const { shown, progress } = view(true);
  progress.begin('keys', 0n);
  expect(shown[0]).toContain('100 %');
});
