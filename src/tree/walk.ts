/**
 * The walk of a branch in one thread: children first, in their order, then the node. A fault ends its node and all nodes
 * above it; siblings go on, so that one walk tells every fault there is.
 */
import type { Plain, TreeContext, TreeModule, TreeNode } from '../ports/tree-module.ts';
import type { TreeFault } from '../ports/tree-pool.ts';
import { findResultFault } from './plain.ts';
import type { Counter } from './counts.ts';
import type { TreeProgress } from './progress.ts';

/** A path is at most this long: a tree that grows under the walk ends, and the stack holds. */
export const depthLimit = 500;
/** Children of one node. */
const childLimit = 1_000_000;
/** So many faults are told with their path; all are counted. */
export const faultLimit = 100;

/** What a walk works with, in the thread that it is in. */
export interface Walking {
  readonly module: TreeModule;
  readonly context: TreeContext;
  readonly counter: Counter;
  readonly progress: TreeProgress;
  readonly faults: Faults;
  /** Called after each node. */
  onNode?(): void;
}

export interface Faults {
  readonly told: readonly TreeFault[];
  readonly count: number;
  add(faults: readonly TreeFault[], count?: number): void;
}

export const makeFaults = (): Faults => {
  const told: TreeFault[] = [];
  let count = 0;
  return {
    told,
    get count() {
      return count;
    },
    add: (faults, more = faults.length) => {
      told.push(...faults.slice(0, faultLimit - told.length));
      count += more;
    },
  };
};

/** The result of the branch at `node`; undefined if something in it failed. `path` leads to its parent, and is left as it was. */
export const walkBranch = (walking: Walking, path: TreeNode[], node: TreeNode): Plain | undefined => {
  const children = childrenOf(walking, path, node);
  if (children === null) return ended(walking, undefined);
  walking.progress.addKnown(children.length);
  const results: Plain[] = [];
  path.push(node);
  for (const child of children) {
    const result = walkBranch(walking, path, child);
    if (result !== undefined) results.push(result);
  }
  path.pop();
  return results.length < children.length ? ended(walking, undefined) : visitNode(walking, { path, node, results });
};

/** The children of a node; null after a fault, which is noted: a cycle, too deep a path, what is no list of nodes. */
export const childrenOf = (walking: Walking, path: readonly TreeNode[], node: TreeNode): readonly TreeNode[] | null => {
  const { module, context } = walking;
  if (path.includes(node)) return fault(walking, [...path, node], 'this node is its own ancestor');
  if (path.length >= depthLimit) return fault(walking, [...path, node], `the tree is deeper than ${depthLimit} levels`);
  try {
    const children: unknown = module.children(node, context);
    const wrong = findChildrenFault(children);
    if (wrong !== null) return fault(walking, [...path, node], `children ${wrong}`);
    return Object.freeze(children) as readonly TreeNode[];
  } catch (error) {
    return fault(walking, [...path, node], `children: ${messageOf(error)}`);
  }
};

const findChildrenFault = (children: unknown): string | null => {
  if (!Array.isArray(children)) return children === undefined ? 'returned nothing' : 'returned no list';
  if (children.length > childLimit) return `returned more than ${childLimit.toLocaleString('en')} nodes`;
  return children.every(isNode) ? null : 'returned something that is neither a text nor a finite number';
};

const isNode = (node: unknown): node is TreeNode => typeof node === 'string' || Number.isFinite(node);

export interface Visit {
  readonly path: readonly TreeNode[];
  readonly node: TreeNode;
  readonly results: readonly Plain[];
}

/** Visits one node whose children have ended. */
export const visitNode = (walking: Walking, { path, node, results }: Visit): Plain | undefined => {
  const { module, context } = walking;
  try {
    const result = module.visit(node, Object.freeze(results), context);
    const wrong = findResultFault(result);
    if (wrong !== null) fault(walking, [...path, node], `visit ${wrong}`);
    return ended(walking, wrong === null ? result : undefined);
  } catch (error) {
    fault(walking, [...path, node], `visit: ${messageOf(error)}`);
    return ended(walking, undefined);
  }
};

const ended = (walking: Walking, result: Plain | undefined): Plain | undefined => {
  walking.progress.addDone();
  walking.onNode?.();
  return result;
};

const fault = ({ faults, module, context }: Walking, path: readonly TreeNode[], message: string): null => {
  const name = (node: TreeNode): string => nameOf(module, context, node);
  faults.add([{ path: faults.count < faultLimit ? path.map(name) : [], message }]);
  return null;
};

/** What a message calls a node: a line of at most 100 characters. */
export const nameOf = (module: TreeModule, context: TreeContext, node: TreeNode): string => {
  const named = (): unknown => {
    try {
      return module.nameOf?.(node, context) ?? node;
    } catch {
      return node;
    }
  };
  return oneLine(String(named()), 100);
};

/** An exception in one line, with the place in the module's file where it was thrown, if the stack tells. */
export const messageOf = (error: unknown): string => {
  if (!(error instanceof Error)) return oneLine(`threw ${String(error)}`, 500);
  const place = /\((?:file:\/\/)?[^()\n]*?([^/()\n]+:\d+:\d+)\)|at (?:file:\/\/)?[^()\n]*?([^/()\n]+:\d+:\d+)$/m.exec(
    error.stack ?? '',
  );
  return oneLine(`${error.name}: ${error.message}${place === null ? '' : ` (${place[1] ?? place[2] ?? ''})`}`, 500);
};

const oneLine = (text: string, most: number): string => text.replace(/\p{Cc}+/gu, ' ').slice(0, most);
