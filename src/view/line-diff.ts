/**
 * Two texts as the hunks of a unified diff. Myers' algorithm, after equal beginnings and ends are cut off; texts that
 * differ in more lines than `mostEdits` are shown as wholly replaced, since nobody reads such a diff line by line.
 */

export interface Hunk {
  /** Lines of the old and the new text that it covers, counted from 1. */
  readonly oldStart: number;
  readonly newStart: number;
  readonly lines: readonly DiffLine[];
}

export interface DiffLine {
  readonly kind: 'same' | 'removed' | 'added';
  readonly text: string;
}

const mostEdits = 400;
const contextLines = 3;

/** No hunk for equal texts. A line break at the end makes no line of its own. */
export const diffLines = (before: string, after: string): readonly Hunk[] => {
  const [a, b] = [linesOf(before), linesOf(after)];
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const middle = edit(a.slice(head, a.length - tail), b.slice(head, b.length - tail));
  const same = (text: string): DiffLine => ({ kind: 'same', text });
  return toHunks([...a.slice(0, head).map(same), ...middle, ...a.slice(a.length - tail).map(same)]);
};

const linesOf = (text: string): readonly string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));

/** The shortest way from one list to the other. */
const edit = (a: readonly string[], b: readonly string[]): readonly DiffLine[] => {
  const replaced: readonly DiffLine[] = [
    ...a.map((text) => ({ kind: 'removed', text }) as const),
    ...b.map((text) => ({ kind: 'added', text }) as const),
  ];
  if (a.length === 0 || b.length === 0) return replaced;
  const trail = search(a, b);
  return trail === null ? replaced : walkBack(a, b, trail);
};

/** For each number of edits, how far every diagonal came; null if there are too many. */
const search = (a: readonly string[], b: readonly string[]): readonly ReadonlyMap<number, number>[] | null => {
  const far = new Map<number, number>([[1, 0]]);
  const trail: ReadonlyMap<number, number>[] = [];
  for (let edits = 0; edits <= Math.min(mostEdits, a.length + b.length); edits++) {
    trail.push(new Map(far));
    for (let k = -edits; k <= edits; k += 2) {
      let x = isDown(far, k, edits) ? at(far, k + 1) : at(far, k - 1) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      far.set(k, x);
      if (x >= a.length && x - k >= b.length) return trail;
    }
  }
  return null;
};

const at = (far: ReadonlyMap<number, number>, k: number): number => far.get(k) ?? -1;

const isDown = (far: ReadonlyMap<number, number>, k: number, edits: number): boolean =>
  k === -edits || (k !== edits && at(far, k - 1) < at(far, k + 1));

const walkBack = (
  a: readonly string[],
  b: readonly string[],
  trail: readonly ReadonlyMap<number, number>[],
): readonly DiffLine[] => {
  const lines: DiffLine[] = [];
  let [x, y] = [a.length, b.length];
  const takeSame = (): void => {
    x--;
    y--;
    lines.push({ kind: 'same', text: a[x] as string });
  };
  for (let edits = trail.length - 1; edits >= 0; edits--) {
    const far = trail[edits] as ReadonlyMap<number, number>;
    const k = x - y;
    const from = isDown(far, k, edits) ? k + 1 : k - 1;
    const fromX = edits === 0 ? 0 : at(far, from);
    const fromY = edits === 0 ? 0 : fromX - from;
    while (x > fromX && y > fromY) takeSame();
    if (edits === 0) break;
    if (x === fromX) lines.push({ kind: 'added', text: b[fromY] as string });
    else lines.push({ kind: 'removed', text: a[fromX] as string });
    [x, y] = [fromX, fromY];
  }
  return lines.reverse();
};

const toHunks = (lines: readonly DiffLine[]): readonly Hunk[] => {
  const hunks: Hunk[] = [];
  let [oldLine, newLine] = [1, 1];
  let open: { oldStart: number; newStart: number; lines: DiffLine[]; quiet: number } | null = null;
  const close = (): void => {
    if (open === null) return;
    const extra = Math.max(0, open.quiet - contextLines);
    hunks.push({
      oldStart: open.oldStart,
      newStart: open.newStart,
      lines: open.lines.slice(0, open.lines.length - extra),
    });
    open = null;
  };
  lines.forEach((line, i) => {
    if (line.kind === 'same') {
      if (open !== null) {
        open.lines.push(line);
        open.quiet++;
        if (open.quiet > contextLines * 2) close();
      }
    } else {
      if (open === null) {
        const before = lines.slice(Math.max(0, i - contextLines), i).filter(({ kind }) => kind === 'same');
        open = { oldStart: oldLine - before.length, newStart: newLine - before.length, lines: before, quiet: 0 };
      }
      open.lines.push(line);
      open.quiet = 0;
    }
    if (line.kind !== 'added') oldLine++;
    if (line.kind !== 'removed') newLine++;
  });
  close();
  return hunks;
};
