/** The table of requirements at the end of README.md: `| R1 | what | state | tests |`. */

export type RequirementState = 'works' | 'partly' | 'not yet';

/** A test that holds a requirement up. */
export interface NamedTest {
  /** `test/core/graph.test.ts`. */
  readonly file: string;
  /** The title of the test, or the titles from its outermost `describe` on, joined by ` › `. */
  readonly title: string;
}

export interface Requirement {
  readonly number: string;
  readonly what: string;
  /** As written; `checkRequirements` says if it is none of the three. */
  readonly state: string;
  readonly tests: readonly NamedTest[];
  /** What stands in the last column and is no test. */
  readonly unread: readonly string[];
}

/** Every number that there is, in order. */
export const requirementNumbers: readonly string[] = [
  ...Array.from({ length: 180 }, (_, index) => `R${index + 1}`),
  ...Array.from({ length: 30 }, (_, index) => `N${index + 1}`),
];

const row = /^\| *([RN]\d+) *\|(.*)\|(.*)\|(.*)\|\s*$/;
const test = /^`(test\/[^`]+\.test\.ts)` › (.+)$/;

/** All rows of the text, in its order. Several tests in a row are parted by `<br>`. A bar inside a cell is `\|`. */
export const readRequirements = (text: string): readonly Requirement[] =>
  text.split('\n').flatMap((line) => {
    const [, number, what, state, tests] = row.exec(line.replaceAll('\\|', '\u0000')) ?? [];
    if (number === undefined) return [];
    const cells = [what, state, tests].map((cell) => (cell ?? '').replaceAll('\u0000', '|').trim());
    return [requirementOf(number, cells)];
  });

const requirementOf = (number: string, [what = '', state = '', last = '']: readonly string[]): Requirement => {
  const entries = last === '–' ? [] : last.split('<br>').map((entry) => entry.trim());
  const matches = entries.map((entry) => test.exec(entry));
  return {
    number,
    what,
    state,
    tests: matches.flatMap((match) => (match ? [{ file: match[1] ?? '', title: match[2] ?? '' }] : [])),
    unread: entries.filter((_, index) => !matches[index]),
  };
};

/** The line of one requirement. */
export const writeRequirement = ({ number, what, state, tests }: Requirement): string => {
  const last = tests.map(({ file, title }) => `\`${file}\` › ${title.replaceAll('|', '\\|')}`).join('<br>');
  return `| ${number} | ${what.replaceAll('|', '\\|')} | ${state} | ${last || '–'} |`;
};

/** The text with the lines of these requirements replaced. */
export const replaceRequirements = (text: string, changed: readonly Requirement[]): string => {
  const byNumber = new Map(changed.map((requirement) => [requirement.number, requirement]));
  return text
    .split('\n')
    .map((line) => {
      const requirement = byNumber.get(row.exec(line.replaceAll('\\|', '\u0000'))?.[1] ?? '');
      return requirement ? writeRequirement(requirement) : line;
    })
    .join('\n');
};
