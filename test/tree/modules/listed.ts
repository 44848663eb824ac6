/** A tree that the parameter `tree` lists: `{"a": {"b": {}}}`. Nodes are paths of keys; results keep all they were given. */
import type { Plain, TreeContext, TreeNode } from '../../../src/ports/tree-module.ts';

export interface Listed {
  readonly [name: string]: Listed;
}

/** Once a thread and text. */
const parsed = new Map<string, Listed>();
const treeOf = ({ params: { tree = '{}' } }: Pick<TreeContext, 'params'>): Listed => {
  const known = parsed.get(tree) ?? (JSON.parse(tree) as Listed);
  parsed.set(tree, known);
  return known;
};

const listed = (node: TreeNode, context: TreeContext): Listed =>
  String(node)
    .split('/')
    .slice(1)
    .reduce<Listed>((within, name) => within[name] ?? {}, treeOf(context));

export const rootOf = (): TreeNode => 'root';

export const children = (node: TreeNode, context: TreeContext): readonly TreeNode[] =>
  Object.keys(listed(node, context)).map((name) => `${node}/${name}`);

/** Every other level is written where it stands, so that both ways of passing results meet. */
export const visit = (node: TreeNode, results: readonly Plain[], context: TreeContext): Plain => {
  context.count('nodes');
  context.count('bytes', String(node).length);
  const value: Plain = {
    '#': `of ${node}`,
    '=': results.length % 2 === 0 ? [...results, String(node)] : { [String(node)]: results },
  };
  return String(node).split('/').length % 2 === 0 ? context.write(value) : value;
};
