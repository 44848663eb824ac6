/** The report of a batch, `report.json` and `report.md`: what became of every work, and what to do about it. */
import type { BatchState, BatchStatus, WorkRecord } from '../core/state.ts';
import { formatTime } from '../core/time.ts';
import { clean, clip } from './clean.ts';
import { formatDuration } from './duration.ts';
import { adviseFailure } from './failure.ts';
import { marks } from './mark.ts';
import { countWorks, delivery, durationMs, shownState, type Counts, type ShownState } from './work.ts';
import { explainWorks, type Why } from './why.ts';

export interface ReportItem {
  readonly id: string;
  readonly title: string;
  readonly group: string | null;
  readonly state: ShownState;
  readonly attempts: number;
  readonly started_at: string | null;
  readonly ended_at: string | null;
  /** Time spent in stages over all attempts. */
  readonly duration_ms: number | null;
  readonly branch: string | null;
  /** Where its files are; null without a worktree and when that was removed. */
  readonly worktree: string | null;
  readonly base_commit: string | null;
  readonly commit: string | null;
  readonly pushed: boolean;
  /** The stage it failed in. */
  readonly failed_stage: string | null;
  /** Why it is not completed, in one sentence; null when it is. */
  readonly why: string | null;
  /** What to do about it; null when nothing is. */
  readonly what_to_do: string | null;
  readonly quality: number | null;
  readonly notes: readonly string[];
}

export interface ReportDocument {
  readonly version: 1;
  readonly batch_run_id: string;
  readonly plan_hash: string;
  readonly state: BatchStatus;
  readonly reason: string | null;
  readonly parallel: number;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly ended_at: string | null;
  /** From the start to the end, or to now. */
  readonly duration_ms: number | null;
  readonly counts: Counts;
  /** One line. */
  readonly summary: string;
  /** In order of dispatch. */
  readonly items: readonly ReportItem[];
}

/** The report as of `now`, in milliseconds since the epoch; of an ended batch `now` changes nothing. */
export const makeReport = (state: BatchState, now: number): ReportDocument => {
  const { batch, plan } = state;
  const why = explainWorks(state, now);
  const duration_ms = batch.started_at === null ? null : Math.max(0, (batch.ended_at ?? now) - batch.started_at);
  return {
    version: 1,
    batch_run_id: plan.batch_run_id,
    plan_hash: plan.plan_hash,
    state: batch.status,
    reason: batch.reason === null ? null : clip(batch.reason, 300),
    parallel: batch.parallel,
    created_at: plan.created_at,
    started_at: batch.started_at === null ? null : formatTime(batch.started_at),
    ended_at: batch.ended_at === null ? null : formatTime(batch.ended_at),
    duration_ms,
    counts: countWorks(state),
    summary: summarize(state, duration_ms),
    items: state.works.map((_, i) => makeItem(state, i, { now, why: why(i) })),
  };
};

/** `7 of 12 works completed, 1 failed, 4 skipped in 12m 34s`. */
const summarize = (state: BatchState, duration: number | null): string => {
  const { total, ...counts } = countWorks(state);
  const others = (['failed', 'skipped', 'stopped', 'running', 'queued'] as const)
    .filter((name) => counts[name] > 0)
    .map((name) => `, ${counts[name]} ${name}`);
  const time = duration === null ? '' : ` in ${formatDuration(duration)}`;
  return `${counts.completed} of ${total} ${total === 1 ? 'work' : 'works'} completed${others.join('')}${time}`;
};

