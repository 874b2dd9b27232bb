import type { JsonMember } from '../formats/json-value.ts';
import { memberPath } from '../shown-text.ts';
import type { Row, UnknownMember } from './row.ts';

/**
 * Gives the unknown members of a row their new names, where they have any, and moves all of them to a document of their
 * own that spells the names so. A name that comes out twice is a problem of the row.
 */
export function renameUnknown(row: Row, newNames: ReadonlyMap<JsonMember, string>): void {
  const { document, unknown } = row;
  const pieces: Buffer[] = [];
  let length = 0;
  const append = (bytes: Buffer): number => {
    pieces.push(bytes);
    const start = length;
    length += bytes.length;
    return start;
  };
  const names = new Set<string>();
  row.unknown = unknown.map((member): UnknownMember => {
    const newName = newNames.get(member);
    const { name, keyStart, keyEnd, value } = member;
    const path = memberPath('$', name);
    const key = newName === undefined ? document.subarray(keyStart, keyEnd) : Buffer.from(JSON.stringify(newName));
    const newKeyStart = append(key);
    const start = append(document.subarray(value.start, value.end));
    const finalName = newName ?? name;
    if (names.has(finalName)) row.problems.push(renamedOnto(finalName, path));
    names.add(finalName);
    return {
      name: finalName,
      path,
      keyStart: newKeyStart,
      keyEnd: newKeyStart + key.length,
      value: { ...value, start, end: start + value.end - value.start },
    };
  });
  row.document = Buffer.concat(pieces);
}

/** The member at the path has the name of another one of the record, one of them by a renaming. */
export function renamedOnto(name: string, path: string, fields: readonly number[] = []): Row['problems'][number] {
  const message = `the record has two members that are called \`${name}\` once they are renamed`;
  return { code: 'V060', finding: { path, message, expected: 'one of the two', found: 'both' }, fields };
}
