/** Values of a manifest: as parameters, as texts for messages, as the fields that a work has. */
import type { Work } from '../../core/work.ts';
import type { Refuse, TextNode, Tree } from './tree.ts';

/** A parameter's text, at most, in characters. */
export const paramLimit = 64 * 1024;

export type Param = Work['params'][string];

/**
 * A parameter: true, false, null and numbers keep their type if writing them out gives what stands in the file; `001`,
 * `1.10` and everything in quotes is text. Lists and maps become JSON.
 */
export const toParam = (tree: Tree, refuse: Refuse): Param => {
  const text = tree.kind === 'text' ? tree.text : toJson(tree, refuse, tree.offset);
  if (text.length > paramLimit || text.includes('\0'))
    refuse(
      tree.offset,
      text.includes('\0') ? 'a parameter cannot hold a NUL character' : 'this parameter is longer than 64 KiB',
      'put it into a file and give its name',
    );
  if (tree.kind !== 'text' || !tree.isPlain) return text;
  if (isNull(tree)) return null;
  if (text === 'true' || text === 'false') return text === 'true';
  const value = Number(text);
  return Number.isFinite(value) && String(value) === text ? value : text;
};

export const isNull = ({ text, isPlain }: TextNode): boolean => isPlain && /^(?:|~|null|Null|NULL)$/.test(text);

/** What stands in the file, for ids and titles. */
export const asWritten = (tree: Tree, refuse: Refuse): string =>
  tree.kind === 'text' ? tree.text : toJson(tree, refuse, tree.offset);

/** JSON with numbers as they are written. It stops at the limit, so that nested aliases fill no memory. */
const toJson = (tree: Tree, refuse: Refuse, at: number): string => {
  let length = 0;
  const write = (node: Tree): string => {
    const text = part(node);
    length += node.kind === 'text' ? text.length : 2;
    if (length > paramLimit) refuse(at, 'this parameter is longer than 64 KiB', 'put it into a file and give its name');
    return text;
  };
  const part = (node: Tree): string => {
    if (node.kind === 'list') return `[${node.items.map(write).join(',')}]`;
    if (node.kind === 'map')
      return `{${[...node.fields].map(([name, { value }]) => `${JSON.stringify(name)}:${write(value)}`).join(',')}}`;
    if (isNull(node)) return 'null';
    const isLiteral = node.isPlain && /^(?:true|false|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/.test(node.text);
    return isLiteral ? node.text : JSON.stringify(node.text);
  };
  return write(tree);
};
