import { elementPath, memberPath } from '../shown-text.ts';

const index = /^(0|[1-9][0-9]*)$/;

/** A path of names and indexes as JSON paths are written: `$.doc.tags[0]`. */
export function pathText(root: string, path: readonly string[]): string {
  return path.reduce(
    (parent, segment) => (index.test(segment) ? elementPath(parent, Number(segment)) : memberPath(parent, segment)),
    root,
  );
}
