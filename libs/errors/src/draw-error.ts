import { type Block, blocksOf, safe, type ToldError } from './told-error.ts';

/** Colours of a terminal, or none. */
export interface Ink {
  readonly error: (text: string) => string;
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
}

const same = (text: string): string => text;
export const noInk: Ink = { error: same, strong: same, faint: same };

/**
 * An error for eyes: the code and what is wrong, the place, the part of the record in question with a mark under it, then
 * what else is known. One block for each violation; facts of the record as a whole stand in the first.
 */
export function drawError(error: ToldError, ink: Ink = noInk): string[] {
  return blocksOf(error).flatMap((block) => [
    ...head(error, block, ink),
    ...drawnExcerpt(block, ink),
    ...[...factsOf(error, block)].map(([name, text]) => `${ink.faint('   =')} ${name}: ${text}`),
  ]);
}

function head({ kind, place, about }: ToldError, { isFirst, code, title, path }: Block, ink: Ink): string[] {
  const name = isFirst ? kind : 'and';
  const where = isFirst ? [safe(place), path] : [path];
  const parts = where.filter((part) => part !== '');
  if (isFirst && about.length > 0) parts.push(`(${about.map(safe).join(', ')})`);
  return [
    `${ink.error(`${name}[${code}]`)}${ink.strong(`: ${title}`)}`,
    ...(parts.length > 0 ? [`${ink.faint('  -->')} ${parts.join('   ')}`] : []),
  ];
}

function drawnExcerpt({ excerpt }: Block, ink: Ink): string[] {
  if (!excerpt) return [];
  const { text, from, width, note } = excerpt;
  const mark = '^'.repeat(width) + (note === '' ? '' : ` ${note}`);
  return [`${ink.faint('   |')}  ${text}`.trimEnd(), `${ink.faint('   |')}  ${' '.repeat(from)}${ink.error(mark)}`];
}

/** The named lines below a block. */
function* factsOf(error: ToldError, block: Block): Generator<readonly [name: string, text: string]> {
  const { expected, found, hint, docs, isFirst } = block;
  if (expected !== '' || found !== '') {
    yield expected === '' ? ['found', found] : ['expected', found === '' ? expected : `${expected}; found ${found}`];
  }
  if (isFirst) {
    for (const [name, text] of error.facts) yield [name, safe(text)];
    if (error.omitted > 0) yield ['not listed', `${error.omitted} more`];
  }
  if (hint !== '') yield ['help', hint];
  if (docs !== undefined) yield ['docs', docs];
}
