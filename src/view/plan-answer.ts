/** A plan as the preview shows it: totals, groups, estimate, settings. The rest of it is the dry run's document. */
import { groupPlaces } from '../core/group-order.ts';
import type { Plan, Stage, Workflow } from '../core/plan.ts';
import { formatTime } from '../core/time.ts';
import type { Missing, PlanAnswer } from './api.ts';
import { clip } from './clean.ts';
import { planDocument } from './plan-document.ts';

export interface PlanAnswerInput {
  readonly plan: Plan;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly name: string | null;
  readonly delivered: readonly string[];
  /** How many works were chosen, those that were delivered before included. */
  readonly selected: number;
  readonly missing: readonly Missing[];
  readonly guards: Omit<PlanAnswer['guards'], 'is_empty' | 'needs_confirmation'>;
  /** Keeps secrets out of what is shown. */
  readonly mask: (text: string) => string;
}

export const planAnswer = (input: PlanAnswerInput): PlanAnswer => {
  const { plan, selected, guards } = input;
  const document = planDocument(plan);
  const works = plan.works.length;
  return {
    estimate_low_seconds: Math.round(document.estimate_seconds * likely.low),
    estimate_high_seconds: Math.round(document.estimate_seconds * likely.high),
    ...document,
    at: formatTime(input.now),
    name: input.name,
    delivered: input.delivered,
    totals: {
      selected,
      works,
      jobs: plan.works.reduce((sum, { workflow }) => sum + (plan.workflows[workflow]?.stages.length ?? 0), 0),
      groups: groupPlaces(
        plan.works.map(({ group }) => group),
        plan.groups,
      )
        .filter((place) => place.works > 0)
        .map((place) => ({ group: place.group, works: place.works })),
    },
    band: bandOf(plan),
    settings: settingsOf(plan, input.mask),
    missing: input.missing,
    guards: { ...guards, is_empty: works === 0, needs_confirmation: works > guards.confirm_above },
  };
};

/** Where an estimate has no band of its own: most runs end between these shares of it. */
const likely = { low: 0.7, high: 1.5 } as const;

const bandOf = ({ works }: Plan): PlanAnswer['band'] => {
  const mean = works.reduce((sum, { expected_seconds }) => sum + expected_seconds, 0) / Math.max(1, works.length);
  return mean < 300 ? 'fast' : mean < 1800 ? 'standard' : 'thorough';
};

const settingsOf = ({ engine, parallel, settings, workflows, works }: Plan, mask: (text: string) => string) => ({
  engine,
  parallel,
  max_parallel: settings.max_parallel,
  base_branch: settings.base_branch,
  push: settings.push_enabled
    ? `to ${settings.push_remote}, ${settings.push_when === 'end' ? 'at the end of each work' : 'after each stage'}`
    : 'off',
  on_failure: settings.on_failure,
  resources: Object.entries(settings.resources).map(([name, { slots }]) => ({ name, slots })),
  budget: Object.entries(settings.budget ?? {}).flatMap(([name, limit]) =>
    typeof limit === 'number' ? [{ name, limit }] : [],
  ),
  workflows: Object.values(workflows).map((workflow) => ({
    name: workflow.name,
    worktree: workflow.worktree,
    works: works.filter((work) => work.workflow === workflow.name).length,
    stages: stagesOf(workflow, mask),
  })),
});

const stagesOf = ({ stages }: Workflow, mask: (text: string) => string) =>
  stages.map((stage) => ({
    name: stage.name,
    command: clip(mask(commandOf(stage)), 2000),
    agent: stage.prompt?.agent ?? null,
    model: stage.prompt?.model ?? null,
    timeout_ms: stage.timeout_ms,
    max_attempts: stage.retry.max_attempts,
    requires: stage.requires,
    uses: stage.uses,
  }));

const commandOf = ({ run }: Stage): string => (typeof run === 'string' ? run : run.join(' '));
