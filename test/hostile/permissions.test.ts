/** What we write is this user's alone, whatever the umask: 0700 and 0600 for all that may hold secrets. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { makeCommandLine, programFile, type CommandLine } from '../support/command-line.ts';
import { eventually } from '../support/eventually.ts';
import { batchFolder, eventsOf, expectCode, happened, leaveNothing } from '../support/running-batch.ts';

let line: CommandLine;
/** A program under a umask that takes nothing away. */
const openly = async (program: string, args: readonly string[], env: Record<string, string> = {}): Promise<void> => {
  const words = ['-c', 'umask 000; exec "$0" "$@"', process.execPath, programFile(program), ...args];
  const child = spawn('sh', words, {
    cwd: line.project,
    env: { ...line.env, ...env, TMUX_TMPDIR: join(line.folder, 'tmux') },
  });
  let err = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  child.stdout.resume();
  const [code] = (await once(child, 'close')) as [number];
  assert.equal(code, 0, err);
};

interface Entry {
  readonly name: string;
  readonly mode: number;
}

const entriesOf = (folder: string): readonly Entry[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => ({ name, found: lstatSync(join(folder, name), { throwIfNoEntry: false }) }))
    .flatMap(({ name, found }) => (found === undefined ? [] : [{ name, mode: found.mode & 0o777 }]));

/** Below .wf: folders that others may look into, for they hold nothing that is not in the repository's own files. */
const mayBeSeen = /^(plans|locks|locks\/.*|config\.json|\.gitignore)$/;

before(async () => {
  line = await makeCommandLine();
  await line.task('a');
  await openly('wf0-batch', ['init']);
  await line.config({
    default_workflow: 'w',
    workflows: {
      w: {
        stages: [
          {
            name: 'run',
            run: 'umask > seen; touch "$WF_REPO_ROOT/up"; while [ ! -e "$WF_REPO_ROOT/go" ]; do sleep 0.02; done',
          },
        ],
      },
    },
  });
  await openly('wf0-schedule', ['create', 'md=tasks']);
  await openly('wf0-batch', ['plan', 'save', 'kept']);
  await openly('wf0-batch', ['start', '--engine', 'process'], { MY_TOKEN: 'a-secret-token-4711' });
  await happened(line, 'stage_started', 'a');
});
after(() => leaveNothing(line));

describe('under a umask of 000', () => {
  const check = (): readonly string[] => {
    const state = join(line.project, '.wf');
    assert.equal(lstatSync(state).mode & 0o022, 0, '.wf itself');
    assert.equal(lstatSync(join(state, 'batches')).mode & 0o777, 0o700);
    const entries = entriesOf(state);
    const open = entries.filter(({ name, mode }) => (mode & (mayBeSeen.test(name) ? 0o022 : 0o077)) !== 0);
    return open.map(({ name, mode }) => `${name} ${mode.toString(8)}`);
  };

  it('everything below .wf is closed to others while a batch runs, and after it', async () => {
    assert.deepEqual(check(), []);
    await line.write(line.project, 'go', '');
    await happened(line, 'batch_completed');
    await eventually('the scheduler has left', () => eventsOf(line, 'scheduler_ended').length > 0);
    assert.deepEqual(check(), []);
    assert.ok(entriesOf(batchFolder(line)).some(({ name }) => name === 'report.md'));
    assert.match(readFileSync(join(batchFolder(line), 'logs/scheduler.log'), 'utf8'), /info/);
  });

  it('the file of what was allowed is closed to others', async () => {
    await line.git(line.project, 'add', '-f', '.wf/config.json');
    const hash = /^hash (\w+)$/m.exec(expectCode(await line.batch(['trust', '--show']), 0).out)?.[1] ?? '';
    await openly('wf0-batch', ['trust', '--hash', hash]);
    const home = join(line.folder, '.config', 'wf0-batch');
    assert.deepEqual(
      [lstatSync(home).mode & 0o777, lstatSync(join(home, 'trusted.json')).mode & 0o777],
      [0o700, 0o600],
    );
  });
});
