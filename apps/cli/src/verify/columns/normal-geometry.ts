const token = /[A-Za-z]+|[(),]|[^\s(),]+/g;

/**
 * Well-known text in one form for all texts of one geometry: Milvus keeps geometries as binary and writes the text anew
 * (`POINT(1.50 2)` comes back as `POINT (1.5 2)`). Words are in capitals, numbers are those of their doubles, blanks
 * stand between two of them only, and the points of a MULTIPOINT have no parentheses of their own.
 */
export function normalGeometry(text: string): string {
  const parts: string[] = [];
  let depth = 0;
  let multipointDepth = Number.POSITIVE_INFINITY;
  for (const part of text.match(token) ?? []) {
    if (part === ')') depth -= 1;
    const isPointOfMultipoint = (part === '(' || part === ')') && depth > multipointDepth;
    if (part === '(') depth += 1;
    if (depth <= multipointDepth && part === ')') multipointDepth = Number.POSITIVE_INFINITY;
    if (part.toUpperCase() === 'MULTIPOINT') multipointDepth = depth;
    if (!isPointOfMultipoint) parts.push(normalToken(part));
  }
  return parts.join(' ');
}

function normalToken(part: string): string {
  const value = Number(part);
  return Number.isNaN(value) ? part.toUpperCase() : String(value === 0 ? 0 : value);
}
