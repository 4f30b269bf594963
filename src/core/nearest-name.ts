/**
 * The candidate with the smallest edit distance to `name`: what somebody who mistyped it most likely meant. Of equal ones the one that
 * begins with the most of it.
 */
export function nearestName(name: string, candidates: readonly string[]): string {
  let best = candidates[0];
  let bestDistance = Infinity;
  for (const candidate of candidates) {
    const distance = editDistance(name, candidate);
    const isCloser = distance === bestDistance && nAlike(name, candidate) > nAlike(name, best);
    if (distance < bestDistance || isCloser) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Number of first characters that two names have in common. */
function nAlike(a: string, b: string): number {
  let n = 0;
  while (n < a.length && a[n] === b[n]) n++;
  return n;
}

/** Levenshtein distance: single-character insertions, deletions and replacements. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      current[j] = Math.min(replaced, previous[j] + 1, current[j - 1] + 1);
    }
    previous = current;
  }
  return previous[b.length];
}
