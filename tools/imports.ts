import { parseAst } from 'vitest/node';

export interface Import {
  readonly specifier: string;
  /** Counted from 1. */
  readonly line: number;
}

/** Stands for the specifier of a dynamic import of anything but a plain string. */
export const computed = '(computed)';

/**
 * Everything that a module names to import or re-export, in any form: static, dynamic, for its types only, `require`.
 *
 * @throws Error when the source does not parse
 */
export function importsOf(file: string, source: string): Import[] {
  const found: Import[] = [];
  const add = (node: unknown, start: unknown): void => {
    const specifier = isNode(node) && node.type === 'Literal' && typeof node.value === 'string' ? node.value : computed;
    found.push({ specifier, line: source.slice(0, Number(start)).split('\n').length });
  };
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) for (const item of node) visit(item);
    if (!isNode(node)) return;
    if (namesModule.has(node.type) && node.source) add(node.source, node.start);
    if (node.type === 'TSExternalModuleReference') add(node.expression, node.start);
    if (isRequire(node)) add(Array.isArray(node.arguments) ? node.arguments[0] : undefined, node.start);
    for (const child of Object.values(node)) if (child instanceof Object) visit(child);
  };
  visit(parse(file, source));
  return found;
}

interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}

const namesModule = new Set([
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportAllDeclaration',
  'ImportExpression',
  'TSImportType',
]);

function isNode(value: unknown): value is Node {
  return value instanceof Object && 'type' in value && typeof value.type === 'string';
}

function isRequire(node: Node): boolean {
  return node.type === 'CallExpression' && isNode(node.callee) && node.callee.name === 'require';
}

function parse(file: string, source: string): unknown {
  try {
    return parseAst(source, { lang: 'ts' });
  } catch (error) {
    throw new Error(`${file} does not parse`, { cause: error });
  }
}
