import type { Reference } from '@millrace/connector-config';

/**
 * Which secret references lanes may name: `env:NAME` or `file:/path`, each with `*` for any characters. A lane comes over
 * the network, so without such a list its sender could have any variable or file of this process sent as a token.
 */
export function parseReferenceRules(text: string): (reference: Reference) => boolean {
  const patterns = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  for (const pattern of patterns) {
    if (!/^(env:.|file:[/*])/.test(pattern))
      throw new Error(`wants env:NAME or file:/path, got ${JSON.stringify(pattern)}`);
  }
  return (reference) => {
    const name = reference.provider === 'env' ? `env:${reference.name}` : `file:${reference.path}`;
    return patterns.some((pattern) => matches(pattern, name));
  };
}

/** Without a regular expression, so that no pattern can be slow. */
function matches(pattern: string, text: string): boolean {
  const [head = '', ...others] = pattern.split('*');
  const tail = others.pop();
  if (tail === undefined) return text === pattern;
  if (!text.startsWith(head) || !text.endsWith(tail) || text.length < head.length + tail.length) return false;
  let at = head.length;
  for (const middle of others) {
    const found = text.indexOf(middle, at);
    if (found === -1 || found + middle.length > text.length - tail.length) return false;
    at = found + middle.length;
  }
  return true;
}
