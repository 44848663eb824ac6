/** A notice in words: what a person reads on a desktop or a phone, and the data beside it. */
import { isStillFailed, questionOf } from '../core/notices.ts';
import type { BatchState } from '../core/state.ts';
import { formatTime } from '../core/time.ts';
import type { WorkId } from '../core/work.ts';
import { clip } from './clean.ts';
import { describeFailure } from './failure.ts';
import { countWorks, type Counts } from './work.ts';
import { makeReport } from './report.ts';

/** What is told, without an id of its own. */
export interface NoticeWords {
  readonly title: string;
  readonly text: string;
  readonly sent_at: string;
  readonly batch_run_id: string;
  readonly state: string;
  readonly root: string;
  readonly counts: Counts;
  readonly works: readonly { readonly id: string; readonly title: string; readonly why: string }[];
  readonly works_total: number;
}

/** Works that a notice lists as data, and those of them that its text names. */
const listed = 50;
const named = 5;

/** `ids`: the works that it is about; of an end they are all that failed and all that ask something. */
export const noticeWords = (
  state: BatchState,
  { kind, ids }: { readonly kind: 'end' | 'failure' | 'attention'; readonly ids: readonly WorkId[] },
  now: number,
): NoticeWords => {
  const about = kind === 'end' ? openWorks(state) : ids;
  const works = about.slice(0, listed).map((id) => ({ id, title: titleOf(state, id), why: whyOf(state, id) }));
  const more = about.length - Math.min(about.length, named);
  const lines = works.slice(0, named).map(({ id, why }) => `${id}: ${why}`);
  return {
    title: titleFor(state, { kind, about, now }),
    text: [...lines, ...(more > 0 ? [`and ${more} more`] : []), nextStep[kind]].join('\n'),
    sent_at: formatTime(now),
    batch_run_id: state.plan.batch_run_id,
    state: state.batch.status,
    root: state.plan.root,
    counts: countWorks(state),
    works,
    works_total: about.length,
  };
};

const nextStep = {
  end: 'wf0-batch report',
  failure: 'wf0-batch status',
  attention: 'wf0-batch status names the command to answer',
} as const;

const titleFor = (
  state: BatchState,
  {
    kind,
    about,
    now,
  }: { readonly kind: keyof typeof nextStep; readonly about: readonly WorkId[]; readonly now: number },
): string => {
  if (kind === 'end') return `batch ${state.batch.status}: ${makeReport(state, now).summary}`;
  const who = about.length === 1 ? about[0] : `${about.length} works`;
  if (kind === 'failure') return `${who} failed`;
  return `${who} ${about.length === 1 ? 'needs' : 'need'} an answer`;
};

const openWorks = (state: BatchState): readonly WorkId[] =>
  state.works.flatMap(({ id }) => (isStillFailed(state, id) || questionOf(state, id) !== null ? [id] : []));

const titleOf = ({ works, relations }: BatchState, id: WorkId): string =>
  clip(works[relations.indexOf.get(id) ?? -1]?.title ?? '', 200);

const whyOf = (state: BatchState, id: WorkId): string => {
  const record = state.records[state.relations.indexOf.get(id) ?? -1]?.state;
  if (record?.status === 'failed') return describeFailure(record.failure);
  return clip(questionOf(state, id) ?? '', 300) || 'it waits for an answer';
};
