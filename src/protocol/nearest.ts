/** The known name that an unknown one was probably meant to be. */

/** A slip has at most so many edits, however long the name: of a third of 300 letters anything would be near. */
const mostEdits = 3;

/**
 * The nearest of `known` by edits, if it is near enough to be a slip: one edit in three letters, at least one and at
 * most three. Two neighbouring letters in the wrong order are one edit. Upper and lower case are one. Else null.
 */
export const nearest = (name: string, known: readonly string[]): string | null => {
  const limit = Math.min(mostEdits, Math.max(1, Math.floor(name.length / 3)));
  const wanted = name.toLowerCase();
  let best: { readonly name: string; readonly distance: number } | null = null;
  for (const candidate of known) {
    // What differs in length by more than the limit is farther; it need not be measured.
    if (Math.abs(candidate.length - name.length) > limit) continue;
    const most = best === null ? limit : best.distance - 1;
    const distance = editDistance(wanted, candidate.toLowerCase(), most);
    if (distance <= most) best = { name: candidate, distance };
    if (distance === 0) break;
  }
  return best?.name ?? null;
};

/**
 * Insertions, deletions, substitutions and swaps of neighbours that make one of the other, no letter edited twice. Once
 * they are more than `most` the count ends: of ten thousand candidates almost all are out after a few letters.
 */
const editDistance = (left: string, right: string, most: number): number => {
  let before: readonly number[] = [];
  let row: readonly number[] = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const substituted = (row[j - 1] as number) + (left[i - 1] === right[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1];
      const swapped = isSwap ? (before[j - 2] as number) + 1 : Infinity;
      next.push(Math.min(substituted, swapped, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    [before, row] = [row, next];
    // A swap reaches back two rows: only two of them beyond the limit can never come back.
    if (Math.min(...row) > most && Math.min(...before) > most) return Infinity;
  }
  return row[right.length] as number;
};
