/** Pushing by compare-and-set, with the user's hooks. */
import type { PushOutcome } from '../../ports/git.ts';
import { complaint, networkFolder, withoutCredentials } from './context.ts';
import type { Context } from './context.ts';
import { resolve } from 'node:path';
import { isOfRepository } from './place.ts';
import { remoteHead } from './remote.ts';
import type { GitRun } from './run.ts';

interface PushOptions {
  readonly worktree: string;
  readonly remote: string;
  readonly branch: string;
  readonly commit: string;
  readonly seen: string | null;
  readonly timeoutMs: number;
}

/** See the port. */
export async function push(context: Context, options: PushOptions): Promise<PushOutcome> {
  if (!(await isOfRepository(context, options.worktree)))
    return {
      kind: 'refused',
      message: `git does not list ${options.worktree} as a worktree; nothing is pushed from it`,
    };
  const ref = `refs/heads/${options.branch}`;
  const lease = `--force-with-lease=${ref}:${options.seen ?? ''}`;
  const prefix = await withAbsoluteUrl(context, options.remote);
  const args = [...prefix, 'push', '--porcelain', '--no-progress', lease, options.remote, `${options.commit}:${ref}`];
  const run = await context.git(args, { cwd: options.worktree, as: 'user', timeoutMs: options.timeoutMs });
  const line = run.stdout.split('\n').find((each) => each.startsWith('!\t'));
  if (line !== undefined) return explain(context, options, { line, run });
  if (run.timedOut)
    return { kind: 'unreachable', message: `${options.remote} gave no answer in ${options.timeoutMs / 1000} s` };
  if (run.code === 0) return { kind: 'pushed' };
  // git dies with 128 when it cannot talk to the remote, and ends with 1 when a hook of the user said no.
  if (run.code === 1) return { kind: 'refused', message: said(run) };
  return { kind: 'unreachable', message: complaint(run) };
}

/**
 * A push runs in the worktree, for the user's hooks, where a relative URL would lead elsewhere than in the
 * repository: it is rewritten for this command. Asked once a remote; git itself decides what is a path this way.
 */
function withAbsoluteUrl(context: Context, remote: string): Promise<readonly string[]> {
  const known = context.pushPrefixes.get(remote);
  if (known !== undefined) return known;
  const asked = askUrl(context, remote);
  context.pushPrefixes.set(remote, asked);
  return asked;
}

async function askUrl(context: Context, remote: string): Promise<readonly string[]> {
  const cwd = networkFolder(context);
  const run = await context.git(['remote', 'get-url', '--push', remote], { cwd });
  const url = run.stdout.replace(/\n$/, '');
  const isRelativePath = url !== '' && !url.startsWith('/') && !/^[^/]*:/.test(url);
  return run.code === 0 && isRelativePath ? ['-c', `url.${resolve(cwd, url)}.insteadOf=${url}`] : [];
}

/** `!\t<from>:<to>\t[rejected] (stale info)` and its like. */
async function explain(
  context: Context,
  options: PushOptions,
  { line, run }: { line: string; run: GitRun },
): Promise<PushOutcome> {
  const summary = line.split('\t')[2] ?? '';
  const isRemote = summary.startsWith('[remote rejected]') || summary.startsWith('[remote failure]');
  const isRace =
    /cannot lock ref|incorrect old value|is at .* but expected|failed to update ref|fetch first|already exists/.test(
      summary,
    );
  if (isRemote && /unpacker error|unpack failed/.test(summary))
    return { kind: 'unreachable', message: said(run) || summary };
  if (isRemote && !isRace) return { kind: 'refused', message: said(run) || summary };
  const head = await remoteHead(context, options.remote, options.branch);
  if (!head.reached) return { kind: 'unreachable', message: head.message };
  if (head.commit === options.commit) return { kind: 'pushed' };
  // A server that failed to take its own lock, with the branch where it was: not ours to call a rejection.
  if (isRemote && head.commit === options.seen) return { kind: 'unreachable', message: summary };
  return { kind: 'rejected', message: await describeAhead(context, options, head.commit) };
}

async function describeAhead(context: Context, options: PushOptions, found: string | null): Promise<string> {
  const name = `${options.remote}/${options.branch}`;
  const expected =
    options.seen === null ? 'it was not expected to exist' : `this work left it at ${options.seen.slice(0, 12)}`;
  if (found === null) return `${name} was deleted; ${expected}`;
  const who = await describeCommit(context, options, found);
  return `${name} is at ${found.slice(0, 12)}${who}; ${expected}`;
}

async function describeCommit(context: Context, { remote, branch }: PushOptions, commit: string): Promise<string> {
  const flags = ['--quiet', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules', '--refmap='];
  const fetch = ['fetch', ...flags, remote, `+refs/heads/${branch}:refs/wf/remote/${remote}/${branch}`];
  await context.git(fetch, { cwd: networkFolder(context), as: 'network', timeoutMs: context.networkTimeoutMs });
  const run = await context.git(['show', '--no-patch', '--no-show-signature', '--format=%an%x09%s', commit], {
    cwd: context.commonDir,
  });
  const [author, subject] = run.stdout.trim().split('\t');
  return run.code === 0 && author !== undefined ? ` by ${author}: "${subject ?? ''}"` : '';
}

const spoken = 4000;

/** Git's own lines among those of a hook: where it pushes to, what became of each ref, its closing words. */
const gitsOwn = /^(?:To .*|[ +*=!-]\t.*|Done|error: failed to push some refs.*)$/;

/** What hooks wrote, wherever they wrote it, at most the last 4,000 characters. */
function said(run: GitRun): string {
  const lines = [run.stdout, run.stderr]
    .flatMap((text) => text.split('\n'))
    .filter((line) => line.trim() !== '' && !gitsOwn.test(line));
  const text = lines.map((line) => line.trimEnd()).join('\n');
  return text === '' ? `git push ended with exit code ${run.code}` : withoutCredentials(text.slice(-spoken));
}
