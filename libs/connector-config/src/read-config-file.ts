import { extname } from 'node:path';
import { type ConfigFiles, readText } from './config-files.ts';
import type { KeyTable } from './key-spec.ts';
import { parseJson } from './parse-json.ts';
import { parseProperties } from './parse-properties.ts';
import { parseYaml } from './parse-yaml.ts';
import { type Entry, type Report, wholeFile } from './problem.ts';

const parsers: Readonly<Record<string, typeof parseJson>> = {
  '.properties': parseProperties,
  '.json': parseJson,
  '.yaml': parseYaml,
  '.yml': parseYaml,
};

export const configExtensions: readonly string[] = Object.keys(parsers);

/** Whether a file name ends in one of the extensions that are read, in any case. */
export function isConfigFile(name: string): boolean {
  return configExtensions.includes(extname(name).toLowerCase());
}

/** The keys of one file, by its extension; the table says which may be lists and maps. Whatever is wrong with the file goes to the report; then no keys come back. */
export function readConfigFile(files: ConfigFiles, file: string, report: Report, table: KeyTable): Entry[] {
  const parse = parsers[extname(file).toLowerCase()];
  if (parse === undefined) {
    report.problem(wholeFile(file), `the name must end in ${configExtensions.join(', ')}`);
    return [];
  }
  const read = readText(files, file);
  if ('failure' in read) {
    report.problem(wholeFile(file), `the file cannot be read: ${read.failure}`);
    return [];
  }
  try {
    return parse(file, read.text, report, table);
  } catch (error) {
    // The parsers recurse, so a hostile file can exhaust the stack; nothing else is theirs to throw.
    if (!(error instanceof RangeError)) throw error;
    report.problem(wholeFile(file), 'the file is nested too deeply');
    return [];
  }
}
