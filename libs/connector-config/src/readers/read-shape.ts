import type { ShapeConfig } from '../connector-config.ts';
import { parseFieldPath } from '../field-path.ts';
import { unknownFieldPolicies } from '../keys/shape-keys.ts';
import type { ConnectorReader } from './read-connector.ts';

/** Reads how members become fields, and checks that no two of them end under one name. */
export function readShape(read: ConnectorReader): ShapeConfig {
  const include = readInclude(read);
  const exclude = read.names('fields.exclude');
  for (const name of include.filter((each) => exclude.includes(each))) {
    read.problem('fields.exclude', `leaves out ${name}, which fields.include asks for`);
  }
  const renames = readRenames(read, include, exclude);
  const sources = readSources(read, renames);
  return {
    unknownFields: read.optionalChoice('unknown.fields', unknownFieldPolicies),
    include,
    exclude,
    renames,
    sources,
  };
}

function readInclude(read: ConnectorReader): readonly string[] {
  const include = read.names('fields.include');
  const whitelist = read.names('fields.whitelist');
  if (include.length > 0 && whitelist.length > 0) {
    read.problem('fields.whitelist', 'fields.include is set as well, which is its newer name', {
      help: 'leave one of them out',
    });
  }
  return include.length > 0 ? include : whitelist;
}

function readRenames(
  read: ConnectorReader,
  include: readonly string[],
  exclude: readonly string[],
): ShapeConfig['renames'] {
  const key = 'fields.rename';
  const renames = new Map<string, string>();
  const targets = new Set<string>();
  const isChosen = (name: string) => !exclude.includes(name) && (include.length === 0 || include.includes(name));
  for (const [from, to] of read.namePairs(key)) {
    if (renames.has(from)) read.problem(key, `gives ${from} two names`);
    if (targets.has(to)) read.problem(key, `gives two members the name ${to}`);
    if (!isChosen(from)) read.problem(key, `${from} is not read, so it cannot be renamed`, { help: notRead(include) });
    renames.set(from, to);
    targets.add(to);
  }
  for (const name of include.filter((each) => targets.has(each) && !renames.has(each))) {
    read.problem(key, `gives another member the name ${name}, which fields.include reads as well`);
  }
  return [...renames].map(([from, to]) => ({ from, to }));
}

function notRead(include: readonly string[]): string {
  return include.length > 0 ? 'add it to fields.include' : 'take it out of fields.exclude';
}

function readSources(read: ConnectorReader, renames: ShapeConfig['renames']): ShapeConfig['sources'] {
  const key = 'fields.source';
  const sources = new Map<string, ShapeConfig['sources'][number]>();
  for (const [field, item] of read.pairs(key)) {
    const path = parseFieldPath(item.text);
    if ('failure' in path) {
      const help = path.help === undefined ? {} : { help: path.help };
      read.problem(key, path.failure, { foundAt: item.at + path.at, ...help });
      continue;
    }
    if (sources.has(field)) read.problem(key, `gives ${field} two sources`);
    if (renames.some(({ to }) => to === field)) read.problem(key, `${field} is what fields.rename calls a member`);
    sources.set(field, { field, ...path });
  }
  return [...sources.values()];
}
