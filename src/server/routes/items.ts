/** One work of a batch, and its logs. */
import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import { isSchedulerAlive } from '../../client/batch.ts';
import { findIndex } from '../../client/find-work.ts';
import { readSecrets } from '../../client/secrets.ts';
import { isGrowing } from '../../client/stage-log.ts';
import type { LogFiles, StageLog } from '../../ports/log-files.ts';
import type { ItemAnswer, LogListAnswer } from '../../view/api.ts';
import { collectStageRuns } from '../../view/stage-runs.ts';
import type { ItemStatus } from '../../view/status.ts';
import { explainWorks } from '../../view/why.ts';
import type { Feed } from '../feed.ts';
import { followLog } from '../follow-log.ts';
import { maskBytes } from '../../protocol/mask-bytes.ts';
import { notFound } from '../refused.ts';
import { limits, type Route } from '../route.ts';
import { timeNow, type Scope } from '../scope.ts';
import { feedOf, toRun } from './watch.ts';

/** Bytes of one answer. */
const rangeLimit = 1024 * 1024;

const range = {
  from: { description: 'the first byte', schema: 'integer' },
  to: { description: 'the byte behind the last', schema: 'integer' },
} as const;

export const itemRoutes = (scope: Scope): readonly Route[] => [
  {
    method: 'get',
    path: '/:batch_run_id/items/:id',
    summary: 'One work: its state, when which stage of it ran, why it is where it is',
    answer: { status: 200, schema: 'ItemAnswer' },
    changes: false,
    limit: limits.read,
    handle: async (context) => context.json(await readItem(scope, context)),
  },
  {
    method: 'get',
    path: '/:batch_run_id/items/:id/logs',
    summary: 'The logs of a work, oldest first',
    answer: { status: 200, schema: 'LogListAnswer' },
    changes: false,
    limit: limits.read,
    handle: async (context) => {
      const { feed, id, files } = await openLogs(scope, context);
      const logs: LogListAnswer['logs'][number][] = [];
      for (const { path, name, attempt, stage } of await files.stages(id))
        logs.push({ name, attempt, stage, bytes: await files.size(path) });
      const answer: LogListAnswer = { at: timeNow(scope), batch_run_id: feed.journal.batchRunId, id, logs };
      return context.json(answer);
    },
  },
  {
    method: 'get',
    path: '/:batch_run_id/items/:id/logs/:name',
    summary: 'Bytes of a log, known secrets masked; `X-Log-Bytes` is its length, `X-Log-From` where the answer begins',
    query: range,
    answer: { status: 200, content: 'text/plain; charset=utf-8' },
    changes: false,
    limit: limits.read,
    handle: async (context) => {
      const { log, files } = await openLog(scope, context);
      const size = await files.size(log.path);
      const from = Math.min(size, byteOf(context, 'from') ?? 0);
      const to = Math.max(from, Math.min(size, byteOf(context, 'to') ?? size, from + rangeLimit));
      const secrets = await readSecrets(scope.client);
      const bytes = await readMasked(files, log.path, { from, to, secrets });
      return context.body(bytes, 200, {
        'content-type': 'text/plain; charset=utf-8',
        'x-log-bytes': String(size),
        'x-log-from': String(from),
      });
    },
  },
  {
    method: 'get',
    path: '/:batch_run_id/items/:id/logs/:name/follow',
    summary: 'Server-sent events: `bytes` with `{from, text}`, then `end` when the stage has ended',
    query: { from: range.from },
    answer: { status: 200, content: 'text/event-stream' },
    changes: false,
    limit: limits.stream,
    handle: async (context) => {
      const { feed, id, log, files } = await openLog(scope, context);
      const from = byteOf(context, 'from') ?? 0;
      const secrets = await readSecrets(scope.client);
      const mayGrow = async (): Promise<boolean> =>
        isGrowing(await feed.journal.read(), { id, log, logs: await files.stages(id) });
      return streamSSE(context, (stream) =>
        followLog(stream, { files, path: log.path, from, secrets, mayGrow, closing: scope.closing }),
      );
    },
  },
];

const readItem = async (scope: Scope, context: Context): Promise<ItemAnswer> => {
  const feed = await feedOf(scope, context);
  const { state, status, at } = await feed.look();
  const i = await findIndex(scope.client, state, context.req.param('id') ?? '');
  const item = status.items[i] as ItemStatus;
  const collected = collectStageRuns(item.id);
  for await (const event of feed.journal.events(1)) collected.add(event);
  const now = scope.client.clock.now();
  const why = explainWorks(state, now, { schedulerIsAlive: isSchedulerAlive(scope.client, state) })(i);
  return {
    ...{ at, batch_run_id: feed.journal.batchRunId, seq: state.seq, item, why },
    runs: collected.runs().map(toRun),
  };
};

interface Logs {
  readonly feed: Feed;
  readonly id: string;
  readonly files: LogFiles;
}

/** The id is that of a work of the batch: no path is made of anything else. */
export const openLogs = async (scope: Scope, context: Context): Promise<Logs> => {
  const feed = await feedOf(scope, context);
  const state = await feed.journal.read();
  const i = await findIndex(scope.client, state, context.req.param('id') ?? '');
  const files = await scope.client.openLogFiles(feed.journal.directory);
  return { feed, id: state.works[i]?.id ?? '', files };
};

/** The log is one of those that are there: its name is compared, never joined. */
const openLog = async (scope: Scope, context: Context): Promise<Logs & { readonly log: StageLog }> => {
  const logs = await openLogs(scope, context);
  const wanted = context.req.param('name') ?? '';
  const log = (await logs.files.stages(logs.id)).find(({ name }) => name === wanted);
  if (log !== undefined) return { ...logs, log };
  throw notFound(`${logs.id} has no such log`, 'the name of the log', 'GET …/logs lists their names');
};

const byteOf = (context: Context, name: string): number | null => {
  const text = context.req.query(name) ?? '';
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
};

interface Range {
  readonly from: number;
  readonly to: number;
  readonly secrets: readonly string[];
}

/** A secret that lies across the ends of the range is masked, too: its surroundings are read as well. */
const readMasked = async (
  files: LogFiles,
  path: string,
  { from, to, secrets }: Range,
): Promise<Buffer<ArrayBuffer>> => {
  const around = Math.max(0, ...secrets.map(({ length }) => length));
  const start = Math.max(0, from - around);
  const parts: Uint8Array[] = [];
  let at = start;
  for await (const part of files.read(path, start)) {
    parts.push(Buffer.from(part));
    at += part.length;
    if (at >= to + around) break;
  }
  return Buffer.from(maskBytes(Buffer.concat(parts), secrets).subarray(from - start, to - start));
};
