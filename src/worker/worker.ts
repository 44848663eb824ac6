/** A worker: takes what the journal assigns to its slot, one work after the other, until the batch needs it no more. */
import { accept } from '../core/accept.ts';
import { findTask } from '../core/worker-task.ts';
import { faultPoint } from '../ports/fault-point.ts';
import { runAttempt } from './attempt.ts';
import { tidyUp } from './publish.ts';
import { makePulse, type PulseBeat } from './pulse.ts';
import type { Attempt, WorkerWorld } from './world.ts';

/** A journal that nobody writes to is still looked at this often: a lost wake-up costs time, nothing else. */
const lookAgainMs = 60_000;
/** After a work the next one is assigned within milliseconds, if there is one. */
const breathMs = 25;

/** Runs until the worker is to leave. False if its place was taken before it began. */
export const runWorker = async (world: WorkerWorld): Promise<boolean> => {
  if (!(await enlist(world))) {
    world.log.warn(`${world.worker} is not wanted: another worker has its place`);
    return false;
  }
  world.log.info(`${world.worker} is ready`);
  const pulse = makePulse(world);
  try {
    const reason = await work(world, pulse);
    await (world.hangup.aborted ? giveUp(world, reason) : discharge(world, reason));
    world.log.info(`${world.worker} leaves: ${reason}`);
  } finally {
    pulse.stop();
  }
  return true;
};

const enlist = async ({ journal, worker, incarnation, session, processes, clock }: WorkerWorld): Promise<boolean> => {
  const process = processes.self();
  faultPoint('before-enlist');
  const answer = await journal.transact(worker, (state) =>
    accept(state, { type: 'enlist', worker, incarnation, process, session }, clock.now()),
  );
  return answer.ok;
};

const work = async (world: WorkerWorld, pulse: PulseBeat): Promise<string> => {
  const tidier = makeTidier(world);
  let last = 'leave';
  while (!world.hangup.aborted) {
    const state = await world.journal.read();
    const task = findTask(state, world.worker, world.incarnation);
    const isIdle = task.kind === 'idle' && last === 'idle';
    last = task.kind;
    switch (task.kind) {
      case 'leave':
        await tidier.finish();
        return task.reason;
      case 'idle':
        if (isIdle) tidier.begin();
        await world.journal.changed({
          timeoutMs: isIdle ? lookAgainMs : breathMs,
          signal: world.hangup,
          since: state.seq,
        });
        break;
      case 'attempt': {
        const attempt: Attempt = {
          token: task.token,
          work: task.work,
          number: task.record.attempts,
          before: world.processes.sight(),
        };
        await runAttempt(world, attempt, { pulse, onPrepared: tidier.begin });
        tidier.add(attempt);
        break;
      }
    }
  }
  await tidier.finish();
  return 'its session was closed';
};

interface Tidier {
  add(attempt: Attempt): void;
  begin(): void;
  finish(): Promise<void>;
}

/**
 * Removes the worktrees of delivered works beside the work: when the worker has nothing to do, or once the next work has
 * its own. A dependent that waits for its worktree never waits for the removal of another.
 */
const makeTidier = (world: WorkerWorld): Tidier => {
  let waiting: Attempt[] = [];
  let tidying: Promise<unknown> = Promise.resolve();
  const begin = (): void => {
    const attempts = waiting;
    waiting = [];
    for (const attempt of attempts) tidying = Promise.all([tidying, tidyUp(world, attempt)]);
  };
  return {
    add: (attempt) => void waiting.push(attempt),
    begin,
    finish: async () => {
      begin();
      await tidying;
    },
  };
};

/** Ends all that its attempt started and gives the work back itself, at its last boundary. */
const giveUp = async (
  { journal, worker, incarnation, processes, clock }: WorkerWorld,
  reason: string,
): Promise<void> => {
  const state = await journal.read();
  const held = state.workers.find((each) => each.worker === worker && each.incarnation === incarnation)?.work ?? -1;
  const token = state.records[held]?.token;
  if (token !== undefined && token !== null) await processes.endAttempt({ token, roots: [], graceMs: 0 });
  await journal.transact(worker, (newest) =>
    accept(newest, { type: 'give_up_worker', worker, incarnation, reason: `${worker}: ${reason}` }, clock.now()),
  );
};

const discharge = async ({ journal, worker, incarnation, clock }: WorkerWorld, reason: string): Promise<void> => {
  await journal.transact(worker, (state) =>
    accept(state, { type: 'discharge', worker, incarnation, reason }, clock.now()),
  );
};
