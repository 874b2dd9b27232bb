import { type Block, blocksOf, safe, type ToldError } from './told-error.ts';

/**
 * An error for pipes, logs and screen readers: one `name: text` a line, without colours, marks or alignment. Blocks of
 * further violations begin with `and`.
 */
export function tellError(error: ToldError): string[] {
  return blocksOf(error).flatMap((block) => [...linesOf(error, block)].map(([name, text]) => `${name}: ${text}`));
}

function* linesOf(error: ToldError, block: Block): Generator<readonly [name: string, text: string]> {
  const { isFirst, code, title, path, excerpt, expected, found, hint, docs } = block;
  yield [`${isFirst ? error.kind : 'and'} ${code}`, title];
  if (isFirst && error.place !== '') yield ['place', safe(error.place)];
  if (path !== '') yield ['path', path];
  if (isFirst && error.about.length > 0) yield ['record', error.about.map(safe).join(', ')];
  if (excerpt) yield ['excerpt', [excerpt.text, excerpt.note && `(${excerpt.note})`].filter(Boolean).join(' ')];
  if (expected !== '') yield ['expected', expected];
  if (found !== '') yield ['found', found];
  if (isFirst) {
    for (const [name, text] of error.facts) yield [name, safe(text)];
    if (error.omitted > 0) yield ['not listed', `${error.omitted} more`];
  }
  if (hint !== '') yield ['help', hint];
  if (docs !== undefined) yield ['docs', docs];
}
