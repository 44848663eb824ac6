/** How much is in a branch: what the module says, else counted, no further than it matters. */
import type { TreeNode } from '../ports/tree-module.ts';
import type { Walking } from './walk.ts';

export interface Scales {
  /** Nodes of the branch, at most `most`, the one at its head as many as it costs. A branch that cannot be counted weighs 1: its fault is found by the walk. */
  weigh(node: TreeNode, most: number): number;
  countChildren(node: TreeNode): number;
}

export const makeScales = ({ module, context }: Pick<Walking, 'module' | 'context'>): Scales => {
  const childrenOf = (node: TreeNode): readonly TreeNode[] => {
    try {
      const children: unknown = module.children(node, context);
      return Array.isArray(children) ? (children as readonly TreeNode[]) : [];
    } catch {
      return [];
    }
  };
  const told = (node: TreeNode): number | null => {
    try {
      const weight = module.weightOf?.(node, context);
      return weight !== undefined && Number.isFinite(weight) ? Math.max(1, weight) : null;
    } catch {
      return null;
    }
  };
  const costOf = (node: TreeNode): number => {
    try {
      const cost = module.costOf?.(node, context);
      return cost !== undefined && Number.isFinite(cost) ? Math.max(1, cost) : 1;
    } catch {
      return 1;
    }
  };
  return {
    weigh: (node, most) => Math.min((told(node) ?? countUpTo(node, most, childrenOf)) - 1 + costOf(node), most),
    countChildren: (node) => childrenOf(node).length,
  };
};

/** Depth first: what is open at a time is a path and its siblings. A cycle ends at `most`. */
const countUpTo = (node: TreeNode, most: number, childrenOf: (node: TreeNode) => readonly TreeNode[]): number => {
  const open: TreeNode[] = [node];
  let count = 0;
  while (open.length > 0 && count < most) {
    count++;
    const children = childrenOf(open.pop() as TreeNode);
    for (let i = children.length - 1; i >= 0; i--) open.push(children[i] as TreeNode);
  }
  return Math.min(count, most);
};
