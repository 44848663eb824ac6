/**
 * Whose branch it is, when the journal does not know yet.
 *
 * A worker can die between making a branch and reporting it. The mark is the first entry of the branch's own reflog:
 * git writes it in the same step as the ref, it goes away with the ref, and a branch that someone else made cannot have
 * it. Rejected: a file in the worktree's git folder (written after the branch exists, so a death in between leaves a
 * branch that nobody owns), a second ref (two steps again, and litter that someone has to clear).
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from './context.ts';

export const ownerMessage = (owner: string): string => `wf0-batch: made for ${owner}`;

/** The commit at which one of these owners made the branch; null if somebody else made it. */
export async function madeBy(context: Context, branch: string, owners: readonly string[]): Promise<string | null> {
  const first = await readFirstEntry(context, branch);
  return first !== null && owners.some((owner) => first.message === ownerMessage(owner)) ? first.commit : null;
}

interface Entry {
  readonly commit: string;
  readonly message: string;
}

async function readFirstEntry(context: Context, branch: string): Promise<Entry | null> {
  const text = await readFile(join(context.commonDir, 'logs', 'refs', 'heads', branch), 'utf8').catch(() => null);
  if (text === null) return askFirstEntry(context, branch);
  const [head, message] = (text.split('\n')[0] ?? '').split('\t');
  const [before, commit] = (head ?? '').split(' ');
  return commit === undefined || message === undefined || !/^0+$/.test(before ?? '') ? null : { commit, message };
}

/** A reftable repository has no such file. */
async function askFirstEntry(context: Context, branch: string): Promise<Entry | null> {
  const run = await context.git(['reflog', 'show', '--format=%H%x09%gs', `refs/heads/${branch}`, '--'], {
    cwd: context.commonDir,
  });
  const [commit, message] = (run.stdout.trim().split('\n').at(-1) ?? '').split('\t');
  return commit === undefined || message === undefined ? null : { commit, message };
}
