/** All works that could be chosen, with what a choice needs to know of them. */
import { formatTime } from '../core/time.ts';
import type { Work } from '../core/work.ts';
import { withCarried } from '../protocol/carried-workflow.ts';
import type { CatalogueAnswer, CatalogueWork } from '../view/api.ts';
import { clip } from '../view/clean.ts';
import type { Client } from './client.ts';
import type { LastState } from './last-states.ts';
import { toSelectable } from './select-works.ts';

/** Without a schedule there are no works; that is no error. */
export const readCatalogue = async (
  client: Client,
  last: ReadonlyMap<string, LastState>,
): Promise<Omit<CatalogueAnswer, 'read_only'>> => {
  const schedule = await client.store.readSchedule();
  const config = withCarried(await client.readConfig(), schedule?.workflows);
  return {
    at: formatTime(client.clock.now()),
    root: client.root,
    schedule_created_at: schedule?.created_at ?? null,
    groups: schedule?.groups ?? { order: [], pinned: [] },
    workflows: Object.keys(config.workflows),
    default_workflow: config.default_workflow,
    default_parallel: config.batch.default_parallel,
    max_parallel: config.batch.max_parallel,
    confirm_above: config.batch.confirm_above,
    works: (schedule?.works ?? []).map((work) => toCatalogueWork(work, config.default_workflow, last)),
  };
};

/** Field by field, since spreading costs several times as much, for each of all works. */
const toCatalogueWork = (work: Work, defaultWorkflow: string, last: ReadonlyMap<string, LastState>): CatalogueWork => {
  const { id, group, model, variant } = toSelectable(work);
  return {
    id,
    title: clip(work.title, 500),
    group,
    model,
    variant,
    priority: work.priority,
    workflow: work.workflow ?? defaultWorkflow,
    dependencies: work.dependencies,
    labels: work.labels,
    source: work.source,
    last: last.get(work.id) ?? null,
  };
};
