/**
 * Works and their dependencies as lines that run down a page:
 *
 *     ●      01-schema        a work; below it a line that leads to what depends on it
 *     ├─●    02-api           depends on the line's work
 *     ● │    03-page          takes the line's place, as the last that depends on it
 *     ○─╯    04-end           depends on both; nothing leads on from it, whatever stands below
 *
 * A line that another one passes is drawn through (`─│─`): only corners and tees join. Each work takes one row, a line
 * lives from its work to the last one that needs it, and there are never more than `most` lines: a work that finds no
 * free one gets none, and those that depend on it say so in words (`unseen`). So does a work that depends on more than
 * half as many: its lines would fill the page. The order is depth first, so that lines are short.
 */
import type { GraphNode } from './schedule-graph.ts';

export interface LaneRow {
  readonly node: GraphNode;
  /** A character for each line and each gap between two; no spaces at the end. */
  readonly drawing: string;
  /** Dependencies that no line shows. */
  readonly unseen: readonly string[];
}

export interface Glyphs {
  readonly work: string;
  /** A work from which no line leads on. */
  readonly last: string;
  readonly line: string;
  readonly across: string;
  /** Joins of a line that goes on, by where the work is: to its right, to its left, on both sides of the joint. */
  readonly goesOn: readonly [string, string, string];
  /** Joins of a line that ends there. */
  readonly ends: readonly [string, string, string];
}

export const roundGlyphs: Glyphs = {
  work: '●',
  last: '○',
  line: '│',
  across: '─',
  goesOn: ['├', '┤', '┼'],
  ends: ['╰', '╯', '┴'],
};

export const asciiGlyphs: Glyphs = {
  work: '*',
  last: 'o',
  line: '|',
  across: '-',
  goesOn: ['+', '+', '+'],
  ends: ["'", "'", "'"],
};

/** Rows for works that hang together, without a circle. */
export const drawLanes = (
  nodes: readonly GraphNode[],
  { most, glyphs }: { readonly most: number; readonly glyphs: Glyphs },
): readonly LaneRow[] => {
  const wide = new Set(nodes.filter(({ dependencies }) => dependencies.length > most / 2).map(({ id }) => id));
  const left = new Map(nodes.map(({ id, dependents }) => [id, dependents.filter((each) => !wide.has(each)).length]));
  const lanes: (string | null)[] = [];
  const laneOf = new Map<string, number>();
  return depthFirst(nodes).map((node) => {
    const drawn = wide.has(node.id) ? [] : node.dependencies;
    for (const id of drawn) left.set(id, (left.get(id) ?? 1) - 1);
    const seen = drawn.filter((id) => laneOf.has(id));
    const joints = new Map(seen.map((id) => [laneOf.get(id) as number, left.get(id) === 0]));
    const ending = [...joints].filter(([, isEnding]) => isEnding).map(([lane]) => lane);
    const place = ending.length > 0 ? Math.min(...ending) : firstFree(lanes, most);
    const leadsOn = (left.get(node.id) ?? 0) > 0 && place < most;
    const drawing = drawRow({ lanes, joints, place, leadsOn, glyphs });
    for (const lane of ending) {
      laneOf.delete(lanes[lane] as string);
      lanes[lane] = null;
    }
    if (leadsOn) {
      lanes[place] = node.id;
      laneOf.set(node.id, place);
    }
    return {
      node,
      drawing,
      unseen: seen.length === 0 ? node.dependencies : node.dependencies.filter((id) => !seen.includes(id)),
    };
  });
};

/** Dependencies first; what follows from a work comes right behind it where it can. */
const depthFirst = (nodes: readonly GraphNode[]): readonly GraphNode[] => {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const waiting = new Map(nodes.map(({ id, dependencies }) => [id, dependencies.length]));
  const stack = nodes.filter(({ dependencies }) => dependencies.length === 0).reverse();
  const order: GraphNode[] = [];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    order.push(node);
    for (const id of [...node.dependents].reverse()) {
      const open = (waiting.get(id) ?? 0) - 1;
      waiting.set(id, open);
      const next = byId.get(id);
      if (open === 0 && next !== undefined) stack.push(next);
    }
  }
  return order;
};

const firstFree = (lanes: readonly (string | null)[], most: number): number => {
  const free = lanes.findIndex((owner) => owner === null);
  return free >= 0 ? free : Math.min(lanes.length, most);
};

interface Row {
  readonly lanes: readonly (string | null)[];
  /** By line that leads to the work of this row: whether it ends here. */
  readonly joints: ReadonlyMap<number, boolean>;
  readonly place: number;
  readonly leadsOn: boolean;
  readonly glyphs: Glyphs;
}

const drawRow = ({ lanes, joints, place, leadsOn, glyphs }: Row): string => {
  const ends = [place, ...joints.keys()];
  const [from, to] = [Math.min(...ends), Math.max(...ends)];
  const cell = (lane: number): string => {
    if (lane === place) return leadsOn ? glyphs.work : glyphs.last;
    const isEnding = joints.get(lane);
    if (isEnding !== undefined) {
      const side = lane === from ? 0 : lane === to ? 1 : 2;
      return (isEnding ? glyphs.ends : glyphs.goesOn)[side];
    }
    if ((lanes[lane] ?? null) !== null) return glyphs.line;
    return lane > from && lane < to ? glyphs.across : ' ';
  };
  let text = '';
  for (let lane = 0; lane < Math.max(lanes.length, place + 1); lane++)
    text += cell(lane) + (lane >= from && lane < to ? glyphs.across : ' ');
  return text.trimEnd();
};
