/** A simulated person: controls at random, and at the end, when faults have stopped, resumes until all is settled. */
import type { Request } from '../../src/core/request.ts';
import { asWorkId, type WorkId } from '../../src/core/work.ts';
import { startScheduler } from './scheduler.ts';
import { after, ask, findProcess, kill, type World } from './world.ts';

export const startOperator = (world: World): void => {
  const times = world.random.int(0, 5);
  for (let i = 0; i < times; i++)
    after(world, world.random.int(100, 1_800_000), () => control(world, randomRequest(world)));
};

/** What the command line does for a control: asks, and sees to it that somebody carries it out. */
export const control = (world: World, request: Request): void => {
  if (world.isCalm && request.type !== 'resume') return;
  world.stats.controls++;
  const answer = ask(world, { kind: 'operator' }, request);
  if (answer.ok && request.type === 'add') world.spare.splice(0, request.works.length);
  if (world.state.batch.status === 'stopping' && !isSchedulerAlive(world)) finishStop(world);
  else if (
    (request.type === 'resume' || request.type === 'retry' || request.type === 'add') &&
    !isSchedulerAlive(world)
  )
    startScheduler(world);
};

export const isSchedulerAlive = ({ scheduler }: World): boolean => scheduler?.isAlive === true && !scheduler.isZombie;

/** A stop that the dead scheduler cannot carry out. */
const finishStop = (world: World): void => {
  for (const { worker, incarnation, status, process } of world.state.workers) {
    if (status === 'gone') continue;
    const found = findProcess(world, incarnation, process?.pid);
    if (found !== undefined) kill(found);
    ask(world, { kind: 'operator' }, { type: 'give_up_worker', worker, incarnation, reason: 'ended by a stop' });
  }
  ask(world, { kind: 'operator' }, { type: 'finish_stop', reason: 'stopped by the operator' });
};

const randomRequest = (world: World): Request => {
  const { random } = world;
  const ids = world.state.works.map(({ id }) => id);
  const some = (): readonly WorkId[] =>
    Array.from({ length: random.int(1, 3) }, () => random.pick(ids.length > 0 ? ids : [asWorkId('none')]));
  const flow = world.plan.workflows[random.pick(Object.keys(world.plan.workflows))];
  const stage = random.pick(flow?.stages ?? []).name;
  const resume = (): Request => ({
    ...{ type: 'resume', parallel: random.pick([null, 1, 2, 3, 5]), retryFailed: random.chance(0.6), engine: null },
  });
  return random.pick<() => Request>([
    () => ({ type: 'pause' }),
    resume,
    resume,
    resume,
    () => ({ type: 'stop', ids: null, mode: random.pick(['graceful', 'force', 'drain']) }),
    () => ({ type: 'stop', ids: some(), mode: random.pick(['graceful', 'force']) }),
    () => ({
      type: 'retry',
      ids: some(),
      from: random.chance(0.3) ? stage : null,
      rerun: random.chance(0.4),
      answer: random.pick([null, 'yes']),
    }),
    () => ({ type: 'retry', ids: some(), from: null, rerun: true, answer: null }),
    () => ({ type: 'skip', ids: some(), satisfied: random.chance(0.5) }),
    () => ({ type: 'add', works: world.spare.slice(0, random.int(1, 2)) }),
    () => ({ type: 'remove', ids: some() }),
  ])();
};
