/** Batches that are written down instead of made by chance: as small as what they provoke allows. */
import type { ArmedPoint } from './armed/fault-point.ts';
import type { OutsideFault, PlannedFault } from './random-faults.ts';
import type { ChaosWork, Nature, Scenario } from './scenario.ts';

/** More than it takes on a busy machine. Where a bug keeps the batch from ever ending, all of it is waited for. */
const limitMs = 40_000;
export const neverEndsMs = 10_000;
const slowMs = 150_000;

export const scenario = (works: readonly ChaosWork[], over: Partial<Scenario> = {}): Scenario => ({
  seed: 3,
  engine: 'process',
  parallel: 2,
  pushWhen: 'end',
  faults: [],
  limitMs,
  leaveMs: 4000,
  works,
  ...over,
});

export const work = (id: string, pauseMs = 0, over: Partial<ChaosWork> = {}): ChaosWork => ({
  id,
  pauseMs,
  nature: 'plain',
  dependencies: [],
  ...over,
});

export const of = (nature: Nature): Partial<ChaosWork> => ({ nature });

export const atLine = (line: number, what: OutsideFault, delayMs = 0): PlannedFault => ({
  when: 'line',
  id: `line-${line}`,
  line,
  delayMs,
  what,
});

export const atPoint = (
  point: string,
  hit: number,
  action: ArmedPoint['action'],
  ms = 0,
): Extract<PlannedFault, { when: 'point' }> => ({
  when: 'point',
  id: `${point}-${hit}`,
  point,
  hit,
  action,
  ms,
});

export const atNote = (line: number, what: OutsideFault): PlannedFault => ({
  when: 'note',
  id: `note-${line}`,
  line,
  what,
});

/** Lines until the first work's first stage runs. */
const firstStage = 7;

/** A worker that dies before it has said that it runs: the journal does not know its process. */
export const unansweredSummons = scenario([work('w00'), work('w01')], {
  parallel: 1,
  faults: [atPoint('before-enlist', 1, 'kill')],
});

/** A worker that dies before it removes its worktree, and a fault that only whoever does so later could meet. */
export const faultTooLate = scenario([work('w00')], {
  parallel: 1,
  faults: [atPoint('after-completion', 1, 'kill'), atPoint('before-removal', 1, 'EACCES')],
});

/** While a person's command waits for the workers, the scheduler dies with the one that would start it again. */
export const nobodyAnswers = scenario([work('w00')], {
  parallel: 1,
  faults: [{ ...atPoint('before-enlist', 1, 'hold'), then: { kind: 'kill', target: 'scheduler-and-restarter' } }],
});

const frozenWorker = (engine: Scenario['engine']): Scenario =>
  scenario([work('w00', 1500)], {
    engine,
    parallel: 1,
    limitMs: slowMs,
    faults: [atLine(firstStage, { kind: 'freeze-for-good', target: 'worker' })],
  });

/** Lines until a single work is to be pushed; the push waits at its point until the remote hangs. */
const publishing = 11;

/** What takes a minute to be noticed: a process that was stopped, a remote that does not answer. */
export const slowScenarios: readonly Scenario[] = [
  frozenWorker('process'),
  frozenWorker('tmux'),
  scenario([work('w00')], {
    parallel: 1,
    limitMs: slowMs,
    faults: [atPoint('before-push', 1, 'sleep', 400), atLine(publishing, { kind: 'remote-hangs', ms: 61_500 })],
  }),
];
