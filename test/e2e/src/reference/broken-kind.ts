import { jsonOf, type RowText } from './rows.ts';

/** One way for a record to be unfit, and what its dead letter has to say. */
export interface BrokenKind {
  readonly name: string;
  readonly code: string;
  readonly path: string;
  /** Violations in all; one where it does not say. */
  readonly violations?: number;
  /** The record's value, made out of a good row. */
  value(good: RowText): Buffer | null;
}

/** The row with other JSON text in some fields. */
export const withTexts = (texts: RowText) => (good: RowText) => Buffer.from(jsonOf({ ...good, ...texts }));

export const without = (field: string) => (good: RowText) =>
  Buffer.from(jsonOf(Object.fromEntries(Object.entries(good).filter(([name]) => name !== field))));

/** The row's whole text, rewritten. */
export const rewritten = (rewrite: (json: string) => string | Uint8Array) => (good: RowText) =>
  Buffer.from(rewrite(jsonOf(good)));

/** The row with more members in front, as they stand. */
export const withMembers = (members: string) => rewritten((json) => json.replace('{', () => `{${members}, `));

export const bytes = (content: string | Uint8Array) => () => Buffer.from(content);

/** One violation of one field: the kind's name, its code, the field, and the text that is wrong with it. */
export const field = (name: string, code: string, at: string, text: string, path = `$.${at}`): BrokenKind => ({
  name,
  code,
  path,
  value: withTexts({ [at]: text }),
});

/** One violation that has the path of an element of the field. */
export const element = (name: string, code: string, at: string, index: number, text: string): BrokenKind => ({
  name,
  code,
  path: `$.${at}[${index}]`,
  value: withTexts({ [at]: text }),
});
