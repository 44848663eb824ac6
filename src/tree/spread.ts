/**
 * A walk over several threads. Nodes from the root down to where branches are small enough are *open*: this thread asks
 * for their children, sends the branches below to the pool, and when these have ended, the node itself. It visits
 * nothing itself and merges by order alone, so that the result does not depend on which thread was when.
 *
 *           open ──────────── visited by a thread when all below have ended
 *          /  |  \
 *      open   │   [d e f]     siblings in one task, up to `share` nodes
 *      / | \  [c]
 *   [a] [b] …
 *
 * At most `pool.capacity` tasks are under way; branches are sent depth first, so that what waits to be merged is what
 * lies beside one path.
 */
import type { Plain, TreeNode } from '../ports/tree-module.ts';
import type { TreeAnswer, TreeFault, TreePool, TreeTask } from '../ports/tree-pool.ts';
import { receive, sendWithout } from './crossing.ts';
import type { Piece } from './piece.ts';
import { makeTurns } from './turns.ts';
import type { Turns } from './turns.ts';
import { childrenOf, faultLimit, messageOf, nameOf } from './walk.ts';
import type { Walking } from './walk.ts';
import type { Scales } from './weigh.ts';

export interface Spreading {
  /** For the main thread's own questions; what it counts and notes is merged with what threads tell. */
  readonly walking: Walking;
  readonly pool: TreePool;
  readonly scales: Scales;
  /** Whether the siblings below a node are worth spreading. */
  isHeavy(node: TreeNode): boolean;
  /** Nodes that one task is to hold. */
  readonly share: number;
}

/** What a branch, or several siblings, came to. */
interface Outcome {
  /** Undefined where a branch failed. */
  readonly results: readonly (Plain | undefined)[];
  readonly faults: readonly TreeFault[];
  readonly faultCount: number;
}

/** The result at `root`; undefined after faults, which are noted in the order of the tree. */
export const spreadTree = async (spreading: Spreading, root: TreeNode): Promise<Plain | undefined> => {
  const turns = makeTurns(spreading.pool.capacity);
  const { ended } = await openNode({ ...spreading, turns }, [], root);
  const { results, faults, faultCount } = await ended;
  spreading.walking.faults.add(faults, faultCount);
  return results[0];
};

type Sending = Spreading & { readonly turns: Turns };

/** Resolves when everything below has been sent; `ended` when it has ended. In an object, or it would be waited for. */
interface Sent {
  readonly ended: Promise<Outcome>;
}

const openNode = async (sending: Sending, path: readonly TreeNode[], node: TreeNode): Promise<Sent> => {
  const own = noteApart(sending.walking);
  const children = childrenOf(own.walking, path, node);
  if (children === null) {
    sending.walking.progress.addDone();
    return { ended: Promise.resolve({ results: [undefined], ...own.outcome() }) };
  }
  sending.walking.progress.addKnown(children.length);
  const below = [...path, node];
  const sent: Sent[] = [];
  for (const group of groupsOf(sending, children)) {
    if (group.kind === 'open') sent.push(await openNode(sending, below, group.node));
    else sent.push(await sendTask(sending, { kind: 'branches', path: below, nodes: group.nodes }, []));
  }
  return { ended: visitAfter(sending, { path, node, sent }) };
};

/** Faults of this thread's own questions, kept where they belong in the order. */
const noteApart = (
  walking: Walking,
): { readonly walking: Walking; outcome(): Pick<Outcome, 'faults' | 'faultCount'> } => {
  const told: TreeFault[] = [];
  const add = (faults: readonly TreeFault[]): void => void told.push(...faults);
  return {
    walking: { ...walking, faults: { told, count: 0, add } },
    outcome: () => ({ faults: told, faultCount: told.length }),
  };
};

type Group =
  | { readonly kind: 'open'; readonly node: TreeNode }
  | { readonly kind: 'branches'; readonly nodes: readonly TreeNode[] };

/** Neighbours that are light together, in their order; a branch that is heavy by itself stands alone. */
function* groupsOf({ scales, isHeavy, share }: Spreading, children: readonly TreeNode[]): Generator<Group> {
  let nodes: TreeNode[] = [];
  let weight = 0;
  for (const child of children) {
    const own = scales.weigh(child, share + 1);
    const opens = own > share && isHeavy(child);
    if (nodes.length > 0 && (opens || weight + own > share)) {
      yield { kind: 'branches', nodes };
      nodes = [];
      weight = 0;
    }
    if (opens) yield { kind: 'open', node: child };
    else {
      nodes.push(child);
      weight += own;
    }
  }
  if (nodes.length > 0) yield { kind: 'branches', nodes };
}

interface Waiting {
  readonly path: readonly TreeNode[];
  readonly node: TreeNode;
  readonly sent: readonly Sent[];
}

const visitAfter = async (sending: Sending, { path, node, sent }: Waiting): Promise<Outcome> => {
  const below = await Promise.all(sent.map(({ ended }) => ended));
  const results = below.flatMap((outcome) => outcome.results);
  const faults = below.flatMap((outcome) => outcome.faults).slice(0, faultLimit);
  const faultCount = below.reduce((sum, outcome) => sum + outcome.faultCount, 0);
  if (results.includes(undefined)) {
    sending.walking.progress.addDone();
    return { results: [undefined], faults, faultCount };
  }
  const without = sendWithout(results as readonly Plain[]);
  const visit = await sendTask(sending, { kind: 'visit', path, node, results: without.sent }, without.held);
  const own = await visit.ended;
  return { ...own, faults: [...faults, ...own.faults], faultCount: faultCount + own.faultCount };
};

/** Waits for its turn, and not for the answer. */
const sendTask = async (sending: Sending, task: TreeTask, held: readonly Piece[]): Promise<Sent> => {
  await sending.turns.take();
  return { ended: answerOf(sending, task, held) };
};

const answerOf = async (
  { walking, pool, turns }: Sending,
  task: TreeTask,
  held: readonly Piece[],
): Promise<Outcome> => {
  try {
    const answer: TreeAnswer = await pool.run(task);
    walking.counter.add(answer.counts);
    const { faults, faultCount } = answer;
    return { results: receive(answer.results, held), faults, faultCount };
  } catch (error) {
    const nodes = task.kind === 'branches' ? task.nodes : [task.node];
    const name = (node: TreeNode): string => nameOf(walking.module, walking.context, node);
    const path = [
      ...task.path.map(name),
      nodes.length > 1
        ? `${name(nodes[0] as TreeNode)} or one of its ${nodes.length - 1} siblings`
        : name(nodes[0] as TreeNode),
    ];
    const message = `the thread ended under it: ${messageOf(error)}`;
    return { results: nodes.map(() => undefined), faults: [{ path, message }], faultCount: 1 };
  } finally {
    turns.give();
  }
};
