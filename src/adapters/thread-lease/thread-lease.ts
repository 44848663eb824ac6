/**
 * Threads of all trees of a batch: together no more than the machine has cores, however many workers walk trees and
 * however many threads each asks for. One file names who has how many; it is changed under a lock, and who has died has
 * none. A tree takes what is free when it begins, at least one, and waits where nothing is.
 *
 * Rejected: to divide the cores among the workers beforehand. A tree beside three works that only wait would walk on one
 * core, and four workers on two cores would still start four threads.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProcessIdentity } from '../../core/event.ts';
import type { Processes } from '../../ports/processes.ts';

export interface ThreadLeaseOptions {
  /** Of the batch. */
  readonly folder: string;
  /** Threads that there are. */
  readonly budget: number;
  readonly processes: Pick<Processes, 'self' | 'isAlive'>;
  underLock<T>(body: () => T): Promise<T>;
}

export interface ThreadLease {
  readonly threads: number;
  /** Gives them back. */
  release(): Promise<void>;
}

interface Holder {
  readonly process: ProcessIdentity;
  readonly threads: number;
}

/** How often a waiting tree looks again. */
const lookAgainMs = 100;

/** 1 to `wanted` threads, as soon as one is free. `onWait` is called once if none is. */
export const leaseThreads = async (
  options: ThreadLeaseOptions,
  { wanted, onWait }: { readonly wanted: number; onWait(): void },
): Promise<ThreadLease> => {
  let hasWaited = false;
  for (;;) {
    const threads = await options.underLock(() => take(options, wanted));
    if (threads > 0) return { threads, release: () => options.underLock(() => leave(options)) };
    if (!hasWaited) onWait();
    hasWaited = true;
    await sleep(lookAgainMs);
  }
};

const take = (options: ThreadLeaseOptions, wanted: number): number => {
  const holders = readHolders(options);
  const free = options.budget - holders.reduce((sum, { threads }) => sum + threads, 0);
  const threads = Math.max(0, Math.min(wanted, free));
  if (threads > 0) writeHolders(options, [...holders, { process: options.processes.self(), threads }]);
  return threads;
};

const leave = (options: ThreadLeaseOptions): void => {
  const { pid, started } = options.processes.self();
  writeHolders(
    options,
    readHolders(options).filter(({ process }) => process.pid !== pid || process.started !== started),
  );
};

const fileOf = ({ folder }: ThreadLeaseOptions): string => join(folder, 'threads.json');

/** Those that live. A file that cannot be read names nobody: it is only written whole. */
const readHolders = (options: ThreadLeaseOptions): readonly Holder[] => {
  try {
    const holders = JSON.parse(readFileSync(fileOf(options), 'utf8')) as unknown;
    return Array.isArray(holders)
      ? (holders as Holder[]).filter(({ process, threads }) => threads > 0 && options.processes.isAlive(process))
      : [];
  } catch {
    return [];
  }
};

const writeHolders = (options: ThreadLeaseOptions, holders: readonly Holder[]): void => {
  const temporary = `${fileOf(options)}.tmp`;
  writeFileSync(temporary, JSON.stringify(holders), { mode: 0o600 });
  renameSync(temporary, fileOf(options));
};
