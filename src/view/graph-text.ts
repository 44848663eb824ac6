/** `show --graph` on a terminal: what hangs together as one drawing each, then the works that stand alone. */
import { clip } from './clean.ts';
import { count } from './count.ts';
import { fit } from './fit.ts';
import { asciiGlyphs, drawLanes, roundGlyphs, type Glyphs, type LaneRow } from './graph-lanes.ts';
import { blank, line, type Line } from './line.ts';
import type { GraphNode, ScheduleGraph } from './schedule-graph.ts';
import { makeMeasure, type Width } from './table.ts';

export interface GraphTextOptions {
  /** Columns that a line takes at most; at least 40. */
  readonly columns: number;
  /** Only characters that every terminal has. */
  readonly isAscii: boolean;
  /** Ids that earlier batches delivered. */
  readonly delivered: ReadonlySet<string>;
  readonly width: Width;
}

/** Lines beside each other, at most; two columns each. */
const mostLanes = 20;
/** Columns that stay for the words beside the drawing. */
const wordColumns = 40;
/** Levels that are counted one by one. */
const shownLevels = 12;

export const graphText = (graph: ScheduleGraph, options: GraphTextOptions): readonly Line[] => {
  if (graph.works.length === 0) return [line('the schedule is empty')];
  const glyphs = options.isAscii ? asciiGlyphs : roundGlyphs;
  const flat = graph.works.filter(({ level }) => level !== null);
  const alone = flat.filter(isAlone);
  const parts = components(flat.filter((node) => !isAlone(node)));
  return [
    ...headLines(graph),
    ...parts.flatMap((part) => [blank, ...partLines(part, glyphs, options)]),
    ...listLines('without dependencies', alone, options),
    ...cycleLines(graph, options),
    ...(parts.length === 0 ? [] : [blank, line([legend(glyphs), 'dim'])]),
  ];
};

const isAlone = ({ dependencies, dependents, missing, conflicts }: GraphNode): boolean =>
  dependencies.length + dependents.length + missing.length + conflicts.length === 0;

const legend = ({ work, last, line: down }: Glyphs): string =>
  `${down} leads down from a work ${work} to what depends on it; ${last} leads on to nothing; L is the level`;

const headLines = ({ works, levels }: ScheduleGraph): readonly Line[] => {
  const edges = works.reduce((sum, { dependencies }) => sum + dependencies.length, 0);
  const dependencies = `${edges.toLocaleString('en')} ${edges === 1 ? 'dependency' : 'dependencies'}`;
  const counts = levels.slice(0, shownLevels).map((ids, level) => `L${level} ${ids.length.toLocaleString('en')}`);
  const more = levels.length - counts.length;
  return [
    line([`${count(works.length, 'work')}, ${dependencies}, ${count(levels.length, 'level')}`, 'title']),
    ...(levels.length < 2
      ? []
      : [
          line([
            `works by level: ${counts.join(', ')}${more > 0 ? `, and ${more.toLocaleString('en')} more` : ''}`,
            'dim',
          ]),
        ]),
  ];
};

/** What hangs together, each in the order of the schedule. */
const components = (nodes: readonly GraphNode[]): readonly (readonly GraphNode[])[] => {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const part = new Map<string, number>();
  let parts = 0;
  for (const node of nodes) {
    if (part.has(node.id)) continue;
    const stack = [node];
    for (let each = stack.pop(); each !== undefined; each = stack.pop()) {
      if (part.has(each.id)) continue;
      part.set(each.id, parts);
      for (const id of [...each.dependencies, ...each.dependents]) {
        const next = byId.get(id);
        if (next !== undefined) stack.push(next);
      }
    }
    parts++;
  }
  const lists: GraphNode[][] = Array.from({ length: parts }, () => []);
  for (const node of nodes) lists[part.get(node.id) as number]?.push(node);
  return lists;
};

const partLines = (nodes: readonly GraphNode[], glyphs: Glyphs, options: GraphTextOptions): readonly Line[] => {
  const most = Math.max(2, Math.min(mostLanes, Math.floor((options.columns - wordColumns) / 2)));
  // Dependents behind a circle are not drawn: the line to them would never end.
  const drawn = new Set(nodes.map(({ id }) => id));
  const inside = nodes.map((node) => ({ ...node, dependents: node.dependents.filter((id) => drawn.has(id)) }));
  const rows = drawLanes(inside, { most, glyphs });
  const measure = makeMeasure(options.width);
  const lanes = rows.reduce((widest, { drawing }) => Math.max(widest, drawing.length), 0);
  const levels = rows.reduce((widest, { node }) => Math.max(widest, String(node.level).length), 0);
  const ids = Math.min(
    36,
    rows.reduce((widest, { node }) => Math.max(widest, node.id.length), 0),
  );
  return rows.map((row) => {
    const head = `${row.drawing.padEnd(lanes)}  ${`L${row.node.level ?? 0}`.padEnd(levels + 1)}  `;
    const id = row.node.id.padEnd(ids);
    const room = options.columns - head.length;
    const words = fit([id, ...besides(row, options)].join('  '), room, measure).trimEnd();
    return line(head, words.slice(0, row.node.id.length), [words.slice(row.node.id.length), 'dim']);
  });
};

/** What the drawing cannot say comes before the title, which may be cut off. */
const besides = ({ node, unseen }: LaneRow, { delivered }: GraphTextOptions): readonly string[] => [
  ...(unseen.length === 0
    ? []
    : [`<- ${unseen.length > 5 ? `${count(unseen.length, 'work')}: ` : ''}${clip(unseen.join(', '), 200)}`]),
  ...node.missing.map((id) => `<- ${clip(id, 60)} (${delivered.has(id) ? 'delivered' : 'not in the schedule'})`),
  ...(node.conflicts.length === 0 ? [] : [`never with ${clip(node.conflicts.join(', '), 100)}`]),
  ...(node.title === node.id ? [] : [clip(node.title, 200)]),
];

const listLines = (what: string, nodes: readonly GraphNode[], { columns }: GraphTextOptions): readonly Line[] => {
  if (nodes.length === 0) return [];
  const lines: string[] = [];
  let row = '';
  for (const { id } of nodes) {
    if (row !== '' && row.length + id.length + 4 > columns) {
      lines.push(row);
      row = '';
    }
    row += row === '' ? id : `, ${id}`;
  }
  return [
    blank,
    line([`${count(nodes.length, 'work')} ${what}`, 'title']),
    ...[...lines, row].map((each) => line(`  ${each}`)),
  ];
};

const cycleLines = ({ works, cycle }: ScheduleGraph, options: GraphTextOptions): readonly Line[] => {
  if (cycle === null) return [];
  return [
    ...listLines(
      'in a circle or behind one, not drawn',
      works.filter(({ level }) => level === null),
      options,
    ),
    line([`a circle: ${clip(cycle.join(' -> '), 500)}`, 'bad']),
  ];
};
