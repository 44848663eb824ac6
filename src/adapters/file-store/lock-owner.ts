/** The file inside a lock's folder that says who holds it. Its name carries the holder's token. */
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { ProcessIdentity } from '../../core/event.ts';
import type { Processes } from '../../ports/processes.ts';
import { codeOf } from './problems.ts';

export interface LockOwner {
  /** Names this process's holdings of one lock; no other process ever uses it. */
  readonly token: string;
  readonly host: string;
  readonly process: ProcessIdentity;
}

/** What is known of a lock's folder. */
export type Holding =
  | { readonly kind: 'free' }
  /** `owner` null: its file cannot be read as one. */
  | { readonly kind: 'held'; readonly file: string; readonly owner: LockOwner | null }
  /** Something that is no owner file lies in the folder. */
  | { readonly kind: 'blocked'; readonly file: string };

const host = os.hostname();

/** An owner entry for this process. */
export const makeOwner = (process: ProcessIdentity): LockOwner => ({ token: randomUUID(), host, process });

/** Where an owner's file lies inside a lock's folder. */
export const ownerFile = (folder: string, token: string): string => path.join(folder, `owner-${token}.json`);

/** Who holds the lock of this folder. */
export const readHolding = (folder: string): Holding => {
  const names = listOrNull(folder);
  const first = names?.[0];
  if (first === undefined) return { kind: 'free' };
  const name = names?.find((each) => /^owner-[0-9a-f-]{36}\.json$/.test(each));
  if (name === undefined) return { kind: 'blocked', file: path.join(folder, first) };
  const file = path.join(folder, name);
  const text = readOrNull(file);
  return text === null ? { kind: 'free' } : { kind: 'held', file, owner: parseOwner(text) };
};

/**
 * Whether an owner is certainly gone. An unreadable owner file is one that a crash of the machine cut short: it was
 * complete before it could be seen. An owner on another host cannot be looked at, and counts as alive.
 */
export const isGone = (owner: LockOwner | null, processes: Pick<Processes, 'isAlive'>): boolean =>
  owner === null || (owner.host === host && !processes.isAlive(owner.process));

const listOrNull = (folder: string): readonly string[] | null => {
  try {
    return fs.readdirSync(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
};

const readOrNull = (file: string): string | null => {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
};

const parseOwner = (text: string): LockOwner | null => {
  try {
    const { token, host: where, process } = JSON.parse(text) as Partial<LockOwner>;
    const isWhole =
      typeof token === 'string' &&
      typeof where === 'string' &&
      typeof process?.pid === 'number' &&
      typeof process.started === 'string' &&
      typeof process.boot === 'string';
    return isWhole ? { token, host: where, process } : null;
  } catch {
    return null;
  }
};
