/** What a start needs of its surroundings, looked at before anything is changed. */
import type { Plan } from '../core/plan.ts';
import { Problem } from '../ports/problem.ts';
import type { Client } from './client.ts';

/** `git merge-tree --write-tree` appeared there. */
const oldestGit = [2, 38];

/** Throws a Problem of code `environment` for the first thing that is missing. */
export const checkEnvironment = async (client: Client, plan: Plan): Promise<void> => {
  const placeholder = { batchRunId: plan.batch_run_id, directory: `${client.root}/.wf/batches` };
  const engine = await client.makeEngine(plan.engine, placeholder).problem();
  if (engine !== null)
    throw lacking(
      engine,
      `the ${plan.engine} engine`,
      plan.engine === 'tmux' ? 'install tmux, or start with --engine process' : 'see: wf0-batch doctor',
    );
  const terminal = await client.terminals.problem();
  if (terminal !== null) throw lacking(terminal, 'pseudo-terminals', 'see: wf0-batch doctor');
  if (plan.works.some(({ worktree }) => worktree !== null)) await checkRepository(client, plan);
};

const checkRepository = async ({ repository, root }: Client, plan: Plan): Promise<void> => {
  if (repository === null) return;
  const version = await repository.version();
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < (oldestGit[0] ?? 0) || (major === oldestGit[0] && minor < (oldestGit[1] ?? 0)))
    throw lacking(`git ${version} is too old`, 'git --version', `install git ${oldestGit.join('.')} or newer`);
  if (!(await repository.hasCommits()))
    throw new Problem({
      what: 'the repository has no commit to start from',
      where: root,
      hint: 'make a first commit: git commit --allow-empty -m "Begin"',
      code: 'refused',
    });
  if (!plan.settings.push_enabled) return;
  const view = await repository.lookAtRemote({
    remote: plan.settings.push_remote,
    file: `${root}/.wf/remote.json`,
    maxAgeMs: 0,
  });
  if (view.remote !== null && view.warning !== null)
    throw lacking(
      `the remote ${view.remote} cannot be reached: ${view.warning}`,
      `git ls-remote ${view.remote}`,
      'correct the remote or the network, or start without pushing: "push": {"enabled": false}',
    );
};

const lacking = (what: string, where: string, hint: string): Problem =>
  new Problem({ what, where, hint, code: 'environment' });
