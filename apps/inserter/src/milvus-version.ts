/** Milvus's own numbers, such as 2.6.2. */
type Version = readonly [major: number, minor: number, patch: number];

/** milvus-lite counts by itself: 3.2.2 says nothing of what Milvus 3.2.2 would do. */
export function isMilvusLite(serverVersion: string): boolean {
  return serverVersion.startsWith('milvus_lite');
}

/**
 * Whether a server is of this version of Milvus or a newer one, by what GetVersion says: `v2.3.5`, `v2.6.0-beta`,
 * `Zilliz Cloud Vector Database(Compatible with Milvus 2.5)`. One that names no number (a build from source) counts as new.
 */
export function isAtLeast(serverVersion: string, wanted: Version): boolean {
  const found = /(\d+)\.(\d+)(?:\.(\d+))?/.exec(serverVersion);
  if (!found) return true;
  const version = [found[1], found[2], found[3]].map((digits) => Number(digits ?? 0));
  for (const [index, number] of wanted.entries()) {
    const difference = (version[index] ?? 0) - number;
    if (difference !== 0) return difference > 0;
  }
  return true;
}
