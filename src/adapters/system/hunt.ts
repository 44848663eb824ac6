import type { ProcessIdentity } from '../../core/event.ts';
import type { EndReport } from '../../ports/processes.ts';
import { barredPids, closeOver, entriesOf } from './family.ts';
import type { ProcessEntry, ProcessTable } from './process-table.ts';
import { isEnded } from './process-table.ts';

/** A process that is to be ended. */
export interface Target {
  readonly process: ProcessIdentity;
  readonly group: number;
  /** All of its group are targets: the group may be signalled as a whole. */
  readonly wholeGroup: boolean;
}

/** The search for what an attempt started. It remembers whom it has found. */
export interface Hunt {
  /** Who lives now. `onCarrier` is told of each carrier of the token as soon as it is found. */
  look(onCarrier?: (pid: number) => void): readonly Target[];
  /** Whether the last look saw a carrier of the token, though he may be gone by now: he may have forked. */
  sawCarrier(): boolean;
  isAlive(process: ProcessIdentity): boolean;
  /** All whom it found, ended or not. */
  report(): EndReport;
}

export interface Quarry {
  readonly token: string;
  readonly roots: readonly ProcessIdentity[];
  /** Whether this program saw the root alive. */
  wasSeen(root: ProcessIdentity): boolean;
}

/** A hunt for all that is tied to the token or to the roots. */
export const makeHunt = (table: ProcessTable, { token, roots, wasSeen }: Quarry): Hunt => {
  const known = new Map<string, ProcessIdentity>();
  const rootsOfThisBoot = roots.filter((root) => root.boot === table.boot);

  const barred = barredPids(table);
  let sawCarrier = false;
  const look: Hunt['look'] = (onCarrier) => {
    const carriers = new Set<number>();
    table.carriers(`WF_ATTEMPT_TOKEN=${token}`, (pid) => {
      if (barred.has(pid)) return;
      carriers.add(pid);
      const entry = table.read(pid);
      if (entry !== null) known.set(keyOf(entry), toIdentity(entry, table.boot));
      onCarrier?.(pid);
    });
    sawCarrier = carriers.size > 0;
    const entries = table.list();
    const isTied = (entry: ProcessEntry): boolean => carriers.has(entry.pid) || known.has(keyOf(entry));
    const seeds = entries.filter(isTied);
    for (const root of rootsOfThisBoot) {
      const led = entriesOf(entries, root);
      if (wasSeen(root) || led.some((entry) => entry.pid === root.pid || isTied(entry))) seeds.push(...led);
    }
    const found = closeOver(entries, seeds, barred).filter((entry) => !isEnded(entry));
    for (const entry of found) known.set(keyOf(entry), toIdentity(entry, table.boot));
    return toTargets(entries, found, table.boot);
  };
  const isAlive = ({ pid, started }: ProcessIdentity): boolean => {
    const entry = table.read(pid);
    return entry !== null && entry.started === started && !isEnded(entry);
  };
  return {
    look,
    sawCarrier: () => sawCarrier,
    isAlive,
    report: () => {
      const all = [...known.values()];
      return { ended: all.filter((process) => !isAlive(process)), survivors: all.filter(isAlive) };
    },
  };
};

const keyOf = ({ pid, started }: { readonly pid: number; readonly started: string }): string => `${pid} ${started}`;

const toIdentity = ({ pid, started }: ProcessEntry, boot: string): ProcessIdentity => ({ pid, started, boot });

const toTargets = (
  entries: readonly ProcessEntry[],
  found: readonly ProcessEntry[],
  boot: string,
): readonly Target[] => {
  const targets = new Set(found.map((entry) => entry.pid));
  const mixed = new Set(entries.filter((entry) => !isEnded(entry) && !targets.has(entry.pid)).map((e) => e.group));
  return found.map((entry) => ({
    process: toIdentity(entry, boot),
    group: entry.group,
    wholeGroup: entry.group > 1 && !mixed.has(entry.group),
  }));
};
