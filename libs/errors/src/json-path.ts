import { escapeText } from './escape-text.ts';

/** Longest path, characters (lane.proto). */
const pathCharsMax = 512;

const identifier = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** A JSON path one member deeper: `$.name`, or `$['odd name']` where the name is no identifier. */
export function memberPath(parent: string, name: string): string {
  const short = name.length > pathCharsMax ? name.slice(0, pathCharsMax) : name;
  if (identifier.test(short)) return shorten(`${parent}.${short}`);
  const quoted = escapeText(short, pathCharsMax).replaceAll("'", "\\'");
  return shorten(`${parent}['${quoted}']`);
}

/** A JSON path to an element, by its index from 0. */
export function elementPath(parent: string, index: number): string {
  return shorten(`${parent}[${index}]`);
}

function shorten(path: string): string {
  return path.length > pathCharsMax ? `${path.slice(0, pathCharsMax - 1)}…` : path;
}
