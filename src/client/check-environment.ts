/** What a start needs of its surroundings, looked at before anything is changed. */
import type { Plan } from '../core/plan.ts';
import { Problem } from '../ports/problem.ts';
import { isInsideRepository, worktreeMarker } from '../protocol/worktree-marker.ts';
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

const checkRepository = async (client: Client, plan: Plan): Promise<void> => {
  const { repository, root } = client;
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
  await refuseLinkedWorktrees(client, plan.settings.worktree_root);
  await refuseForeignFolder(client, plan.settings.worktree_root);
  if (!plan.settings.push_enabled) return;
  // What is known of the remote lies in `.wf`, behind a lock that lies there too.
  await client.prepareFolder();
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

/** What lies behind a link may be anybody's; every work would be refused by it. */
const refuseLinkedWorktrees = async (client: Client, folder: string): Promise<void> => {
  if ((await (await client.openMachine()).look(folder)).kind !== 'link') return;
  throw new Problem({
    what: 'the folder of the worktrees is a symbolic link; it must be a folder of its own',
    where: folder,
    hint: 'remove the link, or name the folder that it leads to as worktree.root_dir',
    code: 'refused',
  });
};

/** A folder outside the repository that is there already may hold anything; only one with our marker is used. */
const refuseForeignFolder = async (client: Client, folder: string): Promise<void> => {
  const machine = await client.openMachine();
  if (isInsideRepository(client.root, folder) || (await machine.look(folder)).kind === 'nothing') return;
  if ((await machine.look(`${folder}/${worktreeMarker}`)).kind === 'other') return;
  throw new Problem({
    what: `worktree.root_dir lies outside the repository, and has no file ${worktreeMarker} that says it is for worktrees`,
    where: folder,
    hint: `name a folder that is not there yet, or mark this one: touch '${folder}/${worktreeMarker}'`,
    code: 'refused',
  });
};

/** Makes a folder for worktrees outside the repository, with the marker that later starts look for. */
export const markWorktreeFolder = async (client: Client, { settings, works }: Plan): Promise<void> => {
  const folder = settings.worktree_root;
  if (isInsideRepository(client.root, folder) || works.every(({ worktree }) => worktree === null)) return;
  await (
    await client.openMachine()
  ).writeNew(
    `${folder}/${worktreeMarker}`,
    'Worktrees of wf0-batch lie here. Without this file no batch uses the folder.\n',
  );
};

const lacking = (what: string, where: string, hint: string): Problem =>
  new Problem({ what, where, hint, code: 'environment' });
