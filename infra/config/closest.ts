/** The candidate that differs from `text` by the fewest edits, when it is close enough to be a slip of the hand. */
export function closest(text: string, candidates: readonly string[]): string | undefined {
  const within = Math.max(1, Math.floor(text.length / 3));
  const [best] = candidates
    .map((candidate) => ({ candidate, distance: edits(text.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ distance }) => distance <= within)
    .sort((a, b) => a.distance - b.distance);
  return best?.candidate;
}

/** Number of insertions, deletions and replacements between two texts (Levenshtein), row by row. */
function edits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [i, a] of [...from].entries()) {
    const next = [i + 1];
    for (const [j, b] of [...to].entries()) {
      next.push(Math.min((row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1, (row[j] ?? 0) + (a === b ? 0 : 1)));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
