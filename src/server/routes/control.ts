/** Changes of the batch: what the verbs of the command line do, by the same calls. The answer follows the change. */
import type { z } from 'zod';
import { addWorks } from '../../client/add.ts';
import { openLatest } from '../../client/batch.ts';
import { checkEnvironment } from '../../client/check-environment.ts';
import { control, controlAndRun, resolveIds } from '../../client/control.ts';
import { resumeBatch } from '../../client/resume.ts';
import { drainBatch, stopEverything, stopWorks } from '../../client/stop.ts';
import { nobody, requireTrust } from '../../client/trust.ts';
import type { BatchState } from '../../core/state.ts';
import type { Journal } from '../../ports/store.ts';
import type {
  BatchRequest,
  ResumeRequest,
  RetryRequest,
  SkipRequest,
  StopRequest,
  WorksRequest,
} from '../../protocol/api-request.ts';
import {
  batchRequest,
  resumeRequest,
  retryRequest,
  skipRequest,
  stopRequest,
  worksRequest,
} from '../../protocol/api-schema.ts';
import { controlAnswer } from '../control-answer.ts';
import { notFound, Refused } from '../refused.ts';
import { limits, type Route } from '../route.ts';
import type { Scope } from '../scope.ts';

export const controlRoutes = (scope: Scope): readonly Route[] => [
  route<BatchRequest>(scope, '/pause', {
    summary: 'Nothing new is started; what runs finishes',
    body: batchRequest,
    change: (journal) => control(scope.client, journal, { type: 'pause' }),
  }),
  route<ResumeRequest>(scope, '/resume', {
    summary: 'Goes on after a pause, a stop, a failure or a crash',
    body: resumeRequest,
    change: (journal, request) => resume(scope, journal, request),
  }),
  route<StopRequest>(scope, '/stop', {
    summary: 'Stops everything, or the named works; `drain` answers at once, the others when it has happened',
    body: stopRequest,
    change: (journal, request) => stop(scope, journal, request),
  }),
  route<RetryRequest>(scope, '/retry', {
    summary: 'Queues works again',
    body: retryRequest,
    change: async (journal, { ids, from, rerun, answer }) => {
      await requireTrust(scope.client, nobody, journal.batchRunId);
      return controlAndRun(scope.client, journal, {
        type: 'retry',
        ids: await resolveIds(scope.client, await journal.read(), ids),
        from: from ?? null,
        rerun: rerun === true,
        answer: answer ?? null,
      });
    },
  }),
  route<SkipRequest>(scope, '/skip', {
    summary: 'Takes works out of the run; with `satisfied` their dependents go on',
    body: skipRequest,
    change: async (journal, { ids, satisfied }) =>
      control(scope.client, journal, {
        type: 'skip',
        ids: await resolveIds(scope.client, await journal.read(), ids),
        satisfied: satisfied === true,
      }),
  }),
  route<WorksRequest>(scope, '/add', {
    summary: 'Works of the schedule join the run',
    body: worksRequest,
    change: async (journal, { ids }) => {
      await requireTrust(scope.client, nobody, journal.batchRunId);
      return addWorks(scope.client, journal, ids);
    },
  }),
  route<WorksRequest>(scope, '/remove', {
    summary: 'Queued works leave the run; they stay in the schedule',
    body: worksRequest,
    change: async (journal, { ids }) =>
      control(scope.client, journal, {
        type: 'remove',
        ids: await resolveIds(scope.client, await journal.read(), ids),
      }),
  }),
];

interface Control<T> {
  readonly summary: string;
  readonly body: z.ZodType;
  change(journal: Journal<BatchState>, request: T): Promise<BatchState>;
}

const route = <T extends BatchRequest>(scope: Scope, path: string, { summary, body, change }: Control<T>): Route => ({
  ...{ method: 'post', path, summary, body },
  ...{ answer: { status: 200, schema: 'ControlAnswer' }, changes: true, limit: limits.write },
  handle: async (context, given) => {
    const request = given as T;
    const journal = await openNamed(scope, request.batch_run_id);
    try {
      return context.json(controlAnswer(scope, await change(journal, request)));
    } finally {
      await journal.close();
    }
  },
});

/** The newest batch; one that is named must be it, since only that can be changed. */
const openNamed = async ({ client }: Scope, id: string | undefined): Promise<Journal<BatchState>> => {
  const newest = await client.store.newestBatch();
  if (id === undefined || id === newest) return openLatest(client);
  const isThere = (await client.store.listBatches()).includes(id);
  if (!isThere)
    throw notFound(
      `there is no batch ${id}`,
      `${client.root}/.wf/batches`,
      'GET the list of batches at the root of the API',
    );
  throw new Refused({
    status: 409,
    what: `${id} is not the newest batch any more; that is ${newest ?? 'gone'}`,
    where: 'batch_run_id',
    hint: 'look at the newest one; an older one cannot be changed',
  });
};

const resume = async (
  { client }: Scope,
  journal: Journal<BatchState>,
  { parallel, no_failed }: ResumeRequest,
): Promise<BatchState> => {
  await requireTrust(client, nobody, journal.batchRunId);
  const before = await journal.read();
  await checkEnvironment(client, { ...before.plan, engine: before.batch.engine });
  const most = (await client.readConfig()).batch.max_parallel;
  const wanted = parallel === 'auto' ? client.cores : (parallel ?? null);
  return resumeBatch(client, journal, {
    parallel: wanted === null ? null : Math.min(wanted, most),
    retryFailed: no_failed !== true,
    engine: null,
  });
};

const stop = async (
  { client }: Scope,
  journal: Journal<BatchState>,
  { force, drain, ids }: StopRequest,
): Promise<BatchState> => {
  if (drain === true && (force === true || ids !== undefined))
    throw new Refused({
      status: 422,
      what: 'drain goes with neither force nor ids',
      where: 'drain',
      hint: 'send one of them',
      issues: [{ path: 'drain', message: 'goes with neither force nor ids' }],
    });
  const mode = force === true ? 'force' : 'graceful';
  if (drain === true) return drainBatch(client, journal);
  if (ids === undefined) return (await stopEverything(client, journal, mode)).state;
  const wanted = await resolveIds(client, await journal.read(), ids);
  return (await stopWorks(client, journal, { ids: wanted, mode })).state;
};
