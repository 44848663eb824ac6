/** `wf0-schedule show`: the works that could run, as an aligned table. */
import type { Schedule, Work } from '../core/work.ts';
import { clip } from './clean.ts';
import { blank, line, type Line } from './line.ts';
import { tableText, type Width } from './table.ts';

const titleLimit = 60;
const cellLimit = 40;

const columns: readonly { readonly name: string; readonly cell: (work: Work) => string }[] = [
  { name: 'id', cell: ({ id }) => id },
  { name: 'group', cell: ({ group }) => clip(group ?? '-', cellLimit) },
  { name: 'priority', cell: ({ priority }) => String(priority) },
  { name: 'workflow', cell: ({ workflow }) => clip(workflow ?? '-', cellLimit) },
  { name: 'depends on', cell: ({ dependencies }) => clip(dependencies.join(', ') || '-', cellLimit) },
  { name: 'title', cell: ({ title }) => clip(title, titleLimit) },
];

/** The lines of the table, and below it how many works there are. `width` measures what a terminal shows. */
export const scheduleText = ({ works, groups }: Schedule, width: Width): readonly Line[] => {
  if (works.length === 0) return [line('the schedule is empty')];
  const rows = works.map((work) => columns.map(({ cell }) => cell(work)));
  return [
    ...tableText(
      columns.map(({ name }) => name),
      rows,
      width,
    ),
    blank,
    line([`${works.length} ${works.length === 1 ? 'work' : 'works'}${describeGroups(groups)}`, 'dim']),
  ];
};

const describeGroups = ({ order, pinned }: Schedule['groups']): string => {
  const parts = [
    ...(pinned.length > 0 ? [`pinned groups: ${pinned.map((group) => clip(group, cellLimit)).join(', ')}`] : []),
    ...(order.length > 0 ? [`group order: ${order.map((group) => clip(group, cellLimit)).join(', ')}`] : []),
  ];
  return parts.length === 0 ? '' : `; ${parts.join('; ')}`;
};
