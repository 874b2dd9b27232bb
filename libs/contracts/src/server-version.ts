/** A version of Milvus as people write it: `2.6.4`, or `2.6` for its first. */
export type MilvusVersion = `${number}.${number}` | `${number}.${number}.${number}`;

/** What a server says of its own version. */
export type ServerVersion =
  /** Milvus or Zilliz Cloud. The patch is infinite where only the line is known: a build of it is taken for its newest. */
  | { readonly product: 'milvus'; readonly major: number; readonly minor: number; readonly patch: number }
  /** Milvus Lite counts its own versions, which say nothing about Milvus's. */
  | { readonly product: 'milvus-lite' }
  /** A build of a branch, or a text that nobody knows. */
  | { readonly product: 'unknown' };

/** At the start: `v2.6.22`, `2.6.22-dev`, `2.4-20240101-abcdef`; or in a description: `…(Compatible with Milvus 2.6)`. */
const numbers = /^(?:v|.*\bMilvus v?)?(\d{1,6})\.(\d{1,6})(?:\.(\d{1,6}))?(?![\d.])/;

/**
 * Reads what GetVersion or Connect call the server's version. Builds of branches (`master-20260224-2d14975d18`) are
 * unknown.
 */
export function serverVersionOf(text: string): ServerVersion {
  if (/^milvus[_-]lite/i.test(text)) return { product: 'milvus-lite' };
  const [, major, minor, patch] = numbers.exec(text) ?? [];
  if (major === undefined || minor === undefined) return { product: 'unknown' };
  return {
    product: 'milvus',
    major: Number(major),
    minor: Number(minor),
    patch: patch === undefined ? Number.POSITIVE_INFINITY : Number(patch),
  };
}

/**
 * Whether a server has what came with a version of Milvus. An unknown server is taken for the newest, so that nothing is
 * kept from it by mistake; Milvus Lite has nothing of the kind, so ask for its product where that matters.
 */
export function isAtLeast(server: ServerVersion, version: MilvusVersion): boolean {
  if (server.product !== 'milvus') return server.product === 'unknown';
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  if (server.major !== major) return server.major > major;
  if (server.minor !== minor) return server.minor > minor;
  return server.patch >= patch;
}
