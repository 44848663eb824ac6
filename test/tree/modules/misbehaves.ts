/** A tree of three levels, six children each, whose nodes misbehave as the parameter of their name says. */
import { isMainThread } from 'node:worker_threads';
import type { Plain, TreeContext, TreeNode } from '../../../src/ports/tree-module.ts';

interface Shared {
  readonly numbers: Int32Array;
  readonly names: { readonly first: string };
}

export const load = (): Shared => ({ numbers: new Int32Array(new SharedArrayBuffer(64)), names: { first: 'a' } });

export const nameOf = (node: TreeNode): string => `«${node}»`;

export const children = (node: TreeNode, { params }: TreeContext<Shared>): readonly TreeNode[] => {
  switch (params[`children ${node}`]) {
    case 'throws':
      throw new Error('no children\nfor you');
    case 'no list':
      return 'none' as never;
    case 'no node':
      return [{} as never];
    case 'cycle':
      return ['r'];
    case 'endless':
      return [`${node}0`];
    default:
  }
  const text = String(node);
  if (params['children']?.startsWith('endless') === true && text.startsWith('r5')) return [`${text}0`];
  return text.length < 3 ? [0, 1, 2, 3, 4, 5].map((i) => `${text}${i}`) : [];
};

export const visit = (node: TreeNode, results: readonly Plain[], { params, shared }: TreeContext<Shared>): Plain => {
  switch (params[`visit ${node}`]) {
    case 'throws':
      throw new RangeError(`not ${node}`);
    case 'throws a text':
      throw 'thrown';
    case 'nothing':
      return undefined as never;
    case 'a promise':
      return Promise.resolve(1) as never;
    case 'a function':
      return { inside: () => 1 } as never;
    case 'not a number':
      return NaN;
    case 'itself': {
      const value: Record<string, unknown> = {};
      value['own'] = value;
      return value as never;
    }
    case 'a long key':
      return { ['x'.repeat(201)]: 1 };
    case 'changes results':
      (results as Plain[]).push('mine');
      break;
    case 'changes a result':
      (results[0] as { name: string }).name = 'mine';
      break;
    case 'changes a shared value':
      (shared.names as { first: string }).first = 'mine';
      break;
    case 'changes shared memory':
      shared.numbers[3] = 7;
      break;
    case 'ends its thread':
      if (!isMainThread) process.exit(9);
      break;
    default:
  }
  return { name: String(node), results };
};
