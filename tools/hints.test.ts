/** Whatever an error tells a person to run or to set has to exist, under that name. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { catalogue, isErrorCode } from '@millrace/errors';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const helpOf = (app: string) =>
  execFileSync(process.execPath, [join(root, 'apps', app, 'src/main.ts'), '--help'], { encoding: 'utf8' });

const services = ['consumer', 'schema-validator', 'inserter'] as const;
const settings = new Map(
  services.map((name) => [name, new Set(firstWords(helpOf(name), /^ {2}([A-Z][A-Z0-9_]+) /gm))]),
);
const commands = new Set(firstWords(helpOf('cli'), /^ {2}([a-z-]+) (?:\[|<)/gm));
const scripts = new Set(Object.keys(JSON.parse(read('package.json')).scripts));
/** By key, what its type column says. */
const keys = new Map(
  [...read('docs/connector-keys.md').matchAll(/^\| `([^`]+)` \| ([^|]*) \|/gm)].map(([, key = '', type = '']) => [
    key,
    type,
  ]),
);

/** Settings and files of Kafka and Milvus, by their own names. */
const foreign = new Set([
  'common.storage.useLoonFFI',
  'compression.type',
  'max.message.bytes',
  'message.max.bytes',
  'proxy.grpc.serverMaxRecvSize',
  'kafka-consumer-groups.sh',
]);

function firstWords(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, word = '']) => word);
}

/** Of Java, as converters are named. */
const isClassName = (name: string) => /^(org|io|com)\..*\.[A-Z]\w+$/.test(name);

/** What a text names that does not exist. */
function unknownNames(text: string): string[] {
  const found: string[] = [];
  for (const [, command = ''] of text.matchAll(/`(?:npx )?millrace ([a-z-]+)/g)) {
    if (!commands.has(command)) found.push(`millrace ${command}`);
  }
  for (const [, run, script = ''] of text.matchAll(/\bnpm (run )?([a-z:]+)/g)) {
    if (!scripts.has(script) || (!run && !['start', 'test'].includes(script))) found.push(`npm ${run ?? ''}${script}`);
  }
  for (const [, name = '', service] of text.matchAll(
    /\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\b`?(?: of (?:the|this) ([a-z-]+))?/g,
  )) {
    const of = services.find((each) => each === service);
    const known = of ? settings.get(of)?.has(name) : [...settings.values()].some((each) => each.has(name));
    if (!known) found.push(of ? `${name} of the ${of}` : name);
  }
  for (const [name, value] of namesWithDots(text)) {
    if (isErrorCode(name) || foreign.has(name) || isClassName(name)) continue;
    const type = keys.get(name);
    if (type === undefined) found.push(name);
    else if (value !== undefined && type.includes('`') && !type.includes(`\`${value}\``))
      found.push(`${name}=${value}`);
  }
  return found;
}

/** Dotted names, each with the value behind `=` where there is one; no paths of files, JSON or headers, and no addresses. */
function namesWithDots(text: string): (readonly [name: string, value: string | undefined])[] {
  const plain = text.replaceAll(/\]\([^)]*\)/g, ']').replaceAll(/https?:\/\/\S+/g, '');
  const pattern = /(?<![\w$./-])([a-z][\w-]*(?:\.[A-Za-z][\w-]*)+)(?:=([A-Za-z]+))?(?![\w/(])/g;
  return [...plain.matchAll(pattern)].map(([, name = '', value]) => [name, value] as const);
}

describe('what hints and pages name exists', () => {
  it('the lists that they are checked against are not empty', () => {
    expect(settings.get('inserter')).toContain('WRITE_BYTES_MAX');
    expect(settings.get('consumer')).not.toContain('WRITE_BYTES_MAX');
    expect(commands).toContain('dead-letters');
    expect(keys.get('errors.tolerance')).toBe('`none` or `all`');
    expect(keys.size).toBeGreaterThan(50);
  });

  it.each(Object.entries(catalogue))('%s', (_, { hint, title, meaning, steps }) => {
    expect([hint, title, meaning, ...steps].flatMap(unknownNames)).toEqual([]);
  });

  const pages = readdirSync(join(root, 'docs/errors')).map((file) => `docs/errors/${file}`);
  it.each(pages)('%s', (page) => {
    expect(unknownNames(read(page).replaceAll(/^```[\s\S]*?^```/gm, ''))).toEqual([]);
  });

  it.each([
    ['run `npx millrace dlq show`', ['millrace dlq']],
    ['run `npm run fix`', ['npm run fix']],
    ['run npm docs', ['npm docs']],
    ['raise RECORD_BYTES_MAX of the inserter', ['RECORD_BYTES_MAX of the inserter']],
    ['raise `NO_SUCH_SETTING`', ['NO_SUCH_SETTING']],
    ['set insert.mod=insert, or `errors.tolerance=some`', ['insert.mod', 'errors.tolerance=some']],
    ['see milvus.no_such_code and max.poll', ['milvus.no_such_code', 'max.poll']],
    ['`npx millrace status`, `npm run docs`, RECORD_BYTES_MAX of the schema-validator, `errors.tolerance=all`', []],
  ])('a name that does not exist is found: %s', (text, found) => {
    expect(unknownNames(text)).toEqual(found);
  });
});
