/** Works in other hands, and all that waits for them: a batch cannot run the ones and would wait for ever with the others. */
import type { Work } from '../core/work.ts';

export interface Free {
  readonly works: readonly Work[];
  readonly warnings: readonly string[];
  readonly notices: readonly string[];
}

/** `held`: by id, why, as the end of a sentence that begins with the id. Each warning names what waits for one of them. */
export const withoutHeld = (works: readonly Work[], held: ReadonlyMap<string, string>): Free => {
  if (held.size === 0) return { works, warnings: [], notices: [] };
  const waiting = findWaiting(works, held);
  const warnings: string[] = [];
  const notices: string[] = [];
  for (const [id, why] of held) {
    const left = [...waiting].flatMap(([waiter, cause]) => (cause === id ? [waiter] : []));
    if (left.length === 0) notices.push(`${id} ${why}; it is left out`);
    else
      warnings.push(
        `${id} ${why}: it is left out, and so ${left.length === 1 ? 'is what waits' : 'are the works that wait'} for it: ${few(left)}`,
      );
  }
  return { works: works.filter(({ id }) => !held.has(id) && !waiting.has(id)), warnings, notices };
};

/** By id, the held work that a work waits for, over any number of steps. */
const findWaiting = (works: readonly Work[], held: ReadonlyMap<string, string>): ReadonlyMap<string, string> => {
  const dependents = new Map<string, string[]>();
  for (const { id, dependencies } of works)
    for (const dependency of dependencies) dependents.set(dependency, [...(dependents.get(dependency) ?? []), id]);
  const waiting = new Map<string, string>();
  for (const cause of held.keys()) {
    const reached = [cause];
    for (let next = reached.pop(); next !== undefined; next = reached.pop())
      for (const id of dependents.get(next) ?? []) {
        if (held.has(id) || waiting.has(id)) continue;
        waiting.set(id, cause);
        reached.push(id);
      }
  }
  return waiting;
};

const few = (ids: readonly string[]): string =>
  ids.length <= 10 ? ids.join(', ') : `${ids.slice(0, 10).join(', ')} and ${ids.length - 10} more`;
