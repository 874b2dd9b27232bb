import { readFileSync } from 'node:fs';

/** A file of JSONTestSuite's test_parsing, by its name without the `y_`, `n_` or `i_`. */
export interface SuiteCase {
  readonly name: string;
  readonly bytes: Buffer;
}

type Written = string | readonly (readonly [text: string, times: number])[];

const written = JSON.parse(readFileSync(new URL('cases.json', import.meta.url), 'utf8')) as Readonly<
  Record<'y' | 'n' | 'i', Readonly<Record<string, Written>>>
>;

/** What every reader must accept. */
export const validCases = casesOf(written.y);
/** What every reader must refuse. */
export const invalidCases = casesOf(written.n);
/** What RFC 8259 leaves to the reader. */
export const openCases = casesOf(written.i);

function casesOf(group: Readonly<Record<string, Written>>): readonly SuiteCase[] {
  return Object.entries(group).map(([name, content]) => {
    const text = typeof content === 'string' ? content : content.map(([part, times]) => part.repeat(times)).join('');
    return { name, bytes: Buffer.from(text, 'latin1') };
  });
}
