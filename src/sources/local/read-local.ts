/** Works of which nothing but the id is known: `local=FEAT-1,FEAT-2`. */
import type { Work } from '../../core/work.ts';
import { Problem } from '../../ports/problem.ts';
import { parseWorkId } from '../../protocol/id.ts';
import { completeWork } from '../../protocol/schedule.ts';

/** The works of a list of ids, in its order, each titled by its id. Throws a Problem (usage) for what is no id, for an id given twice, and for an empty list. */
export const readLocal = (list: string): { readonly works: Work[]; readonly warnings: string[] } => {
  const seen = new Set<string>();
  const works = list
    .split(',')
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .map((text) => {
      const parsed = parseWorkId(text);
      if (!parsed.ok) throw usage(`${JSON.stringify(text)} is no id: ${parsed.why}`, list);
      if (seen.has(text.toLowerCase()))
        throw usage(`the id ${text} is given twice (ids are compared ignoring case)`, list);
      seen.add(text.toLowerCase());
      return completeWork({ id: parsed.value });
    });
  if (works.length === 0) throw usage('no id is given', list);
  return { works, warnings: [] };
};

const usage = (what: string, list: string): Problem =>
  new Problem({ what, where: `local=${list}`, hint: 'separate ids by commas: local=FEAT-1,FIX-2', code: 'usage' });
