/**
 * A YAML file as a tree of texts with places. Every scalar is the text that stands in the file (`001`, `1.10`, `08`, `no`):
 * the failsafe schema knows no numbers. Aliases lead to the same node, never to a copy, so that a file of nested aliases
 * grows only where it is written out, and there is a limit. Merge keys (`<<`) are filled in.
 */
import type * as Yaml from 'yaml';
import { placeAt, whereIn } from '../../protocol/json.ts';
import { Problem } from '../../ports/problem.ts';

export type Tree = TextNode | ListNode | MapNode;

export interface TextNode {
  readonly kind: 'text';
  readonly text: string;
  /** Without quotes, so that it may also stand for a number, true, false or null. */
  readonly isPlain: boolean;
  readonly offset: number;
}

export interface ListNode {
  readonly kind: 'list';
  readonly items: readonly Tree[];
  readonly offset: number;
}

export interface MapNode {
  readonly kind: 'map';
  /** In the order written; what was merged in follows. */
  readonly fields: ReadonlyMap<string, Field>;
  readonly offset: number;
}

export interface Field {
  readonly nameOffset: number;
  readonly value: Tree;
}

/** Names that one map has, merged ones counted, at most. */
export const namesLimit = 1000;
/** Maps and lists in each other, at most. */
const depthLimit = 64;

/** Throws the three lines about one place of a file. */
export type Refuse = (offset: number, what: string, hint: string) => never;

export const refuseIn =
  (text: string, shown: string): Refuse =>
  (offset, what, hint) => {
    throw new Problem({ what, where: whereIn(text, shown, placeAt(text, offset)), hint, code: 'refused' });
  };

/** Reads one YAML document. Throws by `refuse` for what is no YAML, a name that stands twice, an alias without an anchor or inside itself. */
export const readTree = async (text: string, refuse: Refuse): Promise<Tree> => {
  const yaml = await import('yaml');
  const document = parse(yaml, text, refuse);
  const [error] = document.errors;
  if (error !== undefined) refuse(error.pos[0], `this is no YAML: ${sentence(error.message)}`, hintFor(error.code));
  return makeReader({ yaml, document, refuse, hasAliases: text.includes('*') })(document.contents, 0);
};

const parse = (yaml: typeof Yaml, text: string, refuse: Refuse): Yaml.Document.Parsed => {
  try {
    return yaml.parseDocument(text, { schema: 'failsafe', prettyErrors: false, logLevel: 'error' });
  } catch (error) {
    if (error instanceof RangeError)
      return refuse(0, 'this is no YAML that can be read: it is nested too deep', flatter);
    return refuse(
      0,
      `this is no YAML: ${error instanceof Error ? sentence(error.message) : String(error)}`,
      'correct it',
    );
  }
};

const flatter = `nest at most ${depthLimit} levels`;

const hintFor = (code: string): string => {
  if (code === 'DUPLICATE_KEY') return 'take one of the two out';
  if (code === 'MULTIPLE_DOCS') return 'put one document into a file: take the second `---` out';
  if (code === 'TAB_AS_INDENT') return 'indent by spaces';
  if (code === 'BAD_SCALAR_START' || code === 'UNEXPECTED_TOKEN') return 'put the text in quotes, or correct the line';
  return 'correct this place and run the command again';
};

const sentence = (message: string): string => {
  const first = (message.split('\n')[0] ?? '').replace(/[:.]$/, '').replace(/; use \w+\.\w+\(\)/, '');
  return `${first.slice(0, 1).toLowerCase()}${first.slice(1, 200)}`;
};

type ReadNode = (node: unknown, depth: number) => Tree;

interface Reading {
  readonly yaml: typeof Yaml;
  readonly document: Yaml.Document.Parsed;
  readonly refuse: Refuse;
  readonly hasAliases: boolean;
}