const makeItem = (state: BatchState, i: number, at: { readonly now: number; readonly why: Why }): ReportItem => {
  const work = state.works[i] as BatchState['works'][number];
  const record = state.records[i] as WorkRecord;
  const shown = shownState(state, i);
  const isOpen = shown !== 'completed' && shown !== 'running';
  return {
    id: work.id,
    title: clip(work.title, 500),
    group: work.group === null ? null : clip(work.group, 200),
    state: shown,
    attempts: record.attempts,
    started_at: record.started_at === null ? null : formatTime(record.started_at),
    ended_at: record.ended_at === null ? null : formatTime(record.ended_at),
    duration_ms: durationMs(record, at.now),
    branch: record.place?.branch ?? work.branch,
    worktree: record.worktree_removed ? null : (record.place?.worktree ?? null),
    base_commit: record.place?.base_commit ?? null,
    ...delivery(record),
    failed_stage: record.state.status === 'failed' ? clip(record.state.failure.stage, 80) : null,
    why: isOpen ? at.why.sentence : null,
    what_to_do: isOpen ? whatToDo(record, work.id, at.why) : null,
    quality: record.quality,
    notes: record.notes.map((note) => clip(note, 500)),
  };
};

const whatToDo = ({ state }: WorkRecord, id: string, why: Why): string | null => {
  if (state.status === 'failed') return adviseFailure(state.failure, id);
  return why.command === null ? null : `\`${why.command}\``;
};

/** The Markdown of a report. Texts from outside cannot become markup. */
export const reportMarkdown = (report: ReportDocument): string => {
  const open = report.items.filter(({ why }) => why !== null);
  const noted = report.items.filter(({ notes }) => notes.length > 0);
  const parts = [
    `# Batch ${literal(report.batch_run_id)}`,
    `${literal(report.summary)}.`,
    facts(report),
    '## Works',
    table(report.items),
    ...(open.length === 0 ? [] : ['## Not completed', open.map(openItem).join('\n\n')]),
    ...(noted.length === 0 ? [] : ['## Notes', noted.flatMap(notesOf).join('\n')]),
  ];
  return `${parts.join('\n\n')}\n`;
};

const facts = (report: ReportDocument): string =>
  [
    `- State: ${report.state}${report.reason === null ? '' : ` (${literal(report.reason)})`}`,
    `- Started: ${report.started_at ?? 'not yet'}`,
    `- Ended: ${report.ended_at ?? 'not yet'}`,
    `- Workers: ${report.parallel}`,
    `- Plan: ${report.plan_hash}`,
  ].join('\n');

const table = (items: readonly ReportItem[]): string =>
  [
    '| work | state | duration | attempts | branch | commit | title |',
    '| --- | --- | ---: | ---: | --- | --- | --- |',
    ...items.map((item) => {
      const commit = item.commit === null ? '' : `${item.commit.slice(0, 12)}${item.pushed ? ' pushed' : ''}`;
      const time = item.duration_ms === null ? '' : formatDuration(item.duration_ms);
      const cells = [
        item.id,
        `${marks[item.state]} ${item.state}`,
        time,
        String(item.attempts),
        item.branch ?? '',
        commit,
        item.title,
      ];
      return `| ${cells.map(literal).join(' | ')} |`;
    }),
  ].join('\n');

const openItem = (item: ReportItem): string =>
  [
    `### ${marks[item.state]} ${literal(item.id)}`,
    '',
    `- Why: ${literal(item.why ?? '')}`,
    ...(item.what_to_do === null ? [] : [`- What to do: ${item.what_to_do}`]),
    ...(item.worktree === null ? [] : [`- Worktree: ${literal(item.worktree)}`]),
    ...(item.commit === null ? [] : [`- Commit: ${item.commit}${item.pushed ? ', pushed' : ', not pushed'}`]),
  ].join('\n');

const notesOf = ({ id, notes }: ReportItem): readonly string[] =>
  notes.map((note) => `- ${literal(id)}: ${literal(note)}`);

/** Text as it is: what Markdown or HTML would read as markup is escaped. An underscore inside a name is none. */
const literal = (text: string): string =>
  clean(text).replace(/[\\`*[\]<>|~&]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, (mark) => entities[mark] ?? `\\${mark}`);

const entities: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;' };
