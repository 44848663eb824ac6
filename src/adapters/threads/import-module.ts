import { Problem } from '../../ports/problem.ts';
import type { TreeModule } from '../../ports/tree-module.ts';
import { messageOf } from '../../tree/walk.ts';

/** Imports the module of a tree. Throws a Problem if it cannot be imported or does not export what it has to. */
export const importTreeModule = async (url: string): Promise<TreeModule> => {
  const exported = await load(url);
  for (const name of ['children', 'visit'] as const)
    if (typeof exported[name] !== 'function')
      throw problem(
        url,
        `the module of the tree exports no function \`${name}\``,
        'a module exports children(node, context) and visit(node, results, context); see the README, "Trees"',
      );
  for (const name of ['load', 'rootOf', 'weightOf', 'costOf', 'nameOf'] as const)
    if (exported[name] !== undefined && typeof exported[name] !== 'function')
      throw problem(url, `\`${name}\` of the tree's module is no function`, 'take it out, or make it a function');
  return exported as unknown as TreeModule;
};

const load = async (url: string): Promise<Readonly<Record<string, unknown>>> => {
  try {
    return (await import(url)) as Readonly<Record<string, unknown>>;
  } catch (error) {
    throw problem(
      url,
      `the module of the tree cannot be imported: ${messageOf(error)}`,
      'correct it; `node MODULE` says more',
    );
  }
};

const problem = (url: string, what: string, hint: string): Problem =>
  new Problem({ what, where: decodeURI(url.replace('file://', '')), hint, code: 'refused' });
