/**
 * One work in the grid. It is drawn anew only when something of it changes. Its element may have shown another work
 * before (`row-slots.ts`), so whatever can differ is text or an attribute where it can be: making and styling elements is
 * what scrolling would cost.
 */
import { memo, type MouseEvent, type ReactElement, type ReactNode } from 'react';
import type { CatalogueWork } from '../../view/api.ts';
import { columns, isLong, type Column } from './columns.tsx';

/** CSS pixels, as in the style sheet. */
export const rowHeight = 32;

interface Props {
  readonly work: CatalogueWork;
  /** Among those shown, from 0. */
  readonly row: number;
  readonly now: number;
  readonly isChosen: boolean;
  /** The cell that Tab leads to, if it is in this row. */
  readonly activeColumn: number | null;
  readonly onPress: (row: number, column: number, isExtending: boolean) => void;
}

const stop = (event: MouseEvent): void => event.preventDefault();

export const GridRow = memo(({ work, row, now, isChosen, activeColumn, onPress }: Props): ReactElement => (
  <div
    role="row"
    aria-rowindex={row + 2}
    aria-selected={isChosen}
    className={isChosen ? 'grid-row chosen' : 'grid-row'}
    style={{ transform: `translateY(${row * rowHeight}px)` }}
    onMouseDown={(event) => event.shiftKey && stop(event)}
  >
    <div
      role="gridcell"
      aria-colindex={1}
      className="grid-cell sticky check"
      onClick={(event) => onPress(row, 0, event.shiftKey)}
    >
      <input
        type="checkbox"
        data-at={`${row}:0`}
        tabIndex={activeColumn === 0 ? 0 : -1}
        aria-label={`Choose ${work.id}`}
        checked={isChosen}
        readOnly
      />
    </div>
    {columns.map((column, i) => {
      const content = column.cell(work, now);
      return (
        <div
          key={column.name}
          role="gridcell"
          aria-colindex={i + 2}
          data-at={`${row}:${i + 1}`}
          tabIndex={activeColumn === i + 1 ? 0 : -1}
          className={classOf(column, content)}
          onClick={(event) => onPress(row, i + 1, event.shiftKey)}
        >
          {content ?? '–'}
        </div>
      );
    })}
  </div>
));

const classOf = (column: Column, content: ReactNode): string => {
  const always = `grid-cell cell-${column.name}${column.isSticky === true ? ' sticky' : ''}`;
  if (content === null) return `${always} none`;
  return typeof content === 'string' && isLong(content, column) ? `${always} long` : always;
};
