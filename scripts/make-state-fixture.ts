/**
 * Runs this version in a sandbox and keeps what it leaves as `test/fixtures/state-<version>`: a finished batch, one
 * that was stopped halfway, a saved plan, history, and the repository as a bundle. Run once a release; a fixture that
 * exists is never written again.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from './layers/load.ts';
import { makeCommandLine, type CommandLine } from '../test/support/command-line.ts';
import { eventsOf, expectCode, happened, leaveNothing, written } from '../test/support/running-batch.ts';
import { placeholders } from '../test/support/old-state.ts';

const config = {
  default_workflow: 'demo',
  batch: { stop_grace: '1s' },
  worktree: { min_free_disk: '0B' },
  retry: { initial: '0s', jitter: 0 },
  workflows: {
    demo: {
      stages: [
        {
          name: 'write',
          run: 'echo "$WF_WORK_ID" > "$WF_WORK_ID.txt" && git add . && git commit -qm "$WF_WORK_ID"',
          requires: ['commit', 'clean'],
        },
        {
          name: 'check',
          run: 'echo checking; if [ "$WF_WORK_ID" = b ] && [ ! -e "$WF_REPO_ROOT/go" ]; then echo up > "$WF_REPO_ROOT/up"; sleep 600; fi',
          env: { COLOUR: 'blue' },
        },
      ],
    },
  },
};

const runBatches = async (line: CommandLine): Promise<void> => {
  await line.config(config);
  await line.task('a', 'group: one\npriority: 1', 'The first');
  await line.task('b', 'depends_on: [a]\nparams: {module: api}', 'The second');
  await line.task('c', 'depends_on: [b]\nestimate_seconds: 60', 'The third');
  await line.task('d', 'group: two', 'Beside them');
  expectCode(await line.schedule(['create', 'md=tasks']), 0);
  expectCode(await line.batch(['plan', 'save', 'nightly']), 0);
  const engine = ['--engine', 'process'];
  expectCode(await line.batch(['start', ...engine, '--follow', '--only', 'a']), 0);
  expectCode(await line.batch(['start', ...engine]), 0);
  await written(join(line.project, 'up'));
  await happened(line, 'work_completed', 'd');
  expectCode(await line.batch(['stop']), 0);
  if (eventsOf(line, 'work_stopped', 'b').length === 0) throw new Error('b was not stopped halfway');
};

/** Paths, the hash that depends on them, and the machine's boot become placeholders. */
const neutral = (text: string, line: CommandLine, hashes: ReadonlyMap<string, string>): string => {
  let result = text.replaceAll(line.project, placeholders.root);
  for (const [hash, name] of hashes) result = result.replaceAll(hash, placeholders.hash(name));
  return result.replace(/"boot":"[^"]*"/g, '"boot":"00000000-0000-4000-8000-000000000000"');
};

const hashesOf = (state: string): ReadonlyMap<string, string> => {
  const plans = readdirSync(state, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /^(plans\/[^/]+|batches\/[^/]+\/plan)\.json$/.test(name),
  );
  return new Map(
    plans.map((name) => {
      const { plan_hash } = JSON.parse(readFileSync(join(state, name), 'utf8')) as { plan_hash: string };
      return [plan_hash, name];
    }),
  );
};

const keep = async (line: CommandLine, folder: string): Promise<void> => {
  const state = join(line.project, '.wf');
  rmSync(join(state, 'locks'), { recursive: true, force: true });
  const hashes = hashesOf(state);
  mkdirSync(folder, { recursive: true });
  await line.git(line.project, 'bundle', 'create', '-q', join(folder, 'repository.bundle'), '--all');
  cpSync(join(line.project, 'tasks'), join(folder, 'tasks'), { recursive: true });
  for (const name of readdirSync(state, { recursive: true, withFileTypes: true, encoding: 'utf8' })) {
    if (!name.isFile()) continue;
    const from = join(name.parentPath, name.name);
    const to = join(folder, 'state', from.slice(state.length + 1));
    mkdirSync(join(to, '..'), { recursive: true });
    writeFileSync(to, neutral(readFileSync(from, 'utf8'), line, hashes));
  }
};

const main = async (): Promise<number> => {
  const root = projectFolder();
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const folder = join(root, 'test/fixtures', `state-${version}`);
  if (existsSync(folder)) {
    console.error(`${folder} is there already; a released state is never written again`);
    return 1;
  }
  const line = await makeCommandLine();
  try {
    await runBatches(line);
    await keep(line, folder);
  } finally {
    await leaveNothing(line);
  }
  console.log(`${folder} is written`);
  return 0;
};

process.exitCode = await main();
