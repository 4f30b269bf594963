/** Fewest characters that are taken for the beginning of a name. */
const FEWEST = 3;

/**
 * What somebody who mistyped a name most likely meant: of the candidates that begin with it, else of all, the one with the smallest edit
 * distance.
 */
export function nearestName(name: string, candidates: readonly string[]): string {
  const beginning = name.length < FEWEST ? [] : candidates.filter((candidate) => candidate.startsWith(name));
  let best = candidates[0];
  let bestDistance = Infinity;
  for (const candidate of beginning.length > 0 ? beginning : candidates) {
    const distance = editDistance(name, candidate);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
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
