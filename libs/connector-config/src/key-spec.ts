/** What one key is: the page of keys, the checks, the defaults and did-you-mean all come from this. */
export type KeySpec = UsedKey | IgnoredKey | UnsupportedKey;

interface Described {
  readonly importance: 'high' | 'medium' | 'low';
  readonly documentation: string;
  readonly example: string;
}

/**
 * Read and obeyed. A list is `a,b` and a map `a:b,c:d`; quotes keep commas and colons together (`split-list.ts`).
 */
export type UsedKey = Described & { readonly status: 'used' } & (
    | { readonly type: 'string' | 'list' | 'map' | 'password'; readonly default: string | undefined }
    | { readonly type: 'boolean'; readonly default: boolean | undefined }
    | { readonly type: 'int'; readonly default: number | undefined; readonly min: number; readonly max: number }
    | { readonly type: 'choice'; readonly default: string | undefined; readonly values: readonly string[] }
  );

/** Kafka Connect's, and without meaning here: accepted with a note. `documentation` says why. */
export type IgnoredKey = Described & { readonly status: 'ignored'; readonly type: 'any' };

/**
 * Changes what is read or written, and is not supported yet: a problem, so that nobody relies on it in vain. The values
 * in `harmless` ask for what happens anyway, and are accepted.
 */
export type UnsupportedKey = Described & {
  readonly status: 'unsupported';
  readonly type: 'any';
  readonly harmless: readonly string[];
};

/** Keys by name; a name that ends in `.*` stands for every key that begins like it. */
export type KeyTable = Readonly<Record<string, KeySpec>>;

/** The default as a file would hold it. */
export function defaultText(spec: KeySpec): string | undefined {
  return spec.status === 'used' && spec.default !== undefined ? String(spec.default) : undefined;
}

/** The rule of a key, its own before one that ends in `.*`; undefined for a key that the table does not know. */
export function findSpec(table: KeyTable, key: string): KeySpec | undefined {
  if (Object.hasOwn(table, key)) return table[key];
  const family = Object.keys(table).find((name) => name.endsWith('.*') && key.startsWith(name.slice(0, -1)));
  return family === undefined ? undefined : table[family];
}

export function ignored(documentation: string, example: string): IgnoredKey {
  return { status: 'ignored', type: 'any', importance: 'low', documentation, example };
}

export function unsupported(documentation: string, example: string, harmless: readonly string[] = []): UnsupportedKey {
  return { status: 'unsupported', type: 'any', importance: 'medium', documentation, example, harmless };
}
