/** What became of a schedule's works, in the form of `git diff`: a head a work, then what differs. Bounded. */
import type { ChangedWork, Changes } from '../core/compare-works.ts';
import type { Work } from '../core/work.ts';
import { clip } from './clean.ts';
import { line, type Line } from './line.ts';
import { diffLines, type Hunk } from './line-diff.ts';
import { describeValue } from './work-fields.ts';

/** Changed works that are shown with their differences; and added or removed ones that are named. */
export const shownWorks = 20;
/** Lines of one body's difference. */
export const shownBodyLines = 30;
const lineLimit = 160;

/** No line if nothing changed. */
export const changesText = ({ changed, added, removed }: Changes): readonly Line[] => [
  ...changed.slice(0, shownWorks).flatMap(changedLines),
  ...more(changed.length, 'changed'),
  ...added.slice(0, shownWorks).map((work) => line([`added   ${head(work)}`, 'good'])),
  ...more(added.length, 'added'),
  ...removed.slice(0, shownWorks).map((work) => line([`removed ${head(work)}`, 'bad'])),
  ...more(removed.length, 'removed'),
];

const head = ({ id, title }: Work): string => (title === id ? id : `${id}  ${clip(title, 80)}`);

const more = (count: number, what: string): readonly Line[] =>
  count > shownWorks ? [line([`and ${(count - shownWorks).toLocaleString('en')} more works ${what}`, 'dim'])] : [];

const changedLines = ({ before, after, fields }: ChangedWork): readonly Line[] => [
  line([`changed ${after.id}`, 'title']),
  ...pair('source', sourceText(before), sourceText(after)),
  ...fields.flatMap((field) =>
    field === 'body'
      ? bodyLines(before.body, after.body)
      : pair(field, describeValue(before[field]), describeValue(after[field])),
  ),
];

const sourceText = ({ source }: Work): string => clip(`${source.type} ${source.ref}`, lineLimit);

const pair = (name: string, old: string, now: string): readonly Line[] =>
  old === now ? [] : [line([`-${name}: ${old}`, 'bad']), line([`+${name}: ${now}`, 'good'])];

const bodyLines = (before: string, after: string): readonly Line[] => {
  const lines = diffLines(before, after).flatMap(hunkLines);
  const over = lines.length - shownBodyLines;
  return over > 0
    ? [...lines.slice(0, shownBodyLines), line([`and ${over} more lines of the body's difference`, 'dim'])]
    : lines;
};

const signs = { same: ' ', removed: '-', added: '+' } as const;
const styles = { same: 'plain', removed: 'bad', added: 'good' } as const;

const hunkLines = ({ oldStart, newStart, lines }: Hunk): readonly Line[] => {
  const old = lines.filter(({ kind }) => kind !== 'added').length;
  const now = lines.filter(({ kind }) => kind !== 'removed').length;
  return [
    line([`@@ body -${oldStart},${old} +${newStart},${now} @@`, 'dim']),
    ...lines.map(({ kind, text }) => line([`${signs[kind]}${clip(text, lineLimit)}`, styles[kind]])),
  ];
};
