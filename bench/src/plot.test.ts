import { expect, test } from 'vitest';
import { logPlot } from './plot.ts';

const labels = { title: 'cost & <dimension>', xLabel: 'x', yLabel: 'y' };

test('equal ratios are equal distances, and each point is drawn', () => {
  const svg = logPlot([{ name: 'one', points: [10, 100, 1_000].map((x) => ({ x, y: x })) }], labels);
  const [, points = ''] = /points="([^"]+)"/.exec(svg) ?? [];
  const xs = points.split(' ').map((point) => Number(point.split(',')[0]));
  expect(xs).toEqual([80, 350, 620]);
  expect(svg.match(/<circle/g)).toHaveLength(3);
});

test('words are text, whatever they hold', () => {
  expect(logPlot([{ name: 'a', points: [{ x: 1, y: 1 }] }], labels)).toContain('cost &amp; &lt;dimension&gt;');
});

test('zero has no place', () => {
  expect(() => logPlot([{ name: 'a', points: [{ x: 0, y: 1 }] }], labels)).toThrow('no place for zero');
});
