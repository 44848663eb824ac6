/**
 * All works as an ARIA grid: only the rows in sight are in the document, and the row that has the focus, so that scrolling
 * never takes the focus away. One cell can be reached by Tab (roving tabindex); keys move from there (`grid-keys.ts`).
 */
import { defaultRangeExtractor, useVirtualizer, type Range } from '@tanstack/react-virtual';
import {
  memo,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type RefObject,
  type ReactElement,
} from 'react';
import type { CatalogueWork } from '../../view/api.ts';
import { count } from '../../view/count.ts';
import { useLatest, useNow } from '../data/use.ts';
import { chooseAll, chooseNone, setPlaces, type Chosen } from './chosen.ts';
import { checkWidth, columns, gridTemplate, gridWidth } from './columns.tsx';
import { placeAfter, rowsBetween, type GridSize, type Place } from './grid-keys.ts';
import { GridRow, rowHeight } from './grid-row.tsx';
import { makeRowSlots } from './row-slots.ts';

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

  const [virtual, slots] = useRows(scroller, shown.length, activeRow);

  // Another filter shows other rows: a range over the old ones means nothing.
  useEffect(() => {
    anchor.current = null;
    scroller.current?.scrollTo({ top: 0 });
    setActive({ row: 0, column: 0 });
  }, [shown]);

  useFocus(scroller, wantsFocus, active);

  const moveTo = (place: Place): void => {
    wantsFocus.current = true;
    setActive(place);
    if (place.row >= 0) virtual.scrollToIndex(place.row);
  };

  const { toggle, extendTo } = useRanges({ works, shown, chosen, onChosen, anchor });

  const onPress = useLatest((row: number, column: number, isExtending: boolean): void => {
    if (isExtending) extendTo(row, activeRow);
    else if (column === 0) toggle(row);
    wantsFocus.current = true;
    setActive({ row, column });
  });

  const { chosenShown, setShown, onSet } = useShown({ works, shown, chosen, onChosen });

  const press = (event: KeyboardEvent): boolean => {
    if (event.altKey) return false;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'a') setShown(true);
    else if (event.key === ' ' && active.row < 0) setShown(chosenShown < shown.length);
    else if (event.key === ' ' && event.shiftKey) extendTo(activeRow, activeRow);
    else if (event.key === ' ') toggle(activeRow);
    else {
      const place = placeAfter({ ...active, row: activeRow }, event, sizeOf(scroller.current, shown.length));
      if (place === null) return false;
      if (event.shiftKey && place.row >= 0 && place.row !== activeRow) extendTo(place.row, Math.max(0, activeRow));
      else if (!event.shiftKey) anchor.current = null;
      moveTo(place);
    }
    return true;
  };

  const row = (index: number, slot: number): ReactElement | null => {
    const place = shown[index] ?? -1;
    const work = works[place];
    if (work === undefined) return null;
    const activeColumn = index === activeRow ? active.column : null;
    const isChosen = chosen.bits[place] === 1;
    return <GridRow key={slot} {...{ work, row: index, now, onPress, isChosen, activeColumn }} />;
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
      onKeyDown={(event) => press(event) && event.preventDefault()}
      onKeyUp={(event) => event.key === ' ' && event.preventDefault()}
      style={measures as object}
    >
      <GridHead {...{ active, shown: shown.length, chosen: chosenShown }} onSet={onSet} />
      <div role="rowgroup" className="grid-body" style={{ height: virtual.getTotalSize() }}>
        {slots.map(({ slot, row: index }) => row(index, slot))}
      </div>
    </div>
  );
};

/** What the style sheet needs to know of the columns. */
const measures = {
  '--grid-columns': gridTemplate,
  '--grid-width': `${gridWidth}px`,
  '--check-width': `${checkWidth}px`,
};

const sizeOf = (scroller: HTMLElement | null, rows: number): GridSize => ({
  ...{ rows, columns: columns.length + 1 },
  page: Math.max(1, Math.floor((scroller?.clientHeight ?? 0) / rowHeight) - 2),
});

type Scroller = RefObject<HTMLDivElement | null>;

