/**
 * The known key that a mistyped one most likely means: the nearest within two edits (insert, delete, replace, swap of
 * neighbours), case aside; within one edit where either has at most four letters, because there two would match almost
 * anything.
 */
export function nearestKey(key: string, known: Iterable<string>): string | undefined {
  const wanted = key.toLowerCase();
  let nearest: string | undefined;
  let fewest = 3;
  for (const candidate of known) {
    const limit = Math.min(fewest, Math.min(candidate.length, wanted.length) <= 4 ? 2 : 3);
    if (Math.abs(candidate.length - wanted.length) >= limit) continue;
    const edits = editDistance(wanted, candidate.toLowerCase());
    if (edits < limit) {
      fewest = edits;
      nearest = candidate;
    }
  }
  return nearest;
}

/** Optimal string alignment distance, three rows at a time. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min((row[j - 1] ?? 0) + 1, (above[j] ?? 0) + 1, (above[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, (before[j - 2] ?? 0) + 1);
      }
      row.push(least);
    }
    before = above;
    above = row;
  }
  return above[b.length] ?? 0;
}
