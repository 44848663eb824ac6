/**
 * Files of a folder that are about the tasks and are none: tables of contents, plans of phases, a README.
 *
 * The rule: a file without front matter is an index if it is called `README` or `index`, or if its name begins
 * with no number and it names at least half of the tasks beside it, and at least two. Tasks are the files with
 * a number or front matter, or all, where no file has either. Named is a file by its name, its stem, or by its
 * number at the head of a table cell, a list item or a tree line. Files given by name are never taken for an index.
 */

export interface Candidate {
  /** `03-api.md`. */
  readonly name: string;
  readonly stem: string;
  readonly body: string;
  readonly hasFrontMatter: boolean;
}

/** Why a file is an index, as the end of a sentence that begins with its name; null if it is a task. */
export const whyIndex = (file: Candidate, folder: readonly Candidate[]): string | null => {
  if (file.hasFrontMatter) return null;
  if (isIndexName(file.stem)) return 'is a README or an index by its name';
  // A task with a number of its own may well name its neighbours.
  if (leadingNumber(file.stem) !== null) return null;
  const others = tasksOf(folder.filter((other) => other !== file));
  const heads = numbersAtHeads(file.body);
  const named = others.filter((other) => names(file.body, heads, other)).length;
  return named >= 2 && named * 2 >= others.length
    ? `lists ${named} of the ${others.length} tasks and has no front matter`
    : null;
};

const tasksOf = (files: readonly Candidate[]): readonly Candidate[] => {
  const marked = files.filter(({ stem, hasFrontMatter }) => hasFrontMatter || leadingNumber(stem) !== null);
  return marked.length > 0 ? marked : files.filter(({ stem }) => !isIndexName(stem));
};

const isIndexName = (stem: string): boolean => /^_?(?:readme|index)$/i.test(stem);

const names = (body: string, heads: ReadonlySet<string>, other: Candidate): boolean => {
  const number = leadingNumber(other.stem);
  return (
    (number !== null && heads.has(number)) ||
    body.includes(other.name) ||
    (other.stem.length >= 5 && body.includes(other.stem))
  );
};

const leadingNumber = (stem: string): string | null => /^\d+(?=[-_. ]|$)/.exec(stem)?.[0] ?? null;

/** Numbers with which table cells, list items and lines of drawn trees begin. */
const numbersAtHeads = (body: string): ReadonlySet<string> =>
  new Set(
    [
      ...body.matchAll(/(?:^|[|├└│])[ \t─>*+-]*(?:\[[ xX]\][ \t]*)?\*{0,2}(\d{1,6})(?=\*{0,2}[ \t]*(?:[|:.)-]|$))/gm),
    ].map((match) => match[1] ?? ''),
  );
