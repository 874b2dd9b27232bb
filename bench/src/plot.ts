/** A line of a plot. */
export interface Series {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface PlotOptions {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
}

const size = { width: 640, height: 400 };
const area = { left: 80, right: 620, top: 50, bottom: 340 };
const colours = ['#1f6feb', '#d1242f', '#1a7f37', '#8250df'];

/**
 * Lines over x, both axes logarithmic, as an SVG document that needs nothing else. Every x of a point gets its tick.
 *
 * @throws Error where a number is not above zero
 */
export function logPlot(series: readonly Series[], { title, xLabel, yLabel }: PlotOptions): string {
  const points = series.flatMap((each) => each.points);
  if (points.some(({ x, y }) => !(x > 0 && y > 0))) throw new Error('a logarithmic axis has no place for zero');
  const xs = [...new Set(points.map(({ x }) => x))].sort((a, b) => a - b);
  const xAt = scale(xs, area.left, area.right);
  const yTicks = ticksAround(points.map(({ y }) => y));
  const yAt = scale(yTicks, area.bottom, area.top);
  const grid = [
    ...xs.map((x) => text(xAt(x), area.bottom + 18, 'middle', String(x))),
    ...yTicks.flatMap((y) => [
      `<line x1="${area.left}" x2="${area.right}" y1="${yAt(y)}" y2="${yAt(y)}" stroke="#d0d7de"/>`,
      text(area.left - 8, yAt(y) + 4, 'end', y.toLocaleString('en')),
    ]),
  ];
  const lines = series.map((each, index) => {
    const colour = colours[index % colours.length] ?? '';
    const at = each.points.map(({ x, y }) => [xAt(x), yAt(y)] as const);
    return [
      `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${at.map(([x, y]) => `${x},${y}`).join(' ')}"/>`,
      ...at.map(([x, y]) => `<circle cx="${x}" cy="${y}" r="3.5" fill="${colour}"/>`),
      `<rect x="${area.left + 10 + index * 180}" y="30" width="12" height="4" fill="${colour}"/>`,
      text(area.left + 28 + index * 180, 36, 'start', each.name),
    ].join('\n');
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" font-family="sans-serif" font-size="12">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${size.width}" height="${size.height}" fill="#ffffff"/>`,
    `<text x="${size.width / 2}" y="18" text-anchor="middle" font-size="14" font-weight="bold">${escaped(title)}</text>`,
    ...grid,
    ...lines,
    text((area.left + area.right) / 2, size.height - 16, 'middle', xLabel),
    `<text transform="translate(18 ${(area.top + area.bottom) / 2}) rotate(-90)" text-anchor="middle">${escaped(yLabel)}</text>`,
    '</svg>',
    '',
  ].join('\n');
}

function text(x: number, y: number, anchor: string, words: string): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}">${escaped(words)}</text>`;
}

const escaped = (words: string): string =>
  words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** From the first of some ascending values to the last, in equal steps for equal ratios. */
function scale(values: readonly number[], start: number, end: number): (value: number) => number {
  const [least = 1, most = 1] = [values[0], values.at(-1)];
  const range = Math.log(most / least) || 1;
  return (value) => Math.round((start + (Math.log(value / least) / range) * (end - start)) * 10) / 10;
}

/** 1, 2 and 5 times powers of ten that hold all values between them. */
function ticksAround(values: readonly number[]): number[] {
  const steps = Array.from({ length: 45 }, (_, index) => [1, 2, 5].map((step) => step * 10 ** (index - 15))).flat();
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const first = steps.findLastIndex((step) => step <= least);
  const last = steps.findIndex((step) => step >= most);
  return steps.slice(Math.min(first, last), Math.max(first, last) + 1);
}
