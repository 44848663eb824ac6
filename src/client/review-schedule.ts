/** `validate`: what is wrong or doubtful in the schedule, each with what mends it. Changes nothing. */
import { findCycle } from '../core/graph.ts';
import type { Schedule } from '../core/work.ts';
import { nearest } from '../protocol/nearest.ts';
import { validateSchedule } from '../protocol/validate-schedule.ts';
import type { Client } from './client.ts';
import { deliveredIds } from './create-schedule.ts';
import { cycleProblem } from './plan-batch.ts';
import { dependenciesIn } from './schedule.ts';

export interface Finding {
  readonly text: string;
  /** What to try, mostly a command. */
  readonly fix: string;
}

export interface Review {
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
  /** Whether works depend on what is not there: `start` then wants `--allow-missing`. */
  readonly hasMissing: boolean;
}

export const reviewSchedule = async (client: Client, schedule: Schedule): Promise<Review> => {
  const { workflows } = await client.readConfig();
  const { errors, warnings, missing } = validateSchedule(schedule, await deliveredIds(client));
  const ids = schedule.works.map(({ id }) => id);
  return {
    hasMissing: missing.length > 0,
    errors: [
      ...errors.map((text) => ({ text, fix: 'correct it in .wf/schedule.json or at its source' })),
      ...cycles(schedule),
      ...schedule.works.flatMap(({ id, workflow }) =>
        workflow === null || Object.hasOwn(workflows, workflow)
          ? []
          : [unknownWorkflow(id, workflow, Object.keys(workflows))],
      ),
    ],
    warnings: warnings.map((text, i) => {
      const reference = missing[i];
      return { text, fix: reference === undefined ? fixOf(text) : fixMissing(reference, ids) };
    }),
  };
};

const cycles = ({ works }: Schedule): readonly Finding[] => {
  const path = findCycle(
    works.map(({ id }) => id),
    dependenciesIn(works),
  );
  if (path === null) return [];
  const { what, hint } = cycleProblem(path);
  return [{ text: what, fix: hint }];
};

const unknownWorkflow = (id: string, workflow: string, known: readonly string[]): Finding => {
  const near = nearest(workflow, known);
  const fix = near === null ? `workflows there are: ${known.join(', ')}` : `wf0-schedule edit ${id} workflow=${near}`;
  return { text: `${id} has the workflow ${workflow}, which is not in the config`, fix };
};

/** Of the sentences of `validateSchedule`, those about references come first, in the order of `missing`. */
const fixMissing = (
  { id, reference }: { readonly id: string; readonly reference: string },
  ids: readonly string[],
): string => {
  const near = nearest(
    reference,
    ids.filter((each) => each !== id),
  );
  const word = /^[\w.#-]+$/.test(reference) ? reference : `'${reference.replaceAll("'", "'\\''")}'`;
  const remove = `wf0-schedule edit ${id} remove-dep=${word}`;
  return near === null ? remove : `wf0-schedule edit ${id} remove-dep=${word} add-dep=${near}`;
};

const fixOf = (text: string): string => {
  const priority = /^\S+ has priority (\d+), but waits for (\S+), which has \d+$/.exec(text);
  if (priority !== null) return `wf0-schedule edit ${priority[2] ?? ''} priority=${priority[1] ?? ''}`;
  const conflict = /^(\S+) conflicts with /.exec(text);
  if (conflict !== null)
    return `name the works that it conflicts with: wf0-schedule edit ${conflict[1] ?? ''} conflicts=`;
  if (text.startsWith('no work is of the group ')) return 'set the order anew: wf0-schedule order --group A,B';
  return 'correct it in .wf/schedule.json';
};