/**
 * The rows in sight, and the one that has the focus wherever it is, each with its element. At rest these stand in the order
 * of the rows, as those who read the page aloud need them.
 */
const useRows = (scroller: Scroller, count: number, activeRow: number) => {
  const rangeExtractor = useCallback(
    (range: Range) => {
      const rows = defaultRangeExtractor(range);
      return activeRow < 0 || rows.includes(activeRow) ? rows : [...rows, activeRow].sort((a, b) => a - b);
    },
    [activeRow],
  );
  const virtual = useVirtualizer({
    ...{ count, estimateSize: () => rowHeight, overscan: 5, rangeExtractor },
    getScrollElement: () => scroller.current,
    scrollPaddingStart: rowHeight,
  });
  const [rowSlots] = useState(makeRowSlots);
  const slots = rowSlots.assign(virtual.getVirtualItems().map(({ index }) => index));
  return [virtual, virtual.isScrolling ? slots : slots.toSorted((a, b) => a.row - b.row)] as const;
};

/** Brings the focus to the active cell after a key or a click has moved there. */
const useFocus = (scroller: Scroller, wantsFocus: { current: boolean }, active: Place): void =>
  useLayoutEffect(() => {
    if (!wantsFocus.current) return;
    wantsFocus.current = false;
    const cell = scroller.current?.querySelector<HTMLElement>(`[data-at="${active.row}:${active.column}"]`);
    cell?.focus({ preventScroll: true });
    cell?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [scroller, wantsFocus, active]);

/** All that are shown, at once. */
const useShown = ({ works, shown, chosen, onChosen }: Props) => {
  // Not for each frame of scrolling: it walks over all works.
  const chosenShown = useMemo(() => shown.reduce((sum, place) => sum + (chosen.bits[place] ?? 0), 0), [shown, chosen]);
  const setShown = (isWanted: boolean): void => {
    if (shown.length < works.length) onChosen(setPlaces(works, chosen, shown, isWanted));
    else onChosen(isWanted ? chooseAll(works) : chooseNone(works));
  };
  const onSet = useLatest(() => setShown(chosenShown < shown.length));
  return { chosenShown, setShown, onSet };
};

interface Ranges extends Props {
  readonly anchor: { current: Anchor | null };
}

/** Choosing one row, and from it a range. */
const useRanges = ({ works, shown, chosen, onChosen, anchor }: Ranges) => {
  const isChosenRow = (row: number): boolean => chosen.bits[shown[row] ?? -1] === 1;

  const toggle = useLatest((row: number): void => {
    const isWanted = !isChosenRow(row);
    const next = setPlaces(works, chosen, [shown[row] ?? -1], isWanted);
    anchor.current = { row, before: next, isWanted };
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
  return { toggle, extendTo };
};

interface HeadProps {
  readonly active: Place;
  readonly shown: number;
  readonly chosen: number;
  readonly onSet: () => void;
}

const GridHead = memo(({ active, shown, chosen, onSet }: HeadProps): ReactElement => {
  const stop = (column: number): 0 | -1 => (active.row === -1 && active.column === column ? 0 : -1);
  return (
    <div role="rowgroup" className="grid-head">
      <div role="row" aria-rowindex={1} className="grid-row">
        <div role="columnheader" aria-colindex={1} className="grid-cell sticky check">
          <input
            type="checkbox"
            data-at="-1:0"
            tabIndex={stop(0)}
            aria-label={`Choose the ${count(shown, 'work')} shown`}
            checked={shown > 0 && chosen === shown}
            ref={(box) => {
              if (box !== null) box.indeterminate = chosen > 0 && chosen < shown;
            }}
            onChange={onSet}
          />
        </div>
        {columns.map(({ name, label, isSticky }, i) => (
          <div
            key={name}
            role="columnheader"
            aria-colindex={i + 2}
            data-at={`-1:${i + 1}`}
            tabIndex={stop(i + 1)}
            className={`grid-cell${isSticky === true ? ' sticky' : ''}`}
          >
            {label}
          </div>
        ))}
      </div>
    </div>
  );
});
