/**
 * All works as an ARIA grid: only the rows in sight are in the document, and the row that has the focus, so that scrolling
 * never takes the focus away. One cell can be reached by Tab (roving tabindex); keys move from there (`grid-keys.ts`).
 */
import { defaultRangeExtractor, useVirtualizer, type Range } from '@tanstack/react-virtual';
import {
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactElement,
} from 'react';
import type { CatalogueWork } from '../../view/api.ts';
import { count } from '../../view/count.ts';
import { useLatest, useNow } from '../data/use.ts';
import { setPlaces, type Chosen } from './chosen.ts';
import { checkWidth, columns, gridTemplate, gridWidth } from './columns.tsx';
import { placeAfter, rowsBetween, type Place } from './grid-keys.ts';
import { GridRow } from './grid-row.tsx';

export const rowHeight = 32;

interface Props {
  readonly works: readonly CatalogueWork[];
  /** Places in `works` of those that the filter leaves. */
  readonly shown: readonly number[];
  readonly chosen: Chosen;
  readonly onChosen: (chosen: Chosen) => void;
}

/** Where a range began, and what was chosen before it: a range that shrinks gives back what it took. */
interface Anchor {
  readonly row: number;
  readonly before: Chosen;
  readonly isWanted: boolean;
}

export const Grid = ({ works, shown, chosen, onChosen }: Props): ReactElement => {
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState<Place>({ row: 0, column: 0 });
  const anchor = useRef<Anchor | null>(null);
  const wantsFocus = useRef(false);
  const now = useNow(60_000);
  const activeRow = Math.min(active.row, shown.length - 1);

  const rangeExtractor = useCallback(
    (range: Range) => {
      const rows = defaultRangeExtractor(range);
      return activeRow < 0 || rows.includes(activeRow) ? rows : [...rows, activeRow].sort((a, b) => a - b);
    },
    [activeRow],
  );
  const virtual = useVirtualizer({
    ...{ count: shown.length, estimateSize: () => rowHeight, overscan: 10, rangeExtractor },
    getScrollElement: () => scroller.current,
    scrollPaddingStart: rowHeight,
  });

  // Another filter shows other rows: a range over the old ones means nothing.
  useEffect(() => {
    anchor.current = null;
    scroller.current?.scrollTo({ top: 0 });
    setActive({ row: 0, column: 0 });
  }, [shown]);

  useLayoutEffect(() => {
    if (!wantsFocus.current) return;
    wantsFocus.current = false;
    const cell = scroller.current?.querySelector<HTMLElement>(`[data-at="${active.row}:${active.column}"]`);
    cell?.focus({ preventScroll: true });
    cell?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [active]);

  const moveTo = (place: Place): void => {
    wantsFocus.current = true;
    setActive(place);
    if (place.row >= 0) virtual.scrollToIndex(place.row);
  };

  const isChosenRow = (row: number): boolean => chosen.bits[shown[row] ?? -1] === 1;

  const toggle = useLatest((row: number): void => {
    const isWanted = !isChosenRow(row);
    const next = setPlaces(works, chosen, [shown[row] ?? -1], isWanted);
    anchor.current = { row, before: next, isWanted };
    setActive((before) => ({ ...before, row }));
    onChosen(next);
  });

  const extendTo = useLatest((row: number, fromRow: number): void => {
    anchor.current ??= { row: fromRow, before: chosen, isWanted: true };
    const { before, isWanted, row: from } = anchor.current;
    onChosen(
      setPlaces(
        works,
        before,
        rowsBetween(from, row).map((each) => shown[each] ?? -1),
        isWanted,
      ),
    );
  });

  const onPress = useLatest((row: number, column: number, isExtending: boolean): void => {
    if (isExtending) extendTo(row, activeRow);
    else if (column === 0) toggle(row);
    wantsFocus.current = true;
    setActive({ row, column });
  });

  const chosenShown = shown.reduce((sum, place) => sum + (chosen.bits[place] ?? 0), 0);
  const setShown = (isWanted: boolean): void => onChosen(setPlaces(works, chosen, shown, isWanted));

  const onKeyDown = (event: KeyboardEvent): void => {
    const size = {
      rows: shown.length,
      columns: columns.length + 1,
      page: Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 2),
    };
    if (event.altKey) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'a') setShown(true);
    else if (event.key === ' ') {
      if (active.row < 0) setShown(chosenShown < shown.length);
      else if (event.shiftKey) extendTo(activeRow, activeRow);
      else toggle(activeRow);
    } else {
      const place = placeAfter({ ...active, row: activeRow }, event, size);
      if (place === null) return;
      if (event.shiftKey && place.row >= 0 && place.row !== activeRow) extendTo(place.row, Math.max(0, activeRow));
      else if (!event.shiftKey) anchor.current = null;
      moveTo(place);
    }
    event.preventDefault();
  };

  return (
    <div
      ref={scroller}
      className="grid"
      role="grid"
      aria-label="Works"
      aria-multiselectable="true"
      aria-rowcount={shown.length + 1}
      aria-colcount={columns.length + 1}
      onKeyDown={onKeyDown}
      onKeyUp={(event) => event.key === ' ' && event.preventDefault()}
      style={
        {
          '--grid-columns': gridTemplate,
          '--grid-width': `${gridWidth}px`,
          '--check-width': `${checkWidth}px`,
        } as object
      }
    >
      <div role="rowgroup" className="grid-head">
        <div role="row" aria-rowindex={1} className="grid-row">
          <div role="columnheader" aria-colindex={1} className="grid-cell sticky check">
            <input
              type="checkbox"
              data-at="-1:0"
              tabIndex={active.row === -1 && active.column === 0 ? 0 : -1}
              aria-label={`Choose the ${count(shown.length, 'work')} shown`}
              checked={shown.length > 0 && chosenShown === shown.length}
              ref={(box) => {
                if (box !== null) box.indeterminate = chosenShown > 0 && chosenShown < shown.length;
              }}
              onChange={() => setShown(chosenShown < shown.length)}
            />
          </div>
          {columns.map(({ name, label, isSticky }, i) => (
            <div
              key={name}
              role="columnheader"
              aria-colindex={i + 2}
              data-at={`-1:${i + 1}`}
              tabIndex={active.row === -1 && active.column === i + 1 ? 0 : -1}
              className={`grid-cell${isSticky === true ? ' sticky' : ''}`}
            >
              {label}
            </div>
          ))}
        </div>
      </div>
      <div role="rowgroup" className="grid-body" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const place = shown[index] ?? -1;
          const work = works[place];
          return work === undefined ? null : (
            <GridRow
              key={place}
              {...{ work, row: index, top: start, now, onPress }}
              isChosen={chosen.bits[place] === 1}
              activeColumn={index === activeRow ? active.column : null}
            />
          );
        })}
      </div>
    </div>
  );
};
