/** The columns of the grid of works, from left to right; the first ones stay when it is scrolled sideways. */
import type { ReactNode } from 'react';
import type { CatalogueWork } from '../../view/api.ts';
import { StateWords } from '../ui/state-words.tsx';
import { agoWords, dateWords } from '../ui/time.ts';

export interface Column {
  readonly name: string;
  readonly label: string;
  /** CSS pixels. */
  readonly width: number;
  readonly isSticky?: boolean;
  /** Null if the work has none. Text wherever it can be: see `grid-row.tsx`. */
  readonly cell: (work: CatalogueWork, now: number) => ReactNode;
}

const text = (value: string | null): string | null => (value === '' ? null : value);

/** The check box stands before these. */
export const columns: readonly Column[] = [
  { name: 'group', label: 'Group', width: 130, isSticky: true, cell: ({ group }) => text(group) },
  { name: 'model', label: 'Model', width: 110, cell: ({ model }) => text(model) },
  { name: 'variant', label: 'Variant', width: 100, cell: ({ variant }) => text(variant) },
  { name: 'title', label: 'Title', width: 250, cell: ({ title }) => text(title) },
  { name: 'id', label: 'Id', width: 140, cell: ({ id }) => id },
  {
    ...{ name: 'state', label: 'Last state', width: 110 },
    cell: ({ last }) => (last === null ? null : <StateWords state={last.state} />),
  },
  {
    ...{ name: 'run', label: 'Last run', width: 90 },
    cell: ({ last }, now) =>
      last?.at == null ? null : (
        <time dateTime={last.at} title={dateWords(last.at)}>
          {agoWords(last.at, now)}
        </time>
      ),
  },
  {
    ...{ name: 'quality', label: 'Quality', width: 80 },
    cell: ({ last }) => (last?.quality == null ? null : `${Math.round(last.quality * 100)}%`),
  },
  { name: 'workflow', label: 'Workflow', width: 120, cell: ({ workflow }) => text(workflow) },
  {
    ...{ name: 'dependencies', label: 'Depends on', width: 240 },
    cell: ({ dependencies }) => text(dependencies.join(', ')),
  },
];

/**
 * Whether a text may need more than its column's room, by its length: about 7 CSS pixels a letter, 14 where the script is
 * another one. Only such a cell is clipped, since each clip costs in every frame of scrolling; what is judged too short is
 * covered by its neighbour.
 */
export const isLong = (text: string, { width }: Column): boolean =>
  text.length * (/^[ -~]*$/.test(text) ? 7.3 : 14) > width - 20;

/** Of the check box, in CSS pixels. */
export const checkWidth = 40;

export const gridWidth = checkWidth + columns.reduce((sum, { width }) => sum + width, 0);

/** As CSS wants it; the title takes what is left. */
export const gridTemplate = [
  `${checkWidth}px`,
  ...columns.map(({ name, width }) => (name === 'title' ? `minmax(${width}px, 1fr)` : `${width}px`)),
].join(' ');
