import { readdirSync, readFileSync, statSync } from 'node:fs';

/** No configuration file, and no file that a reference names, may be larger. */
export const fileBytesMax = 1024 * 1024;

/** How configuration reaches files; a test hands in its own. Both functions throw when they cannot. */
export interface ConfigFiles {
  /** The bytes of a file; throws when it is larger than `fileBytesMax`. */
  read(path: string): Uint8Array;
  /** Names of what is in a folder, in any order. */
  list(folder: string): readonly string[];
}

export const diskFiles: ConfigFiles = {
  read(path) {
    const stat = statSync(path);
    // A device or a pipe has no end, and opening a pipe waits for a writer.
    if (!stat.isFile()) throw new Error('not a regular file');
    if (stat.size > fileBytesMax) throw new Error(tooLarge);
    return readFileSync(path);
  },
  list: (folder) => readdirSync(folder),
};

const tooLarge = `larger than ${fileBytesMax} bytes`;

/**
 * The text of a file: UTF-8, without its byte order mark, lines ending in `\n`. A failure comes back as words that fit
 * after "the file is" or "cannot be read:", and never holds any of the file's content.
 */
export function readText(files: ConfigFiles, path: string): { text: string } | { failure: string } {
  let bytes: Uint8Array;
  try {
    bytes = files.read(path);
  } catch (error) {
    return { failure: reason(error) };
  }
  if (bytes.byteLength > fileBytesMax) return { failure: tooLarge };
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (text.includes('\0')) return { failure: 'holds a NUL character, so it is not text' };
    return { text: text.replace(/\r\n?/g, '\n') };
  } catch {
    return { failure: 'not UTF-8 text' };
  }
}

/** Why a file or folder could not be opened, without repeating its path. */
export function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'does not exist';
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied';
  if (code === 'EISDIR') return 'is a folder';
  if (typeof code === 'string') return code;
  return error instanceof Error ? error.message : 'unknown failure';
}
