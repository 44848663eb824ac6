/** Manifests run as they are: `wf0-batch run tasks.yaml`, with nothing else set up. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { makeCommandLine, threeLines, type CommandLine } from '../support/command-line.ts';
import { leaveNothing } from '../support/running-batch.ts';

let line: CommandLine;
before(async () => {
  line = await makeCommandLine();
});
after(() => leaveNothing(line));

const folder = async (name: string, manifest: string): Promise<string> => {
  const cwd = join(line.folder, name);
  await mkdir(cwd);
  await line.write(cwd, 'tasks.yaml', manifest);
  return cwd;
};

const run = (cwd: string, ...more: readonly string[]) =>
  line.batch(['run', 'tasks.yaml', '--workers', '4', '--engine', 'process', ...more], { cwd });

const itemsIn = async (
  cwd: string,
): Promise<Readonly<Record<string, { state: string; last_error: string | null }>>> => {
  const { items } = JSON.parse((await line.batch(['status', '--json'], { cwd })).out) as {
    items: { id: string; state: string; last_error: string | null; branch: string | null; worktree: string | null }[];
  };
  for (const { branch, worktree } of items) assert.deepEqual({ branch, worktree }, { branch: null, worktree: null });
  return Object.fromEntries(items.map(({ id, ...item }) => [id, item]));
};

describe('run tasks.yaml', { concurrency: 2 }, () => {
  it('outside a repository each entry runs with its own parameters, several at once, and .wf lies in the folder', async () => {
    const cwd = await folder(
      'plain',
      [
        'run: \'echo "$WF_PARAM_DATASET|$WF_PARAM_ROOT|$WF_PARAM_PRESET|$$" > "$WF_WORK_ID.txt"; touch "$WF_WORK_ID.up"; n=0; until [ -e a.up ] && [ -e b-001.up ] || [ $n -gt 100 ]; do n=$((n+1)); sleep 0.1; done; [ $n -le 100 ]\'',
        'defaults: {preset: smart}',
        'tasks:',
        '  - dataset: a',
        '  - {dataset: b, root: 001}',
        '  - {dataset: "c d; exit 9", preset: "$(exit 8)"}',
      ].join('\n'),
    );
    const screen = await run(cwd);
    assert.equal(screen.code, 0, screen.err + screen.out);
    assert.match(screen.out, /^\d\d:\d\d:\d\d a completed$/m);
    assert.match(screen.out, /^✅ 3 of 3 works completed in /m);
    const written = ['a', 'b-001', 'c-d-exit-9-exit-8'].map((id) =>
      readFileSync(join(cwd, `${id}.txt`), 'utf8')
        .trim()
        .split('|'),
    );
    assert.deepEqual(
      written.map(([dataset, root, preset]) => [dataset, root, preset]),
      [
        ['a', '', 'smart'],
        ['b', '001', 'smart'],
        ['c d; exit 9', '', '$(exit 8)'],
      ],
    );
    assert.equal(new Set(written.map((parts) => parts[3])).size, 3, 'one process an entry');
    assert.ok(existsSync(join(cwd, '.wf/batches/latest')) && !existsSync(join(cwd, '.wf/schedule.json')));
  });

  it('the array form gets {param} inside single arguments, and a matrix runs all its combinations', async () => {
    const cwd = await folder(
      'matrix',
      'run: [sh, -c, \'printf %s "$1" > "$2"\', x, "{a}/{b}", "{id}.out"]\nmatrix: {b: [x y, z], a: [1, 08]}\n',
    );
    const screen = await run(cwd);
    assert.equal(screen.code, 0, screen.err);
    assert.deepEqual(
      ['1-x-y', '1-z', '08-x-y', '08-z'].map((id) => readFileSync(join(cwd, `${id}.out`), 'utf8')),
      ['1/x y', '1/z', '08/x y', '08/z'],
    );
  });

  it('an entry that is killed, runs out of memory, hangs or fails touches only itself, and the code is 3', async () => {
    const cwd = await folder(
      'crash',
      [
        'timeout: 3s',
        'max_attempts: 1',
        'tasks:',
        '  - {id: killed, run: "kill -SEGV $$"}',
        // A child is killed for the memory it takes, as the kernel does it: KILL from outside.
        '  - {id: memory, run: "ulimit -v 200000; exec sh -c \'x=x; while :; do x=$x$x; done\'"}',
        '  - {id: oom, run: "sh -c \'kill -KILL $PPID\'; sleep 5"}',
        '  - {id: hangs, run: "trap \'\' TERM; sleep 600"}',
        '  - {id: fails, run: "echo no such dataset >&2; exit 7"}',
        '  - {id: waits, run: "true", needs: fails}',
        ...Array.from({ length: 6 }, (_, at) => `  - {id: good-${at}, run: "sleep 0.2"}`),
      ].join('\n'),
    );
    await line.write(cwd, '.wf/schedule.json', '{"works": [{"id": "mine"}]}\n');
    const screen = await run(cwd);
    assert.equal(screen.code, 3, screen.err + screen.out);
    assert.equal(readFileSync(join(cwd, '.wf/schedule.json'), 'utf8'), '{"works": [{"id": "mine"}]}\n');
    const items = await itemsIn(cwd);
    for (let at = 0; at < 6; at++) assert.equal(items[`good-${at}`]?.state, 'completed');
    assert.deepEqual(
      ['killed', 'memory', 'oom', 'hangs', 'fails', 'waits'].map((id) => items[id]?.state),
      ['failed', 'failed', 'failed', 'failed', 'failed', 'skipped'],
    );
    assert.match(items['fails']?.last_error ?? '', /no such dataset/);
    assert.match(items['killed']?.last_error ?? '', /SIGSEGV|signal/i);
    assert.match(screen.out, /^❌ .*6 of 12 works completed/m);
  });

  it('a manifest may be JSON', async () => {
    const cwd = await folder('json', '');
    await line.write(cwd, 'tasks.json', '{"run": "pwd", "tasks": [{"id": "001"}, {"dataset": "b"}]}');
    const screen = await line.batch(['run', 'tasks.json', '--engine', 'process'], { cwd });
    assert.equal(screen.code, 0, screen.err + screen.out);
    assert.deepEqual(Object.keys(await itemsIn(cwd)), ['001', 'b']);
  });

  it('a manifest without a command, where nothing is configured, is refused before anything starts', async () => {
    const cwd = await folder('bare', 'tasks: [{dataset: a}]\n');
    const screen = await run(cwd);
    assert.deepEqual(
      { code: screen.code, out: screen.out, err: screen.err },
      {
        code: 1,
        out: '',
        err: threeLines(
          'the manifest names no command, and no workflow is configured',
          'tasks.yaml',
          'write `run: make "$WF_PARAM_DATASET"` at its top, or a workflow into .wf/config.json (wf0-batch init)',
        ),
      },
    );
    assert.equal(existsSync(join(cwd, '.wf')), false);
  });

  it('the default workflow of the config serves entries that name none, without a worktree and several at once', async () => {
    await line.config({ workflows: { wf: { stages: [{ name: 'go', run: 'pwd > "$WF_WORK_ID.pwd"' }] } } });
    await line.write(line.project, 'tasks.yaml', 'tasks: [{dataset: a}, {dataset: b}]\n');
    await line.task('md');
    const dry = JSON.parse((await line.batch(['run', 'tasks.yaml', '--dry-run', '--json', '--parallel', '2'])).out) as {
      parallel: number;
      items: unknown[];
    };
    assert.deepEqual([dry.parallel, dry.items.length], [2, 2]);
    const screen = await run(line.project, 'tasks');
    assert.equal(screen.code, 0, screen.err + screen.out);
    assert.equal(readFileSync(join(line.project, 'a.pwd'), 'utf8').trim(), line.project);
    const { items } = JSON.parse((await line.batch(['status', '--json'])).out) as {
      items: { id: string; branch: string | null }[];
    };
    assert.deepEqual(Object.fromEntries(items.map(({ id, branch }) => [id, branch])), {
      a: null,
      b: null,
      md: 'wf/md',
    });
  });

  it('scheduled, its command is kept with the works; a tracked .wf must be trusted before it runs', async () => {
    const cwd = await line.makeRepository('tracked');
    await line.write(cwd, 'tasks.yaml', 'run: echo done > "$WF_WORK_ID.txt"\ntasks: [{id: a}]\n');
    const created = await line.schedule(['create', 'manifest=tasks.yaml'], { cwd });
    assert.equal(created.code, 0, created.err);
    await line.git(cwd, 'add', '-f', '.wf/schedule.json');
    const refused = await line.batch(['start', '--engine', 'process'], { cwd });
    assert.equal(refused.code, 1);
    assert.match(refused.err, /^error: \.wf comes from outside \(git tracks it\)/);
    const shown = await line.batch(['trust'], { cwd });
    assert.match(shown.out + shown.err, /manifest:tasks\.yaml\/run: echo done > "\$WF_WORK_ID\.txt"/);
    await line.git(cwd, 'rm', '-q', '--cached', '.wf/schedule.json');
    const started = await line.batch(['start', '--follow', '--engine', 'process'], { cwd });
    assert.equal(started.code, 0, started.err + started.out);
    assert.equal(readFileSync(join(cwd, 'a.txt'), 'utf8'), 'done\n');
  });
});
