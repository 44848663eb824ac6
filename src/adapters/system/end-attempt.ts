/**
 * Ends everything that an attempt started: TERM, a grace, then KILL until two looks in a row find nothing.
 *
 * Who belongs to it is looked for anew each time, by three ties: the attempt's token in the environment (children
 * that called setsid), parent links from the roots (children whose environment was wiped), and groups and sessions
 * that one of them leads. Who was tied once stays tied after his parent is gone, by pid and start time. Groups are
 * signalled as groups, so that nobody slips away by forking between the look and the kill.
 *
 * It refuses to end this process, its ancestors and pid 1, and who is tied to a root only by the number of a dead
 * one: that number may be another's by now. Such a group counts if one in it carries the token, or if this
 * program saw the root alive. Rejected: the group of the root alone (a setsid child leaves it), the token alone
 * (`env -i` drops it), cgroups (need rights that a user lacks).
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { EndReport } from '../../ports/processes.ts';
import type { Hunt, Quarry, Target } from './hunt.ts';
import { makeHunt } from './hunt.ts';
import type { ProcessTable } from './process-table.ts';
import { sendSignal } from './send-signal.ts';

export interface EndRequest extends Quarry {
  readonly graceMs: number;
  /** Cuts the grace short: KILL follows at once. */
  readonly signal?: AbortSignal;
}

/** How long the system may take to end what was killed: uninterruptible sleep, a core dump on a slow disk. */
const killLimitMs = 5_000;

/** Ends an attempt's processes; resolves when none is left, or the system has refused to end one for 5 s. */
export const endAttempt = async (table: ProcessTable, request: EndRequest): Promise<EndReport> => {
  const hunt = makeHunt(table, request);
  if (request.graceMs > 0) await terminate(hunt, request);
  await kill(hunt);
  return hunt.report();
};

const terminate = async (hunt: Hunt, { graceMs, signal }: EndRequest): Promise<void> => {
  const deadline = performance.now() + graceMs;
  const isOver = (): boolean => performance.now() >= deadline || signal?.aborted === true;
  for (let targets = hunt.look(); targets.length > 0 && !isOver(); targets = hunt.look()) {
    send(hunt, targets, 'SIGTERM');
    // To all, as systemd does: a stopped process acts on TERM only when it goes on, and one may be stopping now.
    send(hunt, targets, 'SIGCONT');
    // Whoever is started on TERM, to clean up, is left alone until the others are gone.
    await untilGone(hunt, targets, isOver);
  }
};

const kill = async (hunt: Hunt): Promise<void> => {
  const deadline = performance.now() + killLimitMs;
  const isOver = (): boolean => performance.now() >= deadline;
  for (let emptyLooks = 0; emptyLooks < 2 && !isOver();) {
    // At once, before the rest is looked at: one that lives for a few ms and forks would be gone by then.
    const targets = hunt.look((pid) => sendSignal(pid, 'SIGKILL'));
    emptyLooks = targets.length === 0 && !hunt.sawCarrier() ? emptyLooks + 1 : 0;
    send(hunt, targets, 'SIGKILL');
    await untilGone(hunt, targets, isOver);
  }
};

/** Looks again after 1 ms, then ever more rarely, up to every 20 ms. */
const untilGone = async (hunt: Hunt, targets: readonly Target[], isOver: () => boolean): Promise<void> => {
  const isLeft = (target: Target): boolean => hunt.isAlive(target.process);
  for (let pauseMs = 1; targets.some(isLeft) && !isOver(); pauseMs = Math.min(20, pauseMs * 1.5)) {
    await wait(pauseMs);
  }
};

/** To whole groups at once, so that nobody slips away by forking; each is seen alive right before. */
const send = (hunt: Hunt, targets: readonly Target[], name: NodeJS.Signals): void => {
  const signalled = new Set<number>();
  for (const { process, group, wholeGroup } of targets) {
    if ((wholeGroup && signalled.has(group)) || !hunt.isAlive(process)) continue;
    signalled.add(group);
    sendSignal(wholeGroup ? -group : process.pid, name);
  }
};
