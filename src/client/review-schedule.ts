/** `validate`: what is wrong or doubtful in the schedule, each with what mends it. Changes nothing. */
import { findCycle } from '../core/graph.ts';
import type { Schedule, Work } from '../core/work.ts';
import { Problem } from '../ports/problem.ts';
import type { Config } from '../protocol/config.ts';
import { nearest } from '../protocol/nearest.ts';
import { validateSchedule, type Finding } from '../protocol/validate-schedule.ts';
import type { Client } from './client.ts';
import { deliveredIds } from './create-schedule.ts';
import { dependenciesIn, noSchedule, scheduleFile } from './schedule.ts';

export interface Review {
  readonly works: number;
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
  /** Whether works depend on what is not there: `start` then wants `--allow-missing`. */
  readonly hasMissing: boolean;
}

/** Throws a Problem without a schedule, and for a config that cannot be read. */
export const reviewSchedule = async (client: Client): Promise<Review> => {
  const schedule = await readOrFinding(client);
  if ('text' in schedule) return { works: 0, errors: [schedule], warnings: [], hasMissing: false };
  const config = await client.readConfig();
  const { errors, warnings, missing } = validateSchedule(schedule, await deliveredIds(client));
  return {
    works: schedule.works.length,
    hasMissing: missing.length > 0,
    errors: [...errors, ...cycles(schedule), ...schedule.works.flatMap((work) => workflowErrors(work, config))],
    warnings: [...warnings, ...schedule.works.flatMap((work) => resourceWarnings(work, config))],
  };
};

/** What stands in a file that is no schedule is an error like others; only its first fault is known. */
const readOrFinding = async (client: Client): Promise<Schedule | Finding> => {
  try {
    const schedule = await client.store.readSchedule();
    if (schedule !== null) return schedule;
  } catch (error) {
    const isFault = error instanceof Problem && error.where.startsWith(`${scheduleFile(client.root)}:`);
    if (!isFault) throw error;
    return { text: `${error.what} (${error.where})`, fix: error.hint };
  }
  throw noSchedule(client);
};

/** Cycles that are named; works of one are left out for the next. */
const mostCycles = 10;

const cycles = ({ works }: Schedule): readonly Finding[] => {
  const findings: Finding[] = [];
  let rest: readonly Work[] = works;
  while (findings.length < mostCycles) {
    const path = findCycle(
      rest.map(({ id }) => id),
      dependenciesIn(rest),
    );
    if (path === null) break;
    const [from = '', on = ''] = path;
    findings.push({
      text: `works depend on each other in a circle: ${path.join(' -> ')}`,
      fix: `take one of these dependencies out, for example: wf0-schedule edit ${from} remove-dep=${on}`,
    });
    const inside = new Set<string>(path);
    rest = rest.filter(({ id }) => !inside.has(id));
  }
  return findings;
};

const workflowErrors = ({ id, workflow }: Work, { workflows }: Config): readonly Finding[] => {
  if (workflow === null || Object.hasOwn(workflows, workflow)) return [];
  const known = Object.keys(workflows);
  const near = nearest(workflow, known);
  const fix = near === null ? `workflows there are: ${known.join(', ')}` : `wf0-schedule edit ${id} workflow=${near}`;
  return [{ text: `${id} has the workflow ${workflow}, which is not in the config`, fix }];
};

/** A resource that the config does not know bounds nothing. */
const resourceWarnings = ({ id, uses }: Work, { resources }: Config): readonly Finding[] =>
  uses
    .filter((name) => !Object.hasOwn(resources, name))
    .map((name) => {
      const near = nearest(name, Object.keys(resources));
      const fix =
        near === null
          ? `name it in .wf/config.json: "resources": {${JSON.stringify(name)}: {"slots": 1}}`
          : `wf0-schedule edit ${id} uses=${[...new Set(uses.map((each) => (each === name ? near : each)))].join(',')}`;
      return { text: `${id} uses ${name}, which is no resource of the config: nothing bounds it`, fix };
    });
