/**
 * What the remote looks like, asked at most once in a while for a whole batch.
 *
 * The view lies in a file that all workers of a batch share; who finds it too old takes the fetch lock, looks whether
 * another has just renewed it, and else asks. A failed look is kept as well, or each worker in turn would wait for a
 * remote that hangs. Objects are fetched only when a base is wanted that no local ref holds (`fetchHead`).
 */
import { randomUUID } from 'node:crypto';
import { closeSync, constants, openSync, readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { RemoteView } from '../../ports/git.ts';
import { complaint, networkFolder, output, persist } from './context.ts';
import type { Context } from './context.ts';
import { remoteUrl } from './questions.ts';
import type { GitRun } from './run.ts';
import { readLoose, readRef } from './refs.ts';
import { pastUnsetHeads } from './worktrees.ts';

interface LookOptions {
  readonly remote: string;
  readonly file: string;
  readonly maxAgeMs: number;
}

/** What lies in the file: the view, and when it was last tried. */
interface KeptView {
  readonly version: 1;
  readonly lookedAt: number;
  readonly view: RemoteView;
}

/** See the port. */
export async function lookAtRemote(context: Context, options: LookOptions): Promise<RemoteView> {
  const kept = readKept(options);
  if (kept !== null && isFresh(kept, options)) return kept.view;
  return context.fetchLock(async () => {
    const renewed = readKept(options);
    if (renewed !== null && isFresh(renewed, options)) return renewed.view;
    const view = await look(context, options.remote, renewed?.view ?? null);
    await writeKept(options.file, { version: 1, lookedAt: Date.now(), view });
    return view;
  });
}

const isFresh = (kept: KeptView, options: LookOptions): boolean => {
  const ageMs = Date.now() - kept.lookedAt;
  return ageMs >= 0 && ageMs < options.maxAgeMs;
};

/** Neither a link nor a pipe can make a reader follow or wait. */
const plainFile = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

const readPlain = (path: string): string => {
  const file = openSync(path, plainFile);
  try {
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
};

/** A file that cannot be read as a view of this remote is as good as none. */
function readKept(options: LookOptions): KeptView | null {
  try {
    const kept = JSON.parse(readPlain(options.file)) as KeptView;
    const isView = kept.version === 1 && typeof kept.lookedAt === 'number' && typeof kept.view.heads === 'object';
    return isView && (kept.view.remote === null || kept.view.remote === options.remote) ? kept : null;
  } catch {
    return null;
  }
}

async function writeKept(file: string, kept: KeptView): Promise<void> {
  const fresh = `${file}.${randomUUID()}`;
  await writeFile(fresh, `${JSON.stringify(kept)}\n`, { mode: 0o600 });
  await rename(fresh, file);
}

async function look(context: Context, remote: string, before: RemoteView | null): Promise<RemoteView> {
  const url = await remoteUrl(context, remote);
  if (url === null) return { remote: null, fetchedAt: 0, heads: {}, defaultBranch: null, warning: null };
  const args = ['ls-remote', '--symref', remote, 'HEAD', 'refs/heads/*'];
  const run = await tryTwice(context, args);
  if (run.code === 0) return { remote, fetchedAt: Date.now(), ...parseLook(run.stdout), warning: null };
  const known = before !== null && before.remote === remote ? before : await recall(context, remote);
  return {
    ...known,
    warning: `${remote} cannot be reached (${reason(context, run)}); going by what was last known of it`,
  };
}

/** A remote that hangs is asked once: twice its time limit is too long. */
async function tryTwice(context: Context, args: readonly string[]): Promise<GitRun> {
  const call = { cwd: networkFolder(context), as: 'network', timeoutMs: context.networkTimeoutMs } as const;
  const run = await context.git(args, call);
  if (run.code === 0 || run.timedOut) return run;
  await pause(100);
  return context.git(args, call);
}

const reason = (context: Context, run: GitRun): string =>
  run.timedOut ? `no answer in ${context.networkTimeoutMs / 1000} s` : complaint(run);

/** Branches may have names like `constructor`. */
export const headIn = (heads: Readonly<Record<string, string>>, branch: string): string | null =>
  Object.hasOwn(heads, branch) ? (heads[branch] ?? null) : null;

function parseLook(text: string): Pick<RemoteView, 'heads' | 'defaultBranch'> {
  const heads: Record<string, string> = {};
  let defaultBranch: string | null = null;
  for (const line of text.split('\n')) {
    const [left, name] = line.split('\t');
    if (left === undefined || name === undefined) continue;
    if (name === 'HEAD' && left.startsWith('ref: refs/heads/')) defaultBranch = left.slice('ref: refs/heads/'.length);
    else if (name.startsWith('refs/heads/')) heads[name.slice('refs/heads/'.length)] = left;
  }
  return { heads, defaultBranch: defaultBranch !== null && Object.hasOwn(heads, defaultBranch) ? defaultBranch : null };
}

/** What local refs remember of a remote that was never reached by this batch. */
async function recall(context: Context, remote: string): Promise<RemoteView> {
  const places = [`refs/remotes/${remote}/`, privatePrefix(remote)];
  const run = await context.git(['for-each-ref', '--format=%(refname)%09%(objectname)%09%(symref)', ...places], {
    cwd: context.commonDir,
  });
  const heads: Record<string, string> = {};
  let defaultBranch: string | null = null;
  for (const line of run.stdout.split('\n')) {
    const [ref = '', commit = '', symref = ''] = line.split('\t');
    const place = places.find((each) => ref.startsWith(each));
    if (place === undefined) continue;
    if (symref.startsWith(place)) defaultBranch = symref.slice(place.length);
    else heads[ref.slice(place.length)] = commit;
  }
  return { remote, fetchedAt: 0, heads, defaultBranch, warning: null };
}

const privatePrefix = (remote: string): string => `refs/wf/remote/${remote}/`;

interface RemoteBranch {
  readonly remote: string;
  readonly branch: string;
  readonly commit: string;
}

/** A commit that is here with all its history, or why it cannot be had. */
export type Fetched =
  { readonly kind: 'here'; readonly commit: string } | { readonly kind: 'failed'; readonly why: string };

/** Sees to it that a branch's commit is here. If the branch has moved since the look, the newer commit is given. */
export async function fetchHead(context: Context, wanted: RemoteBranch): Promise<Fetched> {
  const { remote, branch, commit } = wanted;
  if (await isHere(context, wanted)) return { kind: 'here', commit };
  return context.fetchLock(async () => {
    if (await isHere(context, wanted)) return { kind: 'here', commit };
    const why = await fetchBranch(context, wanted);
    if (why !== null) return { kind: 'failed', why };
    return { kind: 'here', commit: (await readFetched(context, remote, branch)) ?? commit };
  });
}

/** Only a ref proves that all of a commit's history is here, and keeps it here. */
async function isHere(context: Context, { remote, branch, commit }: RemoteBranch): Promise<boolean> {
  const refs = [`${privatePrefix(remote)}${branch}`, `refs/remotes/${remote}/${branch}`, `refs/heads/${branch}`];
  for (const ref of refs) if (readLoose(context, ref) === commit) return true;
  for (const ref of refs) if ((await readRef(context, ref)) === commit) return true;
  return false;
}

async function fetchBranch(context: Context, { remote, branch }: RemoteBranch): Promise<string | null> {
  const flags = ['--quiet', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules', '--no-prune'];
  const args = ['fetch', ...flags, '--refmap=', remote, `+refs/heads/${branch}:${privatePrefix(remote)}${branch}`];
  const run = await pastUnsetHeads(context, () => persist(() => tryTwice(context, args)));
  return run.code === 0 ? null : reason(context, run);
}

/** The commit that the private ref of a remote's branch holds after `fetchHead`. */
export const readFetched = (context: Context, remote: string, branch: string): Promise<string | null> =>
  readRef(context, `${privatePrefix(remote)}${branch}`);

/** See the port. */
export async function remotes(context: Context): Promise<readonly string[]> {
  const text = await output(context, ['remote'], { cwd: context.commonDir });
  return text.split('\n').filter((line) => line !== '');
}

/** See the port. */
export async function remoteHead(
  context: Context,
  remote: string,
  branch: string,
): Promise<
  { readonly reached: true; readonly commit: string | null } | { readonly reached: false; readonly message: string }
> {
  const run = await tryTwice(context, ['ls-remote', remote, `refs/heads/${branch}`]);
  if (run.code !== 0) return { reached: false, message: reason(context, run) };
  return { reached: true, commit: headIn(parseLook(run.stdout).heads, branch) };
}
