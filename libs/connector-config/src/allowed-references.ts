import type { Reference } from './references.ts';

/**
 * Which references of configuration files may be followed. Files may come from people who must not see this machine's
 * environment and files, so names are listed: `envNames` of variables, a `*` at the end standing for any rest, and
 * `folders` of files, both separated by commas.
 */
export function allowedReferences(envNames: string, folders: string): (reference: Reference) => boolean {
  const names = listed(envNames);
  const roots = listed(folders).map((folder) => folder.replace(/\/+$/, ''));
  return (reference) =>
    reference.provider === 'env'
      ? names.some((name) => isNamed(reference.name, name))
      : roots.some((root) => root !== '' && reference.path.startsWith(`${root}/`));
}

const listed = (text: string): string[] => text.split(',').map((part) => part.trim());

const isNamed = (name: string, pattern: string): boolean =>
  pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
