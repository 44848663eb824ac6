/** `doctor`: whether what a run needs is there. Starts nothing of the user's, changes nothing. */
import { checkAgents } from './doctor-agents.ts';
import { bad, guard, ok, warn, type Check } from './check.ts';
import type { Client } from './client.ts';

const oldestNode = [20, 19] as const;
const oldestGit = [2, 38] as const;

/** Every check, in a fixed order; one that fails stops none of the others. */
export const examine = async (client: Client, engine: 'tmux' | 'process'): Promise<readonly Check[]> => {
  const machine = await client.openMachine();
  return [
    checkVersion('node', machine.nodeVersion, { oldest: oldestNode, hint: 'install Node.js 20.19 or newer' }),
    await guard('git', () => checkGit(client)),
    await guard(engine === 'tmux' ? 'tmux' : 'processes', () => checkEngine(client, engine)),
    await guard('terminal', () => checkTerminals(client)),
    await guard('config', () => checkConfig(client)),
    ...(await checkAgents(client)),
    await guard('.wf', () => checkFolder(client)),
    await guard('disk', () => checkDisk(client)),
    await guard('remote', () => checkRemote(client)),
  ];
};

const checkVersion = (
  name: string,
  version: string,
  { oldest, hint }: { readonly oldest: readonly [number, number]; readonly hint: string },
): Check => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isOld = major < oldest[0] || (major === oldest[0] && minor < oldest[1]);
  return isOld ? bad(name, `${version} is too old`, hint) : ok(name, version);
};

const checkGit = async ({ repository, root }: Client): Promise<Check> => {
  if (repository === null)
    return warn(
      'git',
      `${root} is no git repository`,
      'works run there only with "worktree": false; else go to a repository, or git init',
    );
  const check = checkVersion('git', await repository.version(), {
    oldest: oldestGit,
    hint: 'install git 2.38 or newer',
  });
  if (check.verdict !== 'ok' || (await repository.hasCommits())) return check;
  return bad(
    'git',
    'the repository has no commit to start from',
    'make a first commit: git commit --allow-empty -m "Begin"',
  );
};

const checkEngine = async (client: Client, kind: 'tmux' | 'process'): Promise<Check> => {
  const problem = await client.makeEngine(kind, { batchRunId: 'doctor', directory: client.store.directory }).problem();
  const name = kind === 'tmux' ? 'tmux' : 'processes';
  return problem === null
    ? ok(name, 'can be used')
    : bad(
        name,
        problem,
        kind === 'tmux' ? 'install tmux 3.0 or newer, or start with --engine process' : 'see the message',
      );
};

const checkTerminals = async ({ terminals }: Client): Promise<Check> => {
  const problem = await terminals.problem();
  return problem === null
    ? ok('terminal', 'pseudo-terminals can be made')
    : bad('terminal', problem, 'npm install --include=optional');
};

const checkConfig = async (client: Client): Promise<Check> => {
  const { default_workflow, workflows } = await client.readConfig();
  const { kind } = await (await client.openMachine()).look(`${client.store.directory}/config.json`);
  if (kind === 'nothing')
    return warn('config', 'there is no .wf/config.json: the shipped workflow has no commands', 'wf0-batch init');
  const stages = workflows[default_workflow]?.stages.length ?? 0;
  return ok('config', `workflow ${default_workflow}, ${stages} ${stages === 1 ? 'stage' : 'stages'}`);
};

const checkFolder = async (client: Client): Promise<Check> => {
  const machine = await client.openMachine();
  const { directory } = client.store;
  const folder = await machine.look(directory);
  if (folder.kind === 'nothing') return ok('.wf', 'not there yet; it is made when it is needed');
  if (folder.kind !== 'folder')
    return bad(
      '.wf',
      `${directory} is ${folder.kind === 'link' ? 'a symbolic link' : 'no folder'}`,
      'move it away: .wf must be a folder of its own',
    );
  if (!folder.isWritable) return bad('.wf', `${directory} cannot be written`, 'give yourself the right to write there');
  const batches = await machine.look(`${directory}/batches`);
  if (batches.kind === 'folder' && (batches.mode & 0o077) !== 0)
    return warn(
      '.wf',
      `${directory}/batches can be read by others (${batches.mode.toString(8)})`,
      `chmod 700 ${directory}/batches`,
    );
  return folder.uid === machine.uid()
    ? ok('.wf', 'can be written')
    : warn('.wf', `${directory} belongs to the user ${folder.uid}`, 'look at its commands: wf0-batch trust');
};

const checkDisk = async (client: Client): Promise<Check> => {
  const { worktree } = await client.readConfig();
  const free = await (await client.openMachine()).freeBytes(client.root);
  const text = `${gigabytes(free)} free`;
  return free >= worktree.min_free_disk_bytes
    ? ok('disk', text)
    : bad(
        'disk',
        `${text}, and worktree.min_free_disk is ${gigabytes(worktree.min_free_disk_bytes)}`,
        'free some space: wf0-batch clean --dry-run shows what can go',
      );
};

const gigabytes = (bytes: number): string => `${(bytes / 1024 ** 3).toFixed(1)} GB`;

const checkRemote = async (client: Client): Promise<Check> => {
  if (client.repository === null) return ok('remote', 'none: no repository');
  const { push, default_base_branch } = await client.readConfig();
  if (!push.enabled) return ok('remote', 'none is needed: push.enabled is false');
  const answer = await client.repository.remoteHead(push.remote, default_base_branch ?? 'main');
  if (answer.reached) return ok('remote', `${push.remote} answers`);
  if (
    /does not appear to be a git repository|No such remote/i.test(answer.message) &&
    !/Could not read/.test(answer.message.split('\n')[0] ?? '')
  )
    return warn(
      'remote',
      `${push.remote} is not configured, or is no repository`,
      `commits stay in local branches; else: git remote add ${push.remote} URL`,
    );
  return bad(
    'remote',
    `${push.remote} cannot be reached: ${answer.message.split('\n')[0] ?? ''}`,
    `see: git ls-remote ${push.remote}`,
  );
};
