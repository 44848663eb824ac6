/** JSON as a tree that can hold what no parsed value can: doubled names, numbers too large, text that is no JSON. */

/** A value: a text of its own, a list, or an object whose names may come twice. */
export type Tree =
  | { readonly kind: 'raw'; readonly text: string }
  | { readonly kind: 'list'; readonly items: Tree[] }
  | { readonly kind: 'object'; readonly members: [name: string, value: Tree][] };

/** A place in a tree: what holds the value, and where. */
export interface Slot {
  readonly holder: Exclude<Tree, { readonly kind: 'raw' }>;
  readonly index: number;
}

export const treeOf = (value: unknown): Tree => {
  if (Array.isArray(value)) return { kind: 'list', items: value.map(treeOf) };
  if (typeof value !== 'object' || value === null) return raw(JSON.stringify(value));
  return {
    kind: 'object',
    members: Object.entries(value).map(([name, each]) => [JSON.stringify(name), treeOf(each)]),
  };
};

export const raw = (text: string): Tree => ({ kind: 'raw', text });

export const writeTree = (tree: Tree): string => {
  if (tree.kind === 'raw') return tree.text;
  if (tree.kind === 'list') return `[${tree.items.map(writeTree).join(',')}]`;
  return `{${tree.members.map(([name, value]) => `${name}:${writeTree(value)}`).join(',')}}`;
};

/** Every place of a tree, from the top down. */
export const slotsOf = (tree: Tree): readonly Slot[] => {
  if (tree.kind === 'raw') return [];
  const children = tree.kind === 'list' ? tree.items : tree.members.map(([, value]) => value);
  return children.flatMap((child, index) => [{ holder: tree, index }, ...slotsOf(child)]);
};

export const valueAt = ({ holder, index }: Slot): Tree =>
  (holder.kind === 'list' ? holder.items[index] : holder.members[index]?.[1]) as Tree;

export const replaceAt = ({ holder, index }: Slot, value: Tree): void => {
  if (holder.kind === 'list') holder.items[index] = value;
  else (holder.members[index] as [string, Tree])[1] = value;
};

export const removeAt = ({ holder, index }: Slot): void => {
  if (holder.kind === 'list') holder.items.splice(index, 1);
  else holder.members.splice(index, 1);
};

/** The same value once more, under the same name. */
export const repeatAt = (slot: Slot, value: Tree): void => {
  const { holder, index } = slot;
  if (holder.kind === 'list') holder.items.splice(index, 0, value);
  else holder.members.splice(index + 1, 0, [holder.members[index]?.[0] ?? '""', value]);
};

/** One member more, beside this one; in a list one element more. */
export const addAt = ({ holder, index }: Slot, name: string, value: Tree): void => {
  if (holder.kind === 'list') holder.items.splice(index, 0, value);
  else holder.members.splice(index, 0, [name, value]);
};

/** Another name for a member; of a list's element nothing. `name` is JSON, or what should be. */
export const renameAt = ({ holder, index }: Slot, name: string): void => {
  if (holder.kind === 'object') (holder.members[index] as [string, Tree])[0] = name;
};
