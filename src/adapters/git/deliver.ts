/** Delivery without a remote: the work's local branch is what was delivered. */
import type { Result } from '../../ports/git.ts';
import type { Context } from './context.ts';
import { listWorktrees } from './list.ts';
import { isAncestor } from './questions.ts';
import { createRef, moveRef, readRef } from './refs.ts';

interface Delivered {
  readonly worktree: string;
  readonly branch: string;
  readonly commit: string;
}

/** See the port. */
export async function deliverLocally(context: Context, wanted: Delivered): Promise<Result<null>> {
  const ref = `refs/heads/${wanted.branch}`;
  if ((await readRef(context, ref)) === wanted.commit) return { ok: true, value: null };
  // Listing takes the lock itself.
  if (await isCheckedOut(context, wanted)) return refuse(context, wanted);
  const done = await context.lock(async () => {
    const before = await readRef(context, ref);
    if (before === wanted.commit) return true;
    if (before === null) return createRef(context, ref, wanted.commit);
    if (!(await isAncestor(context, before, wanted.commit))) return false;
    return moveRef(context, ref, { from: before, to: wanted.commit });
  });
  return done ? { ok: true, value: null } : refuse(context, wanted);
}

/** The branch of a worktree may not be moved under it: its files would seem changed. */
async function isCheckedOut(context: Context, { branch }: Delivered): Promise<boolean> {
  return (await listWorktrees(context)).some((each) => each.branch === branch);
}

async function refuse(context: Context, { worktree, branch, commit }: Delivered): Promise<Result<null>> {
  const head = (await readRef(context, `refs/heads/${branch}`))?.slice(0, 12) ?? 'gone';
  const message = `branch ${branch} is ${head === 'gone' ? head : `at ${head}`}, and the stages left ${commit.slice(0, 12)} in ${worktree}; bring them together there: git checkout ${branch} && git merge ${commit.slice(0, 12)}`;
  return { ok: false, failure: { reason: 'push_rejected', stage: 'push', message } };
}
