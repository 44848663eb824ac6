/** The git adapter on a sandbox, with locks that serialise within this process. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { openRepository } from '../../src/adapters/git/repository.ts';
import type { OpenOptions } from '../../src/adapters/git/repository.ts';
import type { Place } from '../../src/core/event.ts';
import type { Repository, Result, WorktreeRequest } from '../../src/ports/git.ts';
import type { Sandbox } from './git.ts';

/** One body at a time, in the order of asking. */
export function makeMutex(): <T>(body: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (body) => {
    const turn = last.then(body);
    last = turn.catch(() => undefined);
    return turn;
  };
}

/** Opens the repository; fails the test if there is none. */
export async function openIn(sandbox: Sandbox, from: string, over: Partial<OpenOptions> = {}): Promise<Repository> {
  const repository = await openRepository({
    from,
    env: sandbox.env,
    token: 'test',
    lock: makeMutex(),
    fetchLock: makeMutex(),
    ...over,
  });
  assert.ok(repository, `no repository at ${from}`);
  return repository;
}

/** A worktree for work `id` from a commit, as a first attempt asks for it. */
export const makeRequest = (
  root: string,
  id: string,
  base: string,
  over: Partial<WorktreeRequest> = {},
): WorktreeRequest => ({
  path: join(root, '.worktrees', id),
  branch: `wf/${id}`,
  base,
  owner: `b1/${id}`,
  earlierOwners: [],
  owned: null,
  restart: false,
  saveAs: `refs/wf/saved/b1/${id}/1`,
  stateLink: null,
  ...over,
});

/** The value, or a failed test that says what went wrong. */
export function valueOf<T>(result: Result<T>): T {
  assert.ok(result.ok, result.ok ? '' : JSON.stringify(result.failure));
  return result.value;
}

/** The failure's reason and message, or a failed test. */
export function failureOf(result: Result<unknown>): { readonly reason: string; readonly message: string } {
  assert.ok(!result.ok, 'it succeeded');
  return result.failure;
}

/** As the journal would tell it in a later attempt. */
export const owning = (place: Place): Partial<WorktreeRequest> => ({ owned: place });
