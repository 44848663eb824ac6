/**
 * Issues of the repository that texts name and that are not among those listed: whether they are closed decides
 * whether a dependency on them is satisfied, so they are asked for.
 */
import { mapBounded } from '../bounded.ts';
import { findTextReferences } from '../text-references.ts';
import { asIssue } from './issue.ts';
import type { Issue } from './issue.ts';
import type { Repository } from './list.ts';
import type { GithubServer } from './server.ts';

export interface Mentioned {
  readonly issues: readonly Issue[];
  readonly warnings: readonly string[];
}

/** Issues asked for because a text names them, at most. */
const mentionLimit = 500;
const lookUpsAtOnce = 8;

/** The issues that these bodies name as dependencies and that `known` does not hold. One that does not exist is left out. */
export const findMentioned = async (
  server: GithubServer,
  { owner, name }: Repository,
  {
    bodies,
    known,
    patterns,
  }: { readonly bodies: readonly string[]; readonly known: ReadonlySet<number>; readonly patterns: readonly string[] },
): Promise<Mentioned> => {
  const named = new Set(bodies.flatMap((body) => numbersIn(body, patterns)).filter((number) => !known.has(number)));
  const numbers = [...named].sort((left, right) => left - right);
  const route = 'GET /repos/{owner}/{repo}/issues/{issue_number}';
  const found = await mapBounded(numbers.slice(0, mentionLimit), lookUpsAtOnce, async (issue_number) => {
    const answer = await server.get(route, { owner, repo: name, issue_number }, true);
    return answer === null ? null : asIssue(answer, `${route} (${owner}/${name}#${issue_number})`);
  });
  return {
    // A moved issue answers with another number; then its old number leads nowhere.
    issues: found.filter((issue) => issue !== null).filter(({ number }) => named.has(number)),
    warnings:
      numbers.length > mentionLimit
        ? [`texts name ${numbers.length} issues that are not listed; only the first ${mentionLimit} were looked up`]
        : [],
  };
};

const numbersIn = (body: string, patterns: readonly string[]): readonly number[] =>
  findTextReferences(body, patterns).flatMap(({ reference, isCertain }) => {
    const digits = /^#0*(\d{1,9})$/.exec(reference)?.[1];
    return isCertain && digits !== undefined ? [Number(digits)] : [];
  });
