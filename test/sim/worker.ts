/**
 * A simulated worker: enlists, follows `findTask`, prepares, runs stages, pushes, reports. It may die before or
 * after any report, report twice, or fall silent and come back after it was given up.
 */
import type { EventBody } from '../../src/core/event.ts';
import type { Accepted } from '../../src/core/refusal.ts';
import type { Request } from '../../src/core/request.ts';
import type { WorkerTask } from '../../src/core/worker-task.ts';
import { randomReport } from './stage-ends.ts';
import {
  after,
  ask,
  identityOf,
  isFault,
  kill,
  newProcess,
  waitForNews,
  type WorkerProcess,
  type World,
} from './world.ts';

type Task = Extract<WorkerTask, { kind: 'attempt' }>;

export const startWorkerProcess = (world: World, worker: string, incarnation: string): void => {
  const self: WorkerProcess = Object.assign(newProcess(world), { worker, incarnation });
  world.workers.set(incarnation, [...(world.workers.get(incarnation) ?? []), self]);
  later(world, self, world.random.int(50, 3_000), () => {
    const answer = submit(world, self, null, {
      type: 'enlist',
      worker,
      incarnation,
      process: identityOf(self),
      session: null,
    });
    if (answer === null) return;
    if (answer.ok) look(world, self);
    else kill(self);
  });
};

/** Its next step, unless it dies or falls silent before. */
const later = (world: World, self: WorkerProcess, delayMs: number, step: () => void, silence = 0.004): void =>
  after(world, delayMs, () => {
    if (!self.isAlive) return;
    if (isFault(world, 0.009)) return die(world, self);
    if (!isFault(world, self.busyWith === null ? silence : Math.max(silence, 0.015))) return step();
    self.silentSince = world.now;
    wakeScheduler(world, 61_000);
    after(world, world.random.int(10_000, 900_000), () => {
      if (!self.isAlive) return;
      self.silentSince = Infinity;
      step();
    });
  });

const die = (world: World, self: WorkerProcess): void => {
  kill(self);
  wakeScheduler(world, world.random.int(500, 5_000));
};

/** A process that dies leaves no event; the scheduler looks for itself. */
export const wakeScheduler = (world: World, delayMs: number): void =>
  after(world, delayMs, () => {
    for (const notify of [...world.waiting]) {
      world.waiting.delete(notify);
      notify();
    }
  });

/** Reports. Null: it died over it. The answer of a repeated report is that of the last one, as when an acknowledgement is lost. */
const submit = (
  world: World,
  self: WorkerProcess,
  token: string | null,
  request: Request,
): Accepted<EventBody> | null => {
  if (isFault(world, 0.004)) return (die(world, self), null);
  const by = { kind: 'worker', worker: self.worker, incarnation: self.incarnation, token } as const;
  let answer = ask(world, by, request);
  if (!answer.ok && self.isZombie) world.stats.refusedZombies++;
  if (isFault(world, 0.004)) return (die(world, self), null);
  if (isFault(world, 0.008)) {
    world.stats.repeats++;
    answer = ask(world, by, request);
  }
  if (isFault(world, 0.008)) {
    world.stats.repeats++;
    after(world, world.random.int(1, 600_000), () => void ask(world, by, request));
  }
  return answer;
};

const look = (world: World, self: WorkerProcess): void => {
  const task = world.parts.findTask(world.state, self.worker, self.incarnation);
  switch (task.kind) {
    case 'leave': {
      const answer = submit(world, self, null, {
        type: 'discharge',
        worker: self.worker,
        incarnation: self.incarnation,
        reason: task.reason,
      });
      if (answer === null) return;
      const isStillWanted = world.parts.findTask(world.state, self.worker, self.incarnation).kind === 'attempt';
      return !answer.ok && isStillWanted ? lookLater(world, self) : kill(self);
    }
    case 'idle':
      return waitForNews(world, Infinity, () => later(world, self, 1, () => look(world, self)));
    case 'attempt':
      return attempt(world, self, task);
  }
};

const lookLater = (world: World, self: WorkerProcess): void => later(world, self, 1, () => look(world, self));

const attempt = (world: World, self: WorkerProcess, task: Task): void => {
  const { state } = task.record;
  if (state.status !== 'assigned' && state.status !== 'running') return lookLater(world, self);
  if (state.stop !== null) return tell(world, self, task, { type: 'report_stopped', token: task.token });
  if (state.status === 'assigned') return prepare(world, self, task);
  const workflow = world.plan.workflows[task.work.workflow];
  if (task.record.stage_index < (workflow?.stages.length ?? 0)) return runStage(world, self, task);
  publish(world, self, task);
};

