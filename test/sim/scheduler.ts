/** A simulated scheduler: claims, observes, decides, records, acts; may die or fall silent between any two of these. */
import type { Decision } from '../../src/core/decide.ts';
import { demand } from './violation.ts';
import { startWorkerProcess } from './worker.ts';
import {
  after,
  ask,
  findProcess,
  identityOf,
  isFault,
  kill,
  newProcess,
  transact,
  waitForNews,
  type Process,
  type World,
} from './world.ts';

interface Scheduler {
  readonly process: Process;
  generation: number;
  readonly started: Set<string>;
}

export const startScheduler = (world: World): void => {
  const process = newProcess(world);
  const previousIsDead = world.scheduler === null || !world.scheduler.isAlive || world.scheduler.isZombie;
  const answer = ask(
    world,
    { kind: 'operator' },
    { type: 'claim', process: identityOf(process), session: null, previousIsDead },
  );
  if (!answer.ok) return kill(process);
  world.scheduler = process;
  const self: Scheduler = { process, generation: world.state.scheduler?.generation ?? 0, started: new Set() };
  soon(world, self, 20, () => look(world, self));
};

/** Its next step, unless it dies before. */
const soon = (world: World, self: Scheduler, delayMs: number, step: () => void): void =>
  after(world, delayMs, () => {
    if (!self.process.isAlive) return;
    if (isFault(world, 0.004)) return die(world, self);
    step();
  });

const die = (world: World, self: Scheduler): void => {
  kill(self.process);
  if (world.scheduler !== self.process) return;
  after(world, world.random.int(1_000, world.random.chance(0.3) ? 900_000 : 20_000), () => {
    if (world.scheduler === self.process) startScheduler(world);
  });
};

const look = (world: World, self: Scheduler): void => {
  observeWorkers(world);
  if (!world.parts.mayCommit(world.state, self.generation)) return kill(self.process);
  const moment = { now: world.now, nonce: `n${world.count++}` };
  const decision = world.parts.decide(world.state, moment);
  checkDecision(world, decision, moment);
  if (decision.events.length === 0) return act(world, self, decision);
  // It is taken for dead between deciding and recording, and replaced; then it comes back and wants to record.
  if (isFault(world, 0.03)) {
    self.process.isZombie = true;
    after(world, world.random.int(1_000, 60_000), () => startScheduler(world));
    return after(world, world.random.int(1_000, 300_000), () => commit(world, self));
  }
  commit(world, self);
};

/** What was decided without the lock is decided again under it, by the scheduler of the newest generation only. */
const commit = (world: World, self: Scheduler): void => {
  if (!self.process.isAlive) return;
  let decision: Decision | null = null;
  const answer = transact(world, { kind: 'scheduler', generation: self.generation }, (state) => {
    if (!world.parts.mayCommit(state, self.generation))
      return { ok: false, refusal: { reason: 'stale_scheduler', generation: self.generation } };
    decision = world.parts.decide(state, { now: world.now, nonce: `n${world.count++}` });
    return { ok: true, events: decision.events };
  });
  if (!answer.ok || decision === null) {
    world.stats.staleDecisions++;
    return kill(self.process);
  }
  if (isFault(world, 0.05)) {
    world.stats.undecided++;
    return die(world, self);
  }
  act(world, self, decision);
};

/** Laws 2 and 8. */
const checkDecision = (
  world: World,
  decision: Decision,
  moment: { readonly now: number; readonly nonce: string },
): void => {
  demand(decision.wakeAt > moment.now, 8, () => `wakeAt is ${decision.wakeAt - moment.now} ms after now`);
  if (!world.random.chance(0.15)) return;
  const again = world.parts.decide(world.state, moment);
  demand(
    JSON.stringify(again) === JSON.stringify(decision),
    2,
    () => 'the same state and moment give another decision',
  );
  if (decision.events.length === 0) return;
  const events = decision.events.map((body, i) => ({
    ...body,
    seq: world.state.seq + 1 + i,
    at: new Date(world.now).toISOString(),
    actor: 'scheduler' as const,
  }));
  const more = world.parts.decide(world.parts.evolve(world.state, events), { ...moment, nonce: 'again' });
  const isEnd = decision.events.some(
    ({ type }) => type === 'batch_stopped' || type === 'batch_completed' || type === 'stop_requested',
  );
  demand(
    isEnd || more.events.length === 0,
    2,
    () => `deciding again adds ${more.events.map(({ type }) => type).join(', ')}`,
  );
};

const act = (world: World, self: Scheduler, decision: Decision): void => {
  for (const command of decision.commands) {
    if (command.kind === 'end_batch') {
      if (end(world, self)) return;
      continue;
    }
    if (self.started.has(command.incarnation)) continue;
    self.started.add(command.incarnation);
    if (isFault(world, 0.06)) continue;
    const times = isFault(world, 0.05) ? 2 : 1;
    for (let i = 0; i < times; i++) startWorkerProcess(world, command.worker, command.incarnation);
  }
  if (decision.events.length > 0) return soon(world, self, 5, () => look(world, self));
  waitForNews(world, decision.wakeAt, () => soon(world, self, 1, () => look(world, self)));
};

/** Leaves when every worker has; true if it left. */
const end = (world: World, self: Scheduler): boolean => {
  if (world.state.workers.some(({ status }) => status === 'live')) return false;
  const answer = ask(
    world,
    { kind: 'scheduler', generation: self.generation },
    { type: 'release', generation: self.generation, reason: 'the batch has ended' },
  );
  if (!answer.ok) return false;
  kill(self.process);
  return true;
};

/** Gives up workers that are dead, and ends those that are silent; sometimes one is taken for dead that lives. */
const observeWorkers = (world: World): void => {
  for (const { worker, incarnation, status, process } of world.state.workers) {
    if (status !== 'live') continue;
    const found = findProcess(world, incarnation, process?.pid);
    if (found?.isAlive === true && world.now - found.silentSince < 60_000) continue;
    if (found?.isAlive === true) {
      if (isFault(world, 0.6)) found.isZombie = true;
      else kill(found);
    }
    ask(world, { kind: 'operator' }, { type: 'give_up_worker', worker, incarnation, reason: 'it is gone' });
  }
};
