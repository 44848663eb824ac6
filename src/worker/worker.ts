/** A worker: takes what the journal assigns to its slot, one work after the other, until the batch needs it no more. */
import { accept } from '../core/accept.ts';
import { findTask } from '../core/worker-task.ts';
import { runAttempt } from './attempt.ts';
import { tidyUp } from './publish.ts';
import { makePulse, type PulseBeat } from './pulse.ts';
import type { WorkerWorld } from './world.ts';

/** A journal that nobody writes to is still looked at this often: a lost wake-up costs time, nothing else. */
const lookAgainMs = 60_000;

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
  const answer = await journal.transact(worker, (state) =>
    accept(state, { type: 'enlist', worker, incarnation, process, session }, clock.now()),
  );
  return answer.ok;
};

const work = async (world: WorkerWorld, pulse: PulseBeat): Promise<string> => {
  let tidying: Promise<unknown> = Promise.resolve();
  while (!world.hangup.aborted) {
    const task = findTask(await world.journal.read(), world.worker, world.incarnation);
    switch (task.kind) {
      case 'leave':
        await tidying;
        return task.reason;
      case 'idle':
        await world.journal.changed({ timeoutMs: lookAgainMs, signal: world.hangup });
        break;
      case 'attempt': {
        const attempt = {
          token: task.token,
          work: task.work,
          number: task.record.attempts,
          before: world.processes.sight(),
        };
        await runAttempt(world, pulse, attempt);
        // The next work need not wait until this one's worktree is gone.
        tidying = Promise.all([tidying, tidyUp(world, attempt)]);
        break;
      }
    }
  }
  await tidying;
  return 'its session was closed';
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
