/** The work of a batch that a person names. */
import type { BatchState } from '../core/state.ts';
import { Problem } from '../ports/problem.ts';
import type { Client } from './client.ts';
import { nearestTo, quoteId } from './schedule.ts';

/** Its index, upper and lower case folded. Throws a Problem that names the nearest, or says that only the schedule has it. */
export const findIndex = async (client: Pick<Client, 'store'>, state: BatchState, id: string): Promise<number> => {
  const wanted = id.toLowerCase();
  const found = state.works.findIndex((work) => work.id.toLowerCase() === wanted);
  if (found >= 0) return found;
  const where = `batch ${state.plan.batch_run_id}`;
  const scheduled = (await client.store.readSchedule().catch(() => null))?.works.find(
    (work) => work.id.toLowerCase() === wanted,
  );
  if (scheduled !== undefined)
    throw new Problem({
      what: `${scheduled.id} is in the schedule, but not in this batch`,
      where,
      hint: `it is delivered already, or was added later: wf0-batch add ${scheduled.id}`,
      code: 'refused',
      isUnknown: true,
    });
  const near = nearestTo(
    id,
    state.works.map((work) => work.id),
  );
  throw new Problem({
    what: `there is no work ${quoteId(id)} in the batch`,
    where,
    hint: near === null ? 'see: wf0-batch status' : `did you mean ${near}? See: wf0-batch status`,
    code: 'refused',
    isUnknown: true,
  });
};
