import { type ErrorCode, isAlias, isMap, isNode, isScalar, isSeq, parseDocument } from 'yaml';
import { flatten, type Tree } from './flatten.ts';
import type { KeyTable } from './key-spec.ts';
import { LineIndex } from './line-index.ts';
import type { Entry, Report } from './problem.ts';

/**
 * The keys of a YAML 1.2 file. Every scalar keeps its literal text: `no` is "no", `007` is "007". Anchors, aliases and
 * tags are refused: a config needs none, and aliases can make a small file enormous.
 */
export function parseYaml(file: string, text: string, report: Report, table: KeyTable): Entry[] {
  const index = new LineIndex(file, text);
  const document = parseDocument(text, { version: '1.2', schema: 'core', prettyErrors: false, logLevel: 'error' });
  const [first] = document.errors;
  if (first !== undefined) {
    report.problem(index.at(first.pos[0]), `not valid YAML: ${words[first.code] ?? 'unreadable here'}`);
    return [];
  }
  if (document.contents === null) return [];
  const refused: number[] = [];
  const root = toTree(document.contents, refused);
  for (const offset of refused) {
    report.problem(index.at(offset), 'YAML anchors, aliases, tags and keys that are not plain text are not supported');
  }
  return refused.length > 0 ? [] : flatten(file, text, root, report, table);
}

function toTree(node: unknown, refused: number[]): Tree {
  const offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  if (isAlias(node) || (isNode(node) && (node.tag !== undefined || node.anchor !== undefined))) refused.push(offset);
  if (isSeq(node)) return { kind: 'list', offset, items: node.items.map((item) => toTree(item, refused)) };
  if (isMap(node)) {
    const pairs = node.items.map((pair) => {
      const key = toTree(pair.key, refused);
      if (key.kind !== 'scalar') refused.push(key.offset);
      return { key: key.kind === 'scalar' ? key.text : '', offset: key.offset, value: toTree(pair.value, refused) };
    });
    return { kind: 'map', offset, pairs };
  }
  if (!isScalar(node) || (node.value === null && node.type === 'PLAIN')) return { kind: 'scalar', offset, text: '' };
  return { kind: 'scalar', offset, text: node.source ?? String(node.value) };
}

// Our own words, because the parser's quote the text, which may be a secret.
const words: Partial<Record<ErrorCode, string>> = {
  BAD_INDENT: 'the indentation does not fit',
  BLOCK_AS_IMPLICIT_KEY: 'a value with a colon in it needs quotes, or the indentation does not fit',
  DUPLICATE_KEY: 'a key is given twice',
  MISSING_CHAR: 'a quote, bracket or colon is missing',
  MULTILINE_IMPLICIT_KEY: 'a key goes over several lines; is a colon missing?',
  MULTIPLE_DOCS: 'one document per file, so one connector per file',
  TAB_AS_INDENT: 'tabs cannot indent in YAML; use spaces',
  UNEXPECTED_TOKEN: 'this does not belong here',
  BAD_SCALAR_START: 'a value that begins with this character needs quotes',
  BAD_DQ_ESCAPE: 'no such escape in double quotes',
};
