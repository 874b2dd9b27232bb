import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { flatten, type Tree } from './flatten.ts';
import type { KeyTable } from './key-spec.ts';
import { LineIndex } from './line-index.ts';
import type { Entry, Report } from './problem.ts';

/** The keys of a JSON file. Strict JSON: comments and trailing commas are problems, and so is a key given twice. */
export function parseJson(file: string, text: string, report: Report, table: KeyTable): Entry[] {
  const index = new LineIndex(file, text);
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
  const [first] = errors;
  // The errors after the first are mostly its echo.
  if (first !== undefined)
    report.problem(
      index.at(first.offset),
      `not valid JSON: ${words[printParseErrorCode(first.error)] ?? 'unreadable'}`,
    );
  if (first !== undefined || root === undefined) return [];
  return flatten(file, text, toTree(root, text), report, table);
}

function toTree(node: Node, text: string): Tree {
  const { offset, children = [] } = node;
  if (node.type === 'array') return { kind: 'list', offset, items: children.map((item) => toTree(item, text)) };
  if (node.type === 'object') {
    const pairs = children.flatMap((property) => {
      const [key, value] = property.children ?? [];
      return key === undefined || value === undefined
        ? []
        : [{ key: String(key.value), offset: key.offset, value: toTree(value, text) }];
    });
    return { kind: 'map', offset, pairs };
  }
  if (node.type === 'string') return { kind: 'scalar', offset, text: String(node.value) };
  if (node.type === 'null') return { kind: 'scalar', offset, text: '' };
  return { kind: 'scalar', offset, text: text.slice(offset, offset + node.length) };
}

// Our own words, because a parser's often quote the text, which may be a secret.
const words: Record<string, string> = {
  InvalidSymbol: 'neither a string in double quotes, a number, true, false nor null',
  InvalidNumberFormat: 'a number is malformed',
  PropertyNameExpected: 'a key in double quotes is missing (or a comma is left over)',
  ValueExpected: 'a value is missing (or a comma is left over)',
  ColonExpected: 'a colon is missing',
  CommaExpected: 'a comma is missing',
  CloseBraceExpected: 'a closing brace is missing',
  CloseBracketExpected: 'a closing bracket is missing',
  EndOfFileExpected: 'there is more after the end',
  InvalidCommentToken: 'JSON has no comments',
  UnexpectedEndOfComment: 'JSON has no comments',
  UnexpectedEndOfString: 'a string has no closing quote',
  UnexpectedEndOfNumber: 'a number is cut off',
  InvalidUnicode: 'a \\u escape needs four hexadecimal digits',
  InvalidEscapeCharacter: 'no such escape; write a backslash as \\\\',
  InvalidCharacter: 'a control character stands in a string',
};
