import { isAbsolute, normalize } from 'node:path';
import { type ConfigFiles, readText } from './config-files.ts';
import { parseProperties } from './parse-properties.ts';
import { Report } from './problem.ts';

/** What a `${env:NAME}` or `${file:/path:key}` asks for. The path is absolute and free of `..`. */
export type Reference =
  | { readonly provider: 'env'; readonly name: string }
  | { readonly provider: 'file'; readonly path: string; readonly key: string };

export interface ReferenceSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The bytes of a file; throws when it cannot be read. */
  readonly readFile: ConfigFiles['read'];
  /** Whether a reference may be followed: a config file must not be able to read whatever the process can. */
  readonly allow: (reference: Reference) => boolean;
}

export type Resolution =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly errors: readonly string[] };

// Kafka's ConfigTransformer takes `${provider:[path:]key}`; text without a colon, such as `${topic}`, is no reference.
const referencePattern = /\$\{([^{}:]*):((?:[^{}]|\$\{[^{}]*\})*)\}/g;
const environmentName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Replaces every reference in a text by what it names, once: what comes out is not searched again, as in Kafka Connect's
 * ConfigTransformer. Unlike there, a reference that cannot be followed is an error instead of staying in the text.
 * Errors name the reference, never a value.
 */
export function resolveReferences(text: string, sources: ReferenceSources): Resolution {
  const errors: string[] = [];
  const resolved = text.replace(referencePattern, (whole, provider: string, rest: string) => {
    const outcome = follow(whole, provider, rest, sources);
    if ('text' in outcome) return outcome.text;
    errors.push(outcome.error);
    return '';
  });
  errors.push(...unclosed(text));
  return errors.length === 0 ? { ok: true, text: resolved } : { ok: false, errors };
}

/** What is wrong with the form of the references in a text that somebody else resolves; empty when nothing is. */
export function checkReferences(text: string): readonly string[] {
  const errors = [...text.matchAll(referencePattern)].flatMap(([whole, provider, rest]) => {
    const parsed = parseReference(whole, provider ?? '', rest ?? '');
    return 'error' in parsed ? [parsed.error] : [];
  });
  return [...errors, ...unclosed(text)];
}

function unclosed(text: string): readonly string[] {
  const left = text.replace(referencePattern, '');
  return /\$\{(?:env|file):/.test(left) ? ['a reference has no closing brace'] : [];
}

export function hasReference(text: string): boolean {
  return text.search(referencePattern) !== -1;
}

type Outcome = { readonly text: string } | { readonly error: string };

function follow(whole: string, provider: string, rest: string, sources: ReferenceSources): Outcome {
  const parsed = parseReference(whole, provider, rest);
  if ('error' in parsed) return parsed;
  const { reference } = parsed;
  if (!sources.allow(reference)) return { error: `${whole} is not on the list of references allowed here` };
  if (reference.provider === 'env') {
    const text = Object.hasOwn(sources.env, reference.name) ? sources.env[reference.name] : undefined;
    return text === undefined ? { error: `${whole}: the environment has no ${reference.name}` } : { text };
  }
  return fromFile(whole, reference.path, reference.key, sources.readFile);
}

function fromFile(whole: string, path: string, key: string, read: ConfigFiles['read']): Outcome {
  const file = readText({ read, list: () => [] }, path);
  if ('failure' in file) return { error: `${whole}: the file cannot be read: ${file.failure}` };
  const found = parseProperties(path, file.text, new Report()).findLast((entry) => entry.key === key);
  return found === undefined ? { error: `${whole}: the file has no key ${key}` } : { text: found.text };
}

function parseReference(whole: string, provider: string, rest: string): { reference: Reference } | { error: string } {
  if (rest.includes('${')) return { error: `${whole}: a reference inside a reference is not supported` };
  if (provider === 'env') {
    if (!environmentName.test(rest)) return { error: `${whole}: not a name of an environment variable` };
    return { reference: { provider, name: rest } };
  }
  if (provider === 'file') {
    const colon = rest.lastIndexOf(':');
    const path = rest.slice(0, Math.max(colon, 0));
    const key = rest.slice(colon + 1);
    if (!isAbsolute(path) || key === '') return { error: `${whole}: must be \${file:/absolute/path:key}` };
    return { reference: { provider, path: normalize(path), key } };
  }
  return { error: `${whole}: no provider of that name; there are env and file` };
}
