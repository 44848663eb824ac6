/** Where a key leads in the grid of works. Pure. Row -1 is the header. */

export interface Place {
  readonly row: number;
  readonly column: number;
}

export interface GridSize {
  readonly rows: number;
  readonly columns: number;
  /** Rows that are seen at once. */
  readonly page: number;
}

interface Key {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}

/** The place that a key leads to, as the ARIA grid pattern has it; null if the key does not move. */
export const placeAfter = ({ row, column }: Place, { key, ctrlKey, metaKey }: Key, size: GridSize): Place | null => {
  const isFar = ctrlKey || metaKey;
  const at = (nextRow: number, nextColumn: number): Place => ({
    row: Math.max(-1, Math.min(size.rows - 1, nextRow)),
    column: Math.max(0, Math.min(size.columns - 1, nextColumn)),
  });
  switch (key) {
    case 'ArrowDown':
      return at(isFar ? size.rows - 1 : row + 1, column);
    case 'ArrowUp':
      return at(isFar ? 0 : row - 1, column);
    case 'ArrowRight':
      return at(row, column + 1);
    case 'ArrowLeft':
      return at(row, column - 1);
    case 'Home':
      return at(isFar ? 0 : row, 0);
    case 'End':
      return at(isFar ? size.rows - 1 : row, size.columns - 1);
    case 'PageDown':
      return at(row + size.page, column);
    case 'PageUp':
      return at(Math.max(row - size.page, 0), column);
    default:
      return null;
  }
};

/** The rows between two, both included, whichever comes first. */
export const rowsBetween = (a: number, b: number): readonly number[] => {
  const [from, to] = [Math.max(0, Math.min(a, b)), Math.max(a, b)];
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
};
