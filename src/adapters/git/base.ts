/** Where a work without dependencies begins. */
import type { Base, RemoteView, Result } from '../../ports/git.ts';
import { failed, succeeded } from './context.ts';
import type { Context } from './context.ts';
import { hasCommits } from './questions.ts';
import { fetchHead, headIn, readFetched } from './remote.ts';
import { readHead, readRef } from './refs.ts';

/** See the port. */
export async function resolveBase(
  context: Context,
  options: { readonly branch: string | null; readonly view: RemoteView },
): Promise<Result<Base>> {
  const { view } = options;
  const notes = view.warning === null ? [] : [view.warning];
  const head =
    options.branch === null && view.defaultBranch === null ? await readHead(context, context.mainGitDir) : null;
  const branch = options.branch ?? view.defaultBranch ?? head?.branch ?? null;
  if (branch === null && head?.commit != null)
    return succeeded({
      commit: head.commit,
      notes: [...notes, `HEAD is on no branch; the base is its commit ${head.commit.slice(0, 12)}`],
    });
  if (branch === null) return missing('the repository has no commit to start from; make one and push it');
  const remote = await fromRemote(context, view, branch);
  const local = await readRef(context, `refs/heads/${branch}`);
  const all = [...notes, ...(remote.note === null ? [] : [remote.note])];
  if (remote.commit !== null) {
    const ahead =
      local === null
        ? null
        : await describeAhead(context, { local, remote: remote.commit, branch, name: `${view.remote}/${branch}` });
    return succeeded({ commit: remote.commit, notes: ahead === null ? all : [...all, ahead] });
  }
  if (local !== null) return succeeded({ commit: local, notes: all });
  if (remote.note !== null) return failed({ reason: 'unreachable', stage: 'base', message: remote.note });
  return fromName(context, options.branch, { view, branch, notes: all });
}

interface Found {
  readonly commit: string | null;
  readonly note: string | null;
}

async function fromRemote(context: Context, view: RemoteView, branch: string): Promise<Found> {
  const { remote } = view;
  const commit = headIn(view.heads, branch);
  if (remote === null || commit === null) return { commit: null, note: null };
  const fetched = await fetchHead(context, { remote, branch, commit });
  if (fetched.kind === 'here') return { commit: fetched.commit, note: null };
  const known =
    (await readFetched(context, remote, branch)) ?? (await readRef(context, `refs/remotes/${remote}/${branch}`));
  const note = `${remote}/${branch} cannot be fetched (${fetched.why})`;
  return {
    commit: known,
    note: known === null ? note : `${note}; starting from its last known commit ${known.slice(0, 12)}`,
  };
}

interface Ahead {
  readonly local: string;
  readonly remote: string;
  readonly branch: string;
  readonly name: string;
}

async function describeAhead(context: Context, { local, remote, branch, name }: Ahead): Promise<string | null> {
  if (local === remote) return null;
  const run = await context.git(['rev-list', '--count', `${remote}..${local}`], { cwd: context.commonDir });
  const count = Number(run.stdout);
  if (run.code !== 0 || !(count > 0)) return null;
  return `the local branch ${branch} has ${count === 1 ? 'a commit' : `${count} commits`} that ${name} lacks; works start from ${name} without ${count === 1 ? 'it' : 'them'}`;
}

interface Sought {
  readonly view: RemoteView;
  readonly branch: string;
  readonly notes: readonly string[];
}

/** No branch of that name: a tag or a commit id is taken too, if it was named on purpose. */
async function fromName(
  context: Context,
  named: string | null,
  { view, branch, notes }: Sought,
): Promise<Result<Base>> {
  if (named !== null && !named.startsWith('-')) {
    const run = await context.git(['rev-parse', '--verify', '--quiet', `${named}^{commit}`], {
      cwd: context.commonDir,
    });
    if (run.code === 0) return succeeded({ commit: run.stdout.trim(), notes });
  }
  if (Object.keys(view.heads).length === 0 && !(await hasCommits(context)))
    return missing('the repository has no commit to start from; make one and push it');
  const where = view.remote === null ? 'here (no remote is configured)' : `here or at ${view.remote}`;
  return missing(`the base branch ${branch} does not exist ${where}; set default_base_branch, or push it`);
}

const missing = (message: string): Result<Base> => failed({ reason: 'base_missing', stage: 'base', message });
