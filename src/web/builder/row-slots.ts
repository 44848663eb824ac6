/**
 * Which element of the page shows which row. Pure, but for what it remembers.
 *
 * A row that scrolls out of sight leaves its element to one that comes in: text changes, no element is made or styled
 * anew. A row that stays keeps its element, and with it the focus.
 */

export interface Slot {
  readonly slot: number;
  readonly row: number;
}

export interface RowSlots {
  /** An element for each of these rows, in the order of the elements. The same rows give the same slots. */
  assign(rows: readonly number[]): readonly Slot[];
}

export const makeRowSlots = (): RowSlots => {
  let shown: readonly (number | null)[] = [];
  return {
    assign: (rows) => {
      const wanted = new Set(rows);
      const next = shown.map((row) => (row !== null && wanted.delete(row) ? row : null));
      let free = 0;
      for (const row of wanted) {
        while (free < next.length && next[free] !== null) free++;
        next[free] = row;
      }
      shown = next;
      return next.flatMap((row, slot) => (row === null ? [] : [{ slot, row }]));
    },
  };
};
