/** The panel's keys. */
import { blank, line, type Line } from '../view/line.ts';

export const helpLines = (interrupt: 'stop' | 'leave'): readonly Line[] => [
  ...table(keys),
  blank,
  line('In a work, a log and this page, q, Esc and ← go back.'),
  line(
    interrupt === 'stop'
      ? 'Ctrl+C stops the batch; once more: at once. q leaves it running.'
      : 'Ctrl+C leaves, as q does; the batch goes on.',
  ),
];

const keys: readonly (readonly [string, string])[] = [
  ['↑ ↓ j k', 'choose a work; PgUp, PgDn, Home, End move further'],
  ['Enter', 'open the work: stages with times, output, error, worktree, base'],
  ['a', 'attach to the session that runs it; leave that with Ctrl+b d'],
  ['l', 'its log, which follows what comes'],
  ['r', 'retry it; a blocked work asks for the answer first'],
  ['p', 'pause: nothing new starts; again: go on, with stopped works too'],
  ['s', 'stop the batch or this work, after a question'],
  ['/', 'show only works with these words in id, title, group or state'],
  ['Esc', 'all works again, from the first'],
  ['?', 'this page'],
  ['Ctrl+L', 'draw everything anew; Ctrl+Z goes to the shell, fg comes back'],
  ['q', 'leave; the batch goes on'],
];

const table = (rows: readonly (readonly [string, string])[]): readonly Line[] =>
  rows.map(([key, what]) => line([key.padEnd(9), 'title'], what));