const makeReader = ({ yaml, document, refuse, hasAliases }: Reading): ReadNode => {
  const anchors = findAnchors(yaml, document, hasAliases);
  const known = new Map<unknown, Tree | 'open'>();
  const offsetOf = (node: unknown): number => (node as { range?: readonly number[] | null } | null)?.range?.[0] ?? 0;

  const read: ReadNode = (node, depth) => {
    if (depth > depthLimit) refuse(offsetOf(node), 'this is nested too deep', flatter);
    if (node === null || node === undefined) return { kind: 'text', text: '', isPlain: true, offset: 0 };
    if (yaml.isAlias(node)) return readAlias(node, depth);
    if (yaml.isScalar(node)) return readScalar(node);
    const seen = known.get(node);
    if (seen === 'open')
      return refuse(offsetOf(node), 'an alias here leads to what it is part of', 'write the value out');
    if (seen !== undefined) return seen;
    known.set(node, 'open');
    const tree = yaml.isSeq(node) ? readList(node, depth) : readMap(node as Yaml.YAMLMap, depth);
    known.set(node, tree);
    return tree;
  };
  const readAlias = (alias: Yaml.Alias, depth: number): Tree => {
    const target = anchors.get(alias);
    if (target === undefined)
      return refuse(
        offsetOf(alias),
        `there is no anchor &${alias.source} before this`,
        `write &${alias.source} at the value that is meant`,
      );
    return read(target, depth + 1);
  };
  const readScalar = (node: Yaml.Scalar): TextNode => ({
    kind: 'text',
    text: String(node.value ?? ''),
    isPlain: node.type === 'PLAIN' || node.type === undefined,
    offset: offsetOf(node),
  });
  const readList = (node: Yaml.YAMLSeq, depth: number): ListNode => ({
    kind: 'list',
    items: node.items.map((item) => read(item, depth + 1)),
    offset: offsetOf(node),
  });
  const readMap = (node: Yaml.YAMLMap, depth: number): MapNode => {
    const fields = new Map<string, Field>();
    const merged: Tree[] = [];
    for (const { key, value } of node.items) {
      const name = yaml.isScalar(key) ? String(key.value ?? '') : null;
      if (name === null || name === '__proto__')
        return refuse(offsetOf(key), 'a name here is no text', 'write `name: value`');
      const tree = withOffset(read(value, depth + 1), offsetOf(key));
      if (name === '<<') merged.push(tree);
      else fields.set(name, { nameOffset: offsetOf(key), value: tree });
    }
    for (const each of merged) mergeInto(fields, each);
    if (fields.size > namesLimit)
      refuse(offsetOf(node), `this has ${fields.size} names, and ${namesLimit} are the limit`, 'split it');
    return { kind: 'map', fields, offset: offsetOf(node) };
  };
  /** Own names win over merged ones, earlier merged maps over later ones. */
  const mergeInto = (fields: Map<string, Field>, from: Tree): void => {
    if (from.kind === 'list') return from.items.forEach((item) => mergeInto(fields, item));
    if (from.kind === 'text') refuse(from.offset, '`<<` merges maps, and this is none', 'write `<<: *anchor`');
    else for (const [name, field] of from.fields) if (!fields.has(name)) fields.set(name, field);
  };
  return read;
};

/** A value that is absent stands where its name does. */
const withOffset = (tree: Tree, offset: number): Tree =>
  tree.kind === 'text' && tree.offset === 0 ? { ...tree, offset } : tree;

/** Which node each alias means: the last one before it that has its anchor. One walk, whatever the number of aliases. */
const findAnchors = (
  yaml: typeof Yaml,
  document: Yaml.Document.Parsed,
  hasAliases: boolean,
): ReadonlyMap<unknown, unknown> => {
  const latest = new Map<string, unknown>();
  const found = new Map<unknown, unknown>();
  if (!hasAliases) return found;
  yaml.visit(document, {
    Alias: (_, alias) => {
      if (latest.has(alias.source)) found.set(alias, latest.get(alias.source));
    },
    Value: (_, node) => {
      if (node.anchor !== undefined) latest.set(node.anchor, node);
    },
  });
  return found;
};
