/** What each branch must hold, by what the works were told to write: the replay without the program. */
import { createHash } from 'node:crypto';
import type { OrderedWork, Tree } from './evidence.ts';

/** Trees by work. The works stand after their dependencies. */
export const expectedTrees = (works: readonly OrderedWork[]): ReadonlyMap<string, Tree> => {
  const trees = new Map<string, Tree>();
  for (const { id, dependencies } of works) {
    const below = new Map<string, string>([['README', blob('hello\n')]]);
    for (const each of dependencies) for (const [path, oid] of trees.get(each) ?? []) below.set(path, oid);
    trees.set(id, addWork(below, id));
  }
  return trees;
};

/** `<id>.txt` lists the texts of the works below, `<id>.count` says how many they are. */
const addWork = (below: ReadonlyMap<string, string>, id: string): Tree => {
  const texts = [...below.keys()].filter((path) => path.endsWith('.txt')).sort();
  return new Map([
    ...below,
    [`${id}.txt`, blob(texts.map((path) => `${path}\n`).join(''))],
    [`${id}.count`, blob(`${texts.length}\n`)],
  ]);
};

const blob = (text: string): string =>
  createHash('sha1')
    .update(`blob ${Buffer.byteLength(text)}\0${text}`)
    .digest('hex');

/** Null if they are the same, else the first difference. */
export const differenceOf = (expected: Tree, found: Tree): string | null => {
  for (const [path, oid] of expected) {
    if (!found.has(path)) return `${path} is missing`;
    if (found.get(path) !== oid) return `${path} holds something else`;
  }
  for (const path of found.keys()) if (!expected.has(path)) return `${path} should not be there`;
  return null;
};
