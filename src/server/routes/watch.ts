/** One batch: its status, its works, its runs over time, its report, its events. */
import { streamSSE } from 'hono/streaming';
import type { Context } from 'hono';
import { criticalPath } from '../../core/forecast.ts';
import { formatTime } from '../../core/time.ts';
import type { ItemsAnswer, RunsAnswer, StatusAnswer } from '../../view/api.ts';
import { makeReport } from '../../view/report.ts';
import { collectStageRuns, type StageRun } from '../../view/stage-runs.ts';
import type { Feed } from '../feed.ts';
import { limits, type Route } from '../route.ts';
import { timeNow, type Scope } from '../scope.ts';
import { streamFeed } from '../stream.ts';

export const watchRoutes = (scope: Scope): readonly Route[] => [
  {
    method: 'get',
    path: '/:batch_run_id/status',
    summary: 'The status document, as `wf0-batch status --json` prints it, with the number of the newest event',
    answer: { status: 200, schema: 'StatusAnswer' },
    changes: false,
    limit: limits.read,
    handle: async (context) => {
      const { state, status, at } = await (await feedOf(scope, context)).look();
      return context.json({ ...status, at, seq: state.seq } satisfies StatusAnswer);
    },
  },
  {
    method: 'get',
    path: '/:batch_run_id/items',
    summary: 'The works of the batch, in order of dispatch',
    answer: { status: 200, schema: 'ItemsAnswer' },
    changes: false,
    limit: limits.read,
    handle: async (context) => {
      const feed = await feedOf(scope, context);
      const { state, status, at } = await feed.look();
      const { counts, items } = status;
      return context.json({
        ...{ at, batch_run_id: feed.journal.batchRunId, seq: state.seq },
        ...{ counts, items },
      } satisfies ItemsAnswer);
    },
  },
  {
    method: 'get',
    path: '/:batch_run_id/runs',
    summary: 'The schedule over time: every start of a stage',
    answer: { status: 200, schema: 'RunsAnswer' },
    changes: false,
    limit: limits.read,
    handle: async (context) => context.json(await readRuns(scope, await feedOf(scope, context))),
  },
  {
    method: 'get',
    path: '/:batch_run_id/report',
    summary: 'The report as of now, in the form of report.json',
    answer: { status: 200, schema: 'ReportAnswer' },
    changes: false,
    limit: limits.read,
    handle: async (context) => {
      const { state } = await (await feedOf(scope, context)).look();
      return context.json({ at: timeNow(scope), ...makeReport(state, scope.client.clock.now()) });
    },
  },
  {
    method: 'get',
    path: '/:batch_run_id/events',
    summary: 'Server-sent events: a snapshot, then changes; behind `Last-Event-ID` or `after` the changes alone',
    query: { after: { description: 'the number of the last event that is known', schema: 'integer' } },
    answer: { status: 200, content: 'text/event-stream' },
    changes: false,
    limit: limits.stream,
    handle: async (context) => {
      const feed = await feedOf(scope, context);
      const after = knownSeq(context);
      return streamSSE(context, (stream) => streamFeed(scope, stream, { feed, after }));
    },
  },
];

export const feedOf = (scope: Scope, context: Context): Promise<Feed> =>
  scope.feeds.open(context.req.param('batch_run_id') ?? '');

/** What a browser says after a reconnection counts more than what the page said once. */
const knownSeq = (context: Context): number | null => {
  const text = context.req.header('last-event-id') ?? context.req.query('after') ?? '';
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
};

const readRuns = async (scope: Scope, { journal }: Feed): Promise<RunsAnswer> => {
  const collected = collectStageRuns();
  for await (const event of journal.events(1)) collected.add(event);
  const state = await journal.read();
  return {
    at: timeNow(scope),
    batch_run_id: journal.batchRunId,
    seq: state.seq,
    critical_path: criticalPath(state.works).ids,
    runs: collected.runs().map(toRun),
  };
};

export const toRun = ({ started_at, ended_at, ...run }: StageRun): RunsAnswer['runs'][number] => ({
  ...run,
  started_at: formatTime(started_at),
  ended_at: ended_at === null ? null : formatTime(ended_at),
});
