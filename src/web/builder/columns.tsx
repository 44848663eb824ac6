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
  readonly cell: (work: CatalogueWork, now: number) => ReactNode;
}

const none = <span className="none">–</span>;
const text = (value: string | null): ReactNode => (value === null || value === '' ? none : value);

/** The check box stands before these. */
export const columns: readonly Column[] = [
  { name: 'group', label: 'Group', width: 130, isSticky: true, cell: ({ group }) => text(group) },
  { name: 'model', label: 'Model', width: 110, cell: ({ model }) => text(model) },
  { name: 'variant', label: 'Variant', width: 100, cell: ({ variant }) => text(variant) },
  { name: 'title', label: 'Title', width: 250, cell: ({ title }) => text(title) },
  { name: 'id', label: 'Id', width: 140, cell: ({ id }) => <code>{id}</code> },
  {
    ...{ name: 'state', label: 'Last state', width: 110 },
    cell: ({ last }) => (last === null ? none : <StateWords state={last.state} />),
  },
  {
    ...{ name: 'run', label: 'Last run', width: 90 },
    cell: ({ last }, now) =>
      last?.at == null ? (
        none
      ) : (
        <time dateTime={last.at} title={dateWords(last.at)}>
          {agoWords(last.at, now)}
        </time>
      ),
  },
  {
    ...{ name: 'quality', label: 'Quality', width: 80 },
    cell: ({ last }) => (last?.quality == null ? none : `${Math.round(last.quality * 100)}%`),
  },
  { name: 'workflow', label: 'Workflow', width: 120, cell: ({ workflow }) => text(workflow) },
  {
    ...{ name: 'dependencies', label: 'Depends on', width: 240 },
    cell: ({ dependencies }) => text(dependencies.join(', ')),
  },
];

/** Of the check box, in CSS pixels. */
export const checkWidth = 40;

export const gridWidth = checkWidth + columns.reduce((sum, { width }) => sum + width, 0);

/** As CSS wants it; the title takes what is left. */
export const gridTemplate = [
  `${checkWidth}px`,
  ...columns.map(({ name, width }) => (name === 'title' ? `minmax(${width}px, 1fr)` : `${width}px`)),
].join(' ');
