/**
 * Places works of a plan for a drawing: a column a level, works of a column near what they depend on. Pure.
 *
 * Only works that hang together with others are drawn, and no more than a person can follow: first the critical path,
 * then in order of dispatch.
 */
import type { PlanAnswer } from '../../view/api.ts';

type Item = PlanAnswer['items'][number];

export interface DrawnNode {
  readonly item: Item;
  /** From 0. */
  readonly column: number;
  readonly row: number;
  readonly isCritical: boolean;
}

export interface DrawnEdge {
  readonly from: DrawnNode;
  readonly to: DrawnNode;
  readonly isCritical: boolean;
}

export interface Layers {
  readonly nodes: readonly DrawnNode[];
  readonly edges: readonly DrawnEdge[];
  readonly columns: number;
  readonly rows: number;
  /** Works that hang together with others. */
  readonly connected: number;
}

export const mostNodes = 160;

export const placeLayers = ({ items, critical_path }: Pick<PlanAnswer, 'items' | 'critical_path'>): Layers => {
  const known = new Set(items.map(({ id }) => id));
  const linked = new Set(
    items.flatMap(({ id, dependencies }) => {
      const near = dependencies.filter((each) => known.has(each));
      return near.length === 0 ? [] : [id, ...near];
    }),
  );
  const critical = new Set(critical_path.length > 1 ? critical_path : []);
  const connected = items.filter(({ id }) => linked.has(id));
  const drawn = new Set(
    [...connected.filter(({ id }) => critical.has(id)), ...connected.filter(({ id }) => !critical.has(id))]
      .slice(0, mostNodes)
      .map(({ id }) => id),
  );
  const nodes = placed(
    connected.filter(({ id }) => drawn.has(id)),
    critical,
  );
  const byId = new Map(nodes.map((node) => [node.item.id, node]));
  const edges = nodes.flatMap((to) =>
    to.item.dependencies.flatMap((id): DrawnEdge[] => {
      const from = byId.get(id);
      if (from === undefined) return [];
      return [{ from, to, isCritical: isNext(critical_path, from.item.id, to.item.id) }];
    }),
  );
  return {
    ...{ nodes, edges, connected: connected.length },
    columns: Math.max(0, ...nodes.map(({ column }) => column + 1)),
    rows: Math.max(0, ...nodes.map(({ row }) => row + 1)),
  };
};

const isNext = (path: readonly string[], from: string, to: string): boolean => {
  const at = path.indexOf(from);
  return at >= 0 && path[at + 1] === to;
};

const placed = (items: readonly Item[], critical: ReadonlySet<string>): readonly DrawnNode[] => {
  const levels = [...new Set(items.map(({ level }) => level))].sort((a, b) => a - b);
  const rows = new Map<string, number>();
  return levels.flatMap((level, column) => {
    const wish = ({ dependencies }: Item): number => {
      const near = dependencies.flatMap((id) => rows.get(id) ?? []);
      return near.length === 0 ? Number.MAX_SAFE_INTEGER : near.reduce((sum, row) => sum + row, 0) / near.length;
    };
    const inColumn = items.filter((item) => item.level === level);
    const wishes = new Map(inColumn.map((item) => [item.id, wish(item)]));
    inColumn.sort((a, b) => (wishes.get(a.id) ?? 0) - (wishes.get(b.id) ?? 0) || a.order - b.order);
    return inColumn.map((item, row): DrawnNode => {
      rows.set(item.id, row);
      return { item, column, row, isCritical: critical.has(item.id) };
    });
  });
};
