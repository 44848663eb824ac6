/**
 * What kind of work an issue is, by its labels, else its type, else the words that its title begins with, else FEAT;
 * and the id and title that follow (SPEC 4).
 */
import type { WorkId } from '../core/work.ts';
import { makeId } from '../protocol/id.ts';

/** Config `branch_prefix`: `{"FEAT": "feat"}`. */
export type Prefixes = Readonly<Record<string, string>>;

const words: ReadonlyMap<string, string> = new Map(
  Object.entries({
    FEAT: 'feat feature enhancement improvement story user-story new-feature epic',
    FIX: 'fix bug bugfix hotfix defect regression crash incident',
    REFACTOR: 'refactor refactoring cleanup clean-up tech-debt technical-debt',
    CHORE: 'chore maintenance dependencies deps build ci test tests docs documentation',
    RFC: 'rfc proposal design-proposal',
  }).flatMap(([prefix, list]) => list.split(' ').map((word) => [word, prefix] as const)),
);

/** The prefix of an issue's id, one of those that the config knows; `FEAT` if nothing says more. */
export const prefixOf = (
  issue: { readonly labels: readonly string[]; readonly type: string | null; readonly title: string },
  prefixes: Prefixes,
): string => {
  const hints = [...issue.labels, issue.type ?? '', titleHint(issue.title)];
  for (const hint of hints) {
    const prefix = readHint(hint, prefixes);
    if (prefix !== null) return prefix;
  }
  return 'FEAT';
};

/** `type: bug`, `kind/bug` and `bug` say the same. */
const readHint = (hint: string, prefixes: Prefixes): string | null => {
  const word = (/^(?:type|kind|category|t)\s*[:/=-]\s*(.+)$/i.exec(hint.trim())?.[1] ?? hint)
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, '-');
  if (word === '') return null;
  const own = Object.keys(prefixes).find(
    (prefix) => prefix.toLowerCase() === word || prefixes[prefix]?.toLowerCase() === word,
  );
  const known = own ?? words.get(word);
  return known !== undefined && Object.hasOwn(prefixes, known) ? known : null;
};

/** `fix(core)!: …`, `[RFC] …` and `Fix …` begin with their kind; "Build the API" and "Test it" do not. */
const titleHint = (title: string): string =>
  mark.exec(title)?.slice(1).find(Boolean) ??
  /^(?:fix|bug|bugfix|hotfix|refactor|feature|feat|chore|rfc)(?![A-Za-z])/i.exec(title.trim())?.[0] ??
  '';

const mark = /^\s*(?:\[([A-Za-z -]{2,20})\]:?|([A-Za-z]{2,20})(?:\([^()]{0,60}\))?!?:)\s*/;

/** `FEAT-123-add-auth` of prefix, number or key, and title. A mark of the kind before the title is not repeated. */
export const issueId = (prefix: string, name: string, title: string, prefixes: Prefixes): WorkId => {
  const marked = mark.exec(title);
  const isKind = marked !== null && readHint(marked.slice(1).find(Boolean) ?? '', prefixes) !== null;
  const slug = makeId(isKind ? title.slice(marked[0].length) : title, 200)
    .toLowerCase()
    .replace(/[._]+/g, '-');
  return makeId(slug === 'work' && !/work/i.test(title) ? `${prefix}-${name}` : `${prefix}-${name}-${slug}`);
};
