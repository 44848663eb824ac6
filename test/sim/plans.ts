/** Plans made by chance. */
import type { Plan, PlannedWork, Resource, Workflow } from '../../src/core/plan.ts';
import { makePlan, makeStage, makeWork, type WorkWish } from '../support/plan.ts';
import type { Random } from './random.ts';

/** A plan made by chance and works that may be added to it later. */
export const randomPlan = (random: Random): { readonly plan: Plan; readonly spare: readonly PlannedWork[] } => {
  const size = random.chance(0.02) ? random.int(30, 60) : random.int(2, 22);
  const resources = randomResources(random);
  const names = Object.keys(resources);
  const workflows = Array.from({ length: random.int(1, 3) }, (_, i) => randomWorkflow(random, `flow-${i}`, names));
  const density = random.next() * 0.35;
  const works = Array.from({ length: size + 3 }, (_, i): WorkWish => {
    const earlier = Array.from({ length: i }, (__, j) => `w${j}`);
    const isSpare = i >= size;
    return {
      id: `w${i}`,
      workflow: random.pick(workflows).name,
      priority: random.chance(0.2) ? random.int(1, 5) : 3,
      expected_seconds: random.int(1, 600),
      dependencies: earlier.filter((__, j) => random.chance(j > i - 4 ? density : density / 4)),
      conflicts: i > 0 && random.chance(0.1) ? [`w${random.int(0, Math.min(i, size) - 1)}`] : [],
      uses: names.length > 0 && random.chance(0.15) ? [random.pick(names)] : [],
      ...(isSpare ? { dependencies: earlier.slice(0, size).filter(() => random.chance(density / 3)) } : {}),
    };
  });
  const plan = makePlan({
    works: works.slice(0, size),
    workflows,
    parallel: random.int(1, 4),
    until: random.chance(0.04) ? 'stage-0' : null,
    settings: {
      on_failure: random.pick(['skip-dependents', 'skip-dependents', 'skip-dependents', 'stop-new', 'stop-all']),
      max_works: random.chance(0.1) ? random.int(1, size) : null,
      cooldown_ms: random.chance(0.15) ? random.int(1, 60_000) : 0,
      push_enabled: random.chance(0.9),
      push_when: random.pick(['stage', 'end']),
      resources,
    },
  });
  return { plan, spare: works.slice(size).map(makeWork) };
};

const randomResources = (random: Random): Record<string, Resource> =>
  Object.fromEntries(
    ['tokens', 'database'].slice(0, random.int(0, 2)).map((name): [string, Resource] => [
      name,
      {
        slots: random.chance(0.6) ? random.int(1, 2) : null,
        per_minute: random.chance(0.4) ? random.int(1, 4) : null,
        cooldown_ms: random.int(1_000, 120_000),
      },
    ]),
  );

const randomWorkflow = (random: Random, name: string, resources: readonly string[]): Workflow => ({
  name,
  worktree: random.chance(0.8),
  stages: Array.from({ length: random.pick([1, 1, 2, 2, 3]) }, (_, i) =>
    makeStage(`stage-${i}`, {
      uses: resources.length > 0 && random.chance(0.3) ? [random.pick(resources)] : [],
      max_visits: random.int(1, 3),
      retry: {
        max_attempts: random.int(1, 3),
        initial_ms: random.int(1_000, 60_000),
        factor: 2,
        max_ms: 300_000,
        jitter: random.pick([0, 0.2]),
      },
    }),
  ),
});
