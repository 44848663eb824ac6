/** Several dependencies as one base. */
import type { Base, Result } from '../../ports/git.ts';
import { complaint, failed, output, succeeded } from './context.ts';
import type { Context } from './context.ts';

/**
 * The first commit with the others merged in, one after another. The same commits in the same order give the same
 * commit, byte for byte: author and committer are fixed, the date is the newer parent's.
 */
export async function mergeBases(context: Context, commits: readonly string[]): Promise<Result<Base>> {
  const [first, ...others] = commits;
  if (first === undefined) throw new Error('mergeBases needs a commit');
  let current = first;
  for (const other of others) {
    const merged = await mergeTwo(context, current, other);
    if (!merged.ok) return merged;
    current = merged.value;
  }
  return succeeded({ commit: current, notes: [] });
}

async function mergeTwo(context: Context, ours: string, theirs: string): Promise<Result<string>> {
  if (ours === theirs) return succeeded(ours);
  const call = { cwd: context.commonDir };
  const common = await context.git(['merge-base', ours, theirs], call);
  if (common.code > 1) return missing(`${ours.slice(0, 12)} or ${theirs.slice(0, 12)} is not in the repository`);
  const meeting = common.stdout.trim();
  if (meeting === theirs) return succeeded(ours);
  if (meeting === ours) return succeeded(theirs);
  const merge = ['merge-tree', '--write-tree', '--no-messages', '--name-only', '-z', ours, theirs];
  const run = await context.git(merge, call);
  const [tree, ...files] = run.stdout.split('\0').filter((part) => part !== '');
  if (run.code === 1) return conflict(ours, theirs, files);
  if (run.code !== 0 || tree === undefined) return conflict(ours, theirs, [], complaint(run));
  return succeeded(await commitMerge(context, { tree, ours, theirs }));
}

interface Merge {
  readonly tree: string;
  readonly ours: string;
  readonly theirs: string;
}

async function commitMerge(context: Context, { tree, ours, theirs }: Merge): Promise<string> {
  const call = { cwd: context.commonDir };
  const times = await output(
    context,
    ['rev-list', '--no-walk', '--no-commit-header', '--format=%ct', ours, theirs],
    call,
  );
  const date = `${Math.max(...times.trim().split('\n').map(Number))} +0000`;
  const person = { NAME: 'wf0-batch', EMAIL: 'wf0-batch@localhost', DATE: date };
  const fields = Object.entries(person).flatMap(([key, value]) => [
    [`GIT_AUTHOR_${key}`, value],
    [`GIT_COMMITTER_${key}`, value],
  ]);
  const args = ['-c', 'i18n.commitEncoding=UTF-8', 'commit-tree', '--no-gpg-sign', tree, '-p', ours, '-p', theirs];
  const text = `Merge ${theirs} into the base ${ours}`;
  return (await output(context, [...args, '-m', text], { ...call, env: Object.fromEntries(fields) })).trim();
}

function conflict(ours: string, theirs: string, files: readonly string[], words?: string): Result<string> {
  const unique = [...new Set(files)];
  const where =
    words ?? `both change ${unique.slice(0, 5).join(', ')}${unique.length > 5 ? ` and ${unique.length - 5} more` : ''}`;
  const message = `the dependencies' commits ${ours.slice(0, 12)} and ${theirs.slice(0, 12)} cannot be merged: ${where}`;
  return failed({ reason: 'base_conflict', stage: 'base', files: unique, message });
}

const missing = (message: string): Result<never> => failed({ reason: 'base_missing', stage: 'base', message });
