/** `wf0-schedule order`: groups in the order in which their works run. */
import { isGroupOrdered, type GroupPlace } from '../core/group-order.ts';
import type { Groups } from '../core/work.ts';
import { clip } from './clean.ts';
import { line, type Line } from './line.ts';
import { tableText, type Width } from './table.ts';

const nameLimit = 60;

/** A row a group; with no wish about groups, what orders the works instead. */
export const groupOrderText = (places: readonly GroupPlace[], groups: Groups, width: Width): readonly Line[] => {
  if (!places.some(({ group }) => group !== null)) return [line('no work has a group: priorities decide')];
  const isOrdered = isGroupOrdered(groups);
  const rows = places.map(({ group, standing, works }, i) => [
    isOrdered ? String(i + 1) : '-',
    group === null ? '(none)' : clip(group, nameLimit),
    String(works),
    !isOrdered ? '' : group === null ? 'last' : words[standing],
  ]);
  return [
    ...tableText(['place', 'group', 'works', ''], rows, width),
    ...(isOrdered ? [] : [line(['no order is set: priorities decide, whatever the group', 'dim'])]),
  ];
};

const words: Readonly<Record<GroupPlace['standing'], string>> = {
  pinned: 'pinned',
  ordered: 'ordered',
  other: 'by name',
};
