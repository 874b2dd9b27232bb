// Control characters, DEL and C1, line separators, lone surrogates, and the marks that reorder or hide text on a screen.
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/**
 * Makes text from a file safe for a terminal or a log line: characters that steer or hide are written as `\u{..}`, and
 * text longer than `charsMax` is cut with a mark of how much is missing.
 */
export function escapeText(text: string, charsMax = 200): string {
  const shown = text.length > charsMax ? `${text.slice(0, charsMax)}... (${text.length - charsMax} more)` : text;
  return shown.replace(unprintable, (char) => `\\u{${char.codePointAt(0)?.toString(16) ?? ''}}`);
}
