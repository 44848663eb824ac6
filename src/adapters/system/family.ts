import type { ProcessIdentity } from '../../core/event.ts';
import type { ProcessEntry, ProcessTable } from './process-table.ts';

/**
 * All entries that belong to the seeds: their descendants, and whoever is in a session or group that one of them
 * leads. What `barred` holds never belongs, nor what belongs only by way of it.
 */
export const closeOver = (
  entries: readonly ProcessEntry[],
  seeds: Iterable<ProcessEntry>,
  barred: ReadonlySet<number>,
): readonly ProcessEntry[] => {
  const byParent = indexBy(entries, (entry) => entry.parent);
  const byGroup = indexBy(entries, (entry) => entry.group);
  const bySession = indexBy(entries, (entry) => entry.session);
  const found = new Set<ProcessEntry>();
  const queue = [...seeds];
  for (let entry = queue.pop(); entry !== undefined; entry = queue.pop()) {
    if (found.has(entry) || barred.has(entry.pid)) continue;
    found.add(entry);
    queue.push(...(byParent.get(entry.pid) ?? []));
    if (entry.group === entry.pid) queue.push(...(byGroup.get(entry.pid) ?? []));
    if (entry.session === entry.pid) queue.push(...(bySession.get(entry.pid) ?? []));
  }
  return [...found];
};

/**
 * The entries that a root leads to: itself, or, when it is gone, who is left in its group and session. A number
 * is not given to a new process while a group or session bears it; so nobody is tied to the root if another
 * process has its pid now, or if they started before it.
 */
export const entriesOf = (entries: readonly ProcessEntry[], root: ProcessIdentity): readonly ProcessEntry[] => {
  const holder = entries.find((entry) => entry.pid === root.pid);
  if (holder !== undefined) return holder.started === root.started ? [holder] : [];
  return entries.filter(
    (entry) => (entry.group === root.pid || entry.session === root.pid) && !startedBefore(entry.started, root.started),
  );
};

/** This process, all its ancestors and the first process: they are never ended. */
export const barredPids = (table: ProcessTable): ReadonlySet<number> => {
  const barred = new Set([0, 1, process.ppid]);
  for (let pid = process.pid; !barred.has(pid) || pid === process.ppid; pid = table.read(pid)?.parent ?? 0) {
    barred.add(pid);
  }
  return barred;
};

/** By number on Linux, by date where `ps` gives one; what cannot be compared is not before. */
const startedBefore = (left: string, right: string): boolean => toNumber(left) < toNumber(right);

const toNumber = (started: string): number => (/^\d+$/.test(started) ? Number(started) : Date.parse(started));

const indexBy = (
  entries: readonly ProcessEntry[],
  key: (entry: ProcessEntry) => number,
): ReadonlyMap<number, readonly ProcessEntry[]> => {
  const index = new Map<number, ProcessEntry[]>();
  for (const entry of entries) {
    const list = index.get(key(entry));
    if (list === undefined) index.set(key(entry), [entry]);
    else list.push(entry);
  }
  return index;
};
