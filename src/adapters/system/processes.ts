import { existsSync } from 'node:fs';
import type { ProcessIdentity } from '../../core/event.ts';
import type { Processes, Sighting } from '../../ports/processes.ts';
import { endAttempt } from './end-attempt.ts';
import { closeOver, entriesOf } from './family.ts';
import type { ProcessEntry, ProcessTable } from './process-table.ts';
import { isEnded } from './process-table.ts';
import { makeProcTable } from './proc-table.ts';
import { makePsTable } from './ps-table.ts';
import { sendSignal } from './send-signal.ts';

/**
 * The machine's processes: from `/proc` where there is one, else from `ps`. `isAlive` and `identify` read one
 * small file; `findByToken`, `family` and `endAttempt` look at the whole table.
 */
export const makeProcesses = (table: ProcessTable = systemTable()): Processes => {
  const seen = new Set<string>();
  const toIdentity = ({ pid, started }: ProcessEntry): ProcessIdentity => ({ pid, started, boot: table.boot });
  const identify = (pid: number): ProcessIdentity | null => {
    const entry = Number.isInteger(pid) && pid > 0 ? table.read(pid) : null;
    if (entry === null || isEnded(entry)) return null;
    remember(seen, `${pid} ${entry.started}`);
    return toIdentity(entry);
  };
  const isAlive = (identity: ProcessIdentity): boolean =>
    identity.boot === table.boot && identify(identity.pid)?.started === identity.started;
  let self: ProcessIdentity | null = null;
  return {
    self: () => (self ??= identify(process.pid) ?? { pid: process.pid, started: 'unknown', boot: table.boot }),
    identify,
    isAlive,
    signal: (identity, name) => isAlive(identity) && sendSignal(identity.pid, name),
    sight: () => ({ pids: new Set(table.pids()), atMs: performance.now() }),
    findByToken: (token, before) =>
      table
        .carriers(`WF_ATTEMPT_TOKEN=${token}`, undefined, stillKnown(before))
        .flatMap((pid) => (pid === process.pid ? [] : (identify(pid) ?? []))),
    family: (root) => {
      if (root.boot !== table.boot) return [];
      const entries = table.list();
      return closeOver(entries, entriesOf(entries, root), new Set([0, 1]))
        .filter((entry) => !isEnded(entry))
        .map((entry) => ({ process: toIdentity(entry), processorMs: entry.processorMs }));
    },
    endAttempt: (options) =>
      endAttempt(table, { ...options, wasSeen: (root) => seen.has(`${root.pid} ${root.started}`) }),
  };
};

/** Of more than this many processes seen alive, the first ones are forgotten. */
const memoryLimit = 10_000;

const remember = (seen: Set<string>, key: string): void => {
  seen.add(key);
  for (const oldest of seen) {
    if (seen.size <= memoryLimit) return;
    seen.delete(oldest);
  }
};

/** Pids are given out in turn; in so short a time no machine comes round to the same one again. */
const reuseMs = 5000;

const stillKnown = (before: Sighting | undefined): ReadonlySet<number> | undefined =>
  before !== undefined && performance.now() - before.atMs < reuseMs ? before.pids : undefined;

const systemTable = (): ProcessTable => (existsSync('/proc/self/stat') ? makeProcTable() : makePsTable());
