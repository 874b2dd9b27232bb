import { defaultText, findSpec, type KeyTable } from './key-spec.ts';
import { nearestKey } from './nearest-key.ts';
import { keyName } from './parse-properties.ts';
import { type Entry, type Report, wholeFile } from './problem.ts';
import { transformHelp } from './transform-help.ts';

/** A config needs no more keys than this; it bounds the work on a hostile file. */
export const keysMax = 1000;

/**
 * Says about each key of a file whether it is known, means nothing here, or is not supported. A key that looks like a
 * mistyped one is a problem; any other unknown key gets a note. Values of unknown keys are never shown: they may be
 * secrets.
 */
export function checkKeys(file: string, entries: readonly Entry[], table: KeyTable, report: Report): void {
  if (entries.length > keysMax) {
    report.problem(wholeFile(file), `more than ${keysMax} keys`);
    return;
  }
  for (const entry of entries) checkKey(entry, entries, table, report);
}

function checkKey(entry: Entry, all: readonly Entry[], table: KeyTable, report: Report): void {
  const key = keyName(entry.key);
  const exact = Object.hasOwn(table, entry.key) && !entry.key.endsWith('.*');
  const spec = findSpec(table, entry.key);
  if (!exact) {
    const names = Object.keys(table).filter((name) => !name.endsWith('.*'));
    const nearest = key === undefined ? undefined : nearestKey(key, names);
    if (nearest !== undefined) {
      reportTypo(entry, nearest, table, report);
      return;
    }
  }
  if (spec === undefined) {
    report.note(entry, key, key === undefined ? 'this line has no key that could be one' : 'unknown key, not read');
  } else if (spec.status === 'ignored') {
    report.note(entry, key, `ignored. ${spec.documentation}`);
  } else if (spec.status === 'unsupported' && !spec.harmless.includes(entry.text.trim().toLowerCase())) {
    const example = spec.harmless.find((value) => value !== '');
    const instead = key === 'transforms' ? transformHelp(all) : undefined;
    report.problem(entry, `not supported. ${spec.documentation}`, {
      key,
      found: entry.text,
      help: instead ?? (example === undefined ? 'leave it out' : `leave it out, or set it to ${example}`),
    });
  }
}

function reportTypo(entry: Entry, nearest: string, table: KeyTable, report: Report): void {
  const spec = table[nearest];
  report.problem(entry, 'unknown key', {
    key: entry.key,
    default: spec && defaultText(spec),
    example: spec && `${nearest}=${spec.example}`,
    help: `did you mean ${nearest}?`,
  });
}
