/** The page of one work: its stages with their times, where it is, why it stands where it stands, its newest output. */
import { formatTime } from '../core/time.ts';
import { formatDuration } from './duration.ts';
import { blank, line, type Line, type Style } from './line.ts';
import { rowWords } from './row.ts';
import type { StageRun } from './stage-runs.ts';
import type { ItemStatus } from './status.ts';

export interface WorkPageInput {
  readonly item: ItemStatus;
  readonly runs: readonly StageRun[];
  /** The newest lines of its log, oldest first. */
  readonly tail: readonly string[];
  readonly now: number;
  /** What a person types to change where it stands; null if nothing does. */
  readonly command: string | null;
}

export const workPage = (input: WorkPageInput): readonly Line[] => {
  const { item, tail } = input;
  const { mark, text, style } = rowWords(item);
  return [
    line([item.title, 'title']),
    line(`${mark} `, [text, style]),
    ...facts(input),
    ...section(
      'Stages',
      input.runs.map((run) => runLine(run, input)),
    ),
    ...section(
      'Output',
      tail.map((each) => line(each)),
    ),
  ];
};

const facts = ({ item, command }: WorkPageInput): readonly Line[] => {
  const rows: readonly (readonly [string, string | null])[] = [
    ['Why', item.reason],
    ['Error', item.last_error],
    ['Do', command],
    ['Group', item.group],
    ['After', item.dependencies.length === 0 ? null : item.dependencies.join(', ')],
    ['Worktree', item.worktree],
    ['Branch', item.branch],
    ['Base', item.base_commit],
    ['Commit', item.commit === null ? null : `${item.commit}${item.pushed ? ' pushed' : ''}`],
    ['Attempts', item.attempts === 0 ? null : String(item.attempts)],
  ];
  return rows.flatMap(([name, value]) => (value === null ? [] : [line([name.padEnd(10), 'dim'], value)]));
};

const outcomes: Readonly<Record<StageRun['outcome'], readonly [string, Style]>> = {
  running: ['🔄', 'plain'],
  passed: ['✅', 'good'],
  failed: ['❌', 'bad'],
  stopped: ['⏹ ', 'warn'],
  'given back': ['⏳', 'warn'],
};

const runLine = (run: StageRun, { now, runs }: WorkPageInput): Line => {
  const [mark, style] = outcomes[run.outcome];
  const longest = Math.max(...runs.map(({ stage }) => stage.length));
  const time = formatDuration((run.ended_at ?? now) - run.started_at);
  const attempt = run.attempt > 1 ? `  attempt ${run.attempt}` : '';
  const note = run.note ?? (run.outcome === 'passed' || run.outcome === 'running' ? '' : run.outcome);
  return line(
    `${mark} ${run.stage.padEnd(longest)}  ${formatTime(run.started_at).slice(11, 19)}Z  ${time.padStart(7)}${attempt}`,
    ...(note === '' ? [] : [[`  ${note}`, style] as const]),
  );
};

const section = (title: string, lines: readonly Line[]): readonly Line[] =>
  lines.length === 0 ? [] : [blank, line([title, 'title']), ...lines];