const tell = (world: World, self: WorkerProcess, task: Task, request: Request): void => {
  self.busyWith = null;
  if (submit(world, self, task.token, request) !== null) lookLater(world, self);
};

const prepare = (world: World, self: WorkerProcess, task: Task): void => {
  self.busyWith = task.work.id;
  later(world, self, world.random.int(10, 5_000), () => {
    const { token, work, record } = task;
    if (world.random.chance(world.isCalm ? 0.005 : 0.02)) {
      const failure = { reason: 'setup', stage: 'setup', message: 'no' } as const;
      return tell(world, self, task, { type: 'report_failure', token, failure, duration_ms: 10 });
    }
    const hasTree = world.plan.workflows[work.workflow]?.worktree === true;
    const old = record.restart === 'rerun' ? null : record.place;
    const place = hasTree
      ? (old ?? { worktree: work.worktree ?? '', branch: work.branch ?? '', base_commit: `base-${world.count++}` })
      : null;
    tell(world, self, task, { type: 'report_prepared', token, place, notes: [] });
  });
};

const runStage = (world: World, self: WorkerProcess, task: Task): void => {
  self.busyWith = task.work.id;
  const { record, token, work } = task;
  const durationMs = world.random.int(500, world.random.chance(0.1) ? 900_000 : 120_000);
  later(world, self, durationMs, () => {
    const now = world.parts.findTask(world.state, self.worker, self.incarnation);
    const isStopped =
      now.kind === 'attempt' && now.token === token && 'stop' in now.record.state && now.record.state.stop !== null;
    const commit = record.place === null ? null : `commit-${world.count++}`;
    const workflow = world.plan.workflows[work.workflow];
    const report = randomReport(world, { workflow, isStopped, durationMs, commit });
    world.endedRuns.set(token, (world.endedRuns.get(token) ?? 0) + 1);
    self.busyWith = null;
    const visit = record.visits[record.stage_index] ?? 1;
    if (
      submit(world, self, token, { type: 'report_stage', token, stage_index: record.stage_index, visit, report }) ===
      null
    )
      return;
    const next = world.parts.findTask(world.state, self.worker, self.incarnation);
    const isBoundary =
      next.kind === 'attempt' && next.token === token && next.record.stage_index < (workflow?.stages.length ?? 0);
    const { push_enabled, push_when } = world.plan.settings;
    if (!isBoundary || commit === null || !push_enabled || push_when !== 'stage') return lookLater(world, self);
    push(world, self, { task: next, commit, then: () => lookLater(world, self) });
  });
};

const publish = (world: World, self: WorkerProcess, task: Task): void => {
  const { record, token } = task;
  const commit = record.state.status === 'running' ? record.state.publishing : null;
  const deliver = (pushed: boolean): void =>
    tell(world, self, task, { type: 'report_delivered', token, commit, pushed, notes: [] });
  if (commit === null) return lookLater(world, self);
  if (!world.plan.settings.push_enabled) return deliver(false);
  push(world, self, { task, commit, then: () => deliver(true) });
};

/** Looks at the remote, and some time later replaces what it saw there. */
const push = (
  world: World,
  self: WorkerProcess,
  what: { readonly task: Task; readonly commit: string; readonly then: () => void },
): void => {
  const { token, work, record } = what.task;
  const branch = work.branch ?? '';
  const fail = (reason: 'push_rejected' | 'unreachable'): void =>
    tell(world, self, what.task, {
      type: 'report_failure',
      token,
      failure: { reason, stage: 'push', message: reason },
      duration_ms: 1,
    });
  self.busyWith = work.id;
  const seen = world.heads.get(branch) ?? null;
  const isOurs = seen === record.pushed_commit || (seen !== null && record.own_heads.includes(seen));
  later(
    world,
    self,
    world.random.int(10, 8_000),
    () => {
      if (world.random.chance(0.01)) return fail('unreachable');
      const head = world.heads.get(branch) ?? null;
      if (!isOurs || (head !== what.commit && !world.parts.mayReplace(head, seen))) {
        if (self.isZombie) world.stats.rejectedPushes++;
        return fail('push_rejected');
      }
      world.heads.set(branch, what.commit);
      world.onPush(work.id, what.commit);
      if (submit(world, self, token, { type: 'report_pushed', token, commit: what.commit }) === null) return;
      later(world, self, 1, what.then);
    },
    0.08,
  );
};
