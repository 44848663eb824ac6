/** `add`: works of the schedule join the batch that runs. */
import type { PlannedWork } from '../core/plan.ts';
import type { BatchState } from '../core/state.ts';
import type { WorkId } from '../core/work.ts';
import { Problem } from '../ports/problem.ts';
import type { Journal } from '../ports/store.ts';
import type { Client } from './client.ts';
import { controlAndRun } from './control.ts';
import { requireIntactPlan } from './intact-plan.ts';
import { planBatch } from './plan-batch.ts';
import { findWork, requireSchedule, scheduleFile } from './schedule.ts';

/** Plans the works as a start would and asks for them to join. Their workflows must be in the plan: it is frozen. */
export const addWorks = async (
  client: Client,
  journal: Journal<BatchState>,
  ids: readonly string[],
): Promise<BatchState> => {
  const schedule = await requireSchedule(client);
  await requireIntactPlan(journal);
  const state = await journal.read();
  const inBatch = new Set<WorkId>(state.works.map(({ id }) => id));
  const named = new Set(ids.map((id) => findWork(schedule, id, scheduleFile(client.root)).id));
  const wanted = schedule.works.filter(({ id }) => named.has(id));
  // Dependencies that the batch has are met there; for planning they count as missing from the schedule.
  const inside = new Map(wanted.map(({ id, dependencies }) => [id, dependencies.filter((each) => inBatch.has(each))]));
  const works = wanted.map((work) => ({ ...work, dependencies: work.dependencies.filter((id) => !inBatch.has(id)) }));
  const wishes = {
    parallel: state.batch.parallel,
    engine: state.batch.engine,
    only: [],
    group: null,
    until: null,
    allowMissing: false,
    rerun: false,
  };
  const { plan, delivered } = await planBatch(client, { ...schedule, works }, wishes);
  const done = delivered[0];
  if (done !== undefined)
    throw new Problem({
      what: `${done} is delivered already`,
      where: journal.batchRunId,
      hint: `run it again: wf0-batch retry ${done} --rerun`,
      code: 'refused',
    });
  const planned = plan.works.map((work): PlannedWork => ({
    ...work,
    dependencies: [...work.dependencies, ...(inside.get(work.id) ?? [])],
  }));
  refuseOtherWorkflows(state, plan.workflows, planned);
  return controlAndRun(client, journal, { type: 'add', works: planned });
};

const refuseOtherWorkflows = (
  state: BatchState,
  workflows: BatchState['plan']['workflows'],
  works: readonly PlannedWork[],
): void => {
  for (const { id, workflow } of works) {
    const frozen = state.plan.workflows[workflow];
    if (frozen !== undefined && JSON.stringify(frozen) === JSON.stringify(workflows[workflow])) continue;
    const why = frozen === undefined ? 'is not in the plan of the batch' : 'has changed since the batch began';
    throw new Problem({
      what: `the workflow ${workflow} of ${id} ${why}`,
      where: `${state.plan.root}/.wf/config.json`,
      hint: 'run it in a batch of its own after this one',
      code: 'refused',
    });
  }
};
