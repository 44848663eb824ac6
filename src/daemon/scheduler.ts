/**
 * The scheduler: a loop of waiting, looking, deciding, recording, doing.
 *
 *     journal grew, a second passed, or wakeAt ──► observe ──► decide ──► commit ──► perform ──┐
 *            ▲                                                                                 │
 *            └─────────────────────────────────────────────────────────────────────────────────┘
 *
 * Deciding is `decide`, a function of state and time. What it decides is committed before anything is done, under
 * the journal's lock and only by the scheduler of the current generation, so that two of them never both act.
 */
import { accept } from '../core/accept.ts';
import { decide, type Decision } from '../core/decide.ts';
import type { BatchState } from '../core/state.ts';
import { faultPoint } from '../ports/fault-point.ts';
import { endBatch } from './end-batch.ts';
import { forgetUntaken } from './forget-untaken.ts';
import { makeObserver } from './observe.ts';
import { makePerform } from './perform.ts';
import { reconcile } from './reconcile.ts';
import type { SchedulerWorld } from './world.ts';

/** Processes that die leave no event: they are looked at this often. */
const observeMs = 1000;

/** `ended`: the batch is over. `replaced`: another scheduler has it. */
export type SchedulerEnd = 'ended' | 'replaced';

export const runScheduler = async (world: SchedulerWorld): Promise<SchedulerEnd> => {
  const generation = await claim(world);
  if (generation === null) return 'replaced';
  world.log.info(`scheduler of batch ${world.journal.batchRunId}, generation ${generation}`);
  forgetUntaken(world);
  await reconcile(world);
  const perform = makePerform(world);
  const observe = makeObserver(world);
  for (;;) {
    await observe();
    const decision = await commitDecision(world, generation);
    if (decision === null) return 'replaced';
    if (decision.events.length > 0) faultPoint('after-commit');
    if (decision.commands.some(({ kind }) => kind === 'end_batch') && (await endBatch(world, generation)))
      return 'ended';
    perform(decision.commands);
    if (decision.events.length > 0) continue;
    await world.journal.changed({ timeoutMs: Math.min(observeMs, decision.wakeAt - world.clock.now()) });
  }
};

/** Takes the batch, unless the scheduler that the journal names lives. */
const claim = async ({ journal, processes, session, clock }: SchedulerWorld): Promise<number | null> => {
  const answer = await journal.transact('scheduler', (state) => {
    const current = state.scheduler;
    const previousIsDead = current === null || !processes.isAlive(current.process);
    return accept(state, { type: 'claim', process: processes.self(), session, previousIsDead }, clock.now());
  });
  return answer.ok ? (answer.committed.state.scheduler?.generation ?? null) : null;
};

/** Decides on the newest state; takes the lock only when there is something to record. Null if the batch has another scheduler. */
const commitDecision = async (world: SchedulerWorld, generation: number): Promise<Decision | null> => {
  const { journal, clock, makeNonce } = world;
  const moment = { now: clock.now(), nonce: makeNonce() };
  const isMine = (state: BatchState): boolean => state.scheduler?.generation === generation;
  const state = await journal.read();
  if (!isMine(state)) return null;
  let decision = decide(state, moment);
  if (decision.events.length === 0) return decision;
  if (decision.events.some(({ type }) => type === 'work_assigned') && !world.isPlanIntact())
    return pauseForPlan(world, decision);
  const answer = await journal.transact('scheduler', (newest) => {
    if (!isMine(newest)) return { ok: false, refusal: { reason: 'stale_scheduler', generation } };
    decision = decide(newest, moment);
    return { ok: true, events: decision.events };
  });
  return answer.ok ? decision : null;
};

/** Commands of stages come from the frozen plan only: one that was changed since is not carried out. */
const pauseForPlan = async ({ journal, log }: SchedulerWorld, decision: Decision): Promise<Decision> => {
  const text =
    'plan.json was changed after the start: nothing more is started; restore it and resume, or start --fresh';
  log.error(text);
  await journal.transact('scheduler', ({ batch }) => ({
    ok: true,
    events: batch.status === 'running' ? [{ type: 'noted', id: null, text }, { type: 'batch_paused' }] : [],
  }));
  return { ...decision, commands: [] };
};
