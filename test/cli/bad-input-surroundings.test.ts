/**
 * Surroundings that lack something, or refuse: exit code 5 and three lines where nothing can start, a failure in its
 * own words where a work meets it; and a batch that goes on once there is what it needs.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { makeCommandLine, programFile, threeLines, type CommandLine, type Screen } from '../support/command-line.ts';
import { eventually } from '../support/eventually.ts';
import { batchFolder, eventsOf, expectCode, item, leaveNothing, status } from '../support/running-batch.ts';
import { leavingAll } from '../support/untouched.ts';

type Lines = readonly [what: string, where: string, hint: string];

const expectLacking = (line: CommandLine, { code, out, err }: Screen, lines: Lines): void =>
  assert.deepEqual({ code, out, err: line.mask(err) }, { code: 5, out: '', err: threeLines(...lines) });

const which = (name: string): string => execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();

const writeProgram = async (file: string, text: string): Promise<void> => {
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, `#!/bin/sh\n${text}\n`);
  await chmod(file, 0o755);
};

const makeProject = async (config: object = {}, works: readonly object[] = [{ id: 'a' }]): Promise<CommandLine> => {
  const line = await makeCommandLine();
  const commit = 'echo hello > f && git add f && git commit -qm f';
  await line.config({ workflows: { wf: { stages: [{ name: 'go', run: commit }] } }, ...config });
  await line.write(line.project, '.wf/schedule.json', JSON.stringify({ works }));
  return line;
};

describe('a program that is missing or too old', { concurrency: 3 }, () => {
  let line: CommandLine;
  /** A PATH with node and sh, and with what is named. */
  const pathWith = async (name: string, programs: Readonly<Record<string, string>>): Promise<string> => {
    const folder = join(line.folder, name);
    await mkdir(folder);
    for (const [program, text] of Object.entries({ node: '', sh: '', ...programs }))
      if (text === '') symlinkSync(which(program), join(folder, program));
      else await writeProgram(join(folder, program), text);
    return folder;
  };
  before(async () => {
    line = await makeProject();
  });
  after(() => line.remove());

  const rows: readonly (readonly [
    words: string,
    programs: Readonly<Record<string, string>>,
    args: readonly string[],
    lines: Lines,
  ])[] = [
    [
      'no tmux',
      { git: '' },
      ['start'],
      [
        'tmux is not installed: try `apt-get install tmux` (macOS: `brew install tmux`), or --engine process',
        'the tmux engine',
        'install tmux, or start with --engine process',
      ],
    ],
    [
      'an old tmux',
      { git: '', tmux: 'echo "tmux 1.8"' },
      ['start'],
      [
        'tmux 1.8 is too old, 3.0 is needed: try `apt-get install tmux`, or --engine process',
        'the tmux engine',
        'install tmux, or start with --engine process',
      ],
    ],
    [
      'an old git',
      {
        git: `for word; do case $word in version|--version) echo "git version 2.20.1"; exit;; esac; done; exec ${which('git')} "$@"`,
      },
      ['start', '--engine', 'process'],
      ['git 2.20.1 is too old', 'git --version', 'install git 2.38 or newer'],
    ],
    [
      'no git',
      {},
      ['start', '--engine', 'process'],
      [
        'git cannot be started',
        'in ROOT: Error: spawn git ENOENT',
        'install git 2.38 or newer and see that it is in PATH',
      ],
    ],
  ];
  for (const [words, programs, args, lines] of rows)
    it(`is said of ${words}, and nothing is changed`, async () => {
      const PATH = await pathWith(words, programs);
      expectLacking(line, await leavingAll(line, line.project, () => line.batch(args, { env: { PATH } })), lines);
    });
  it('leaves a project without .wf as it is, too', async () => {
    const cwd = await line.makeRepository('fresh');
    await line.write(cwd, 'a.md', '# A\n');
    const PATH = join(line.folder, 'path');
    await mkdir(PATH);
    for (const program of ['node', 'sh', 'git']) symlinkSync(which(program), join(PATH, program));
    const { code } = await leavingAll(line, cwd, () => line.batch(['run', 'a.md'], { cwd, env: { PATH } }));
    assert.equal(code, 5);
    assert.equal(existsSync(join(cwd, '.wf')), false);
  });
  it('status needs neither', async () => {
    const PATH = await pathWith('bare', {});
    assert.equal((await line.batch(['status'], { env: { PATH } })).code, 0);
  });
});

describe('a remote', () => {
  it('that is not there is said at start, and nothing is changed', async () => {
    const line = await makeProject();
    try {
      await line.git(line.project, 'remote', 'add', 'origin', join(line.folder, 'gone.git'));
      const screen = await leavingAll(line, line.project, () => line.batch(['start', '--engine', 'process']));
      expectLacking(line, screen, [
        "the remote origin cannot be reached: origin cannot be reached ('SANDBOX/gone.git' does not appear to be a git repository); going by what was last known of it",
        'git ls-remote origin',
        'correct the remote or the network, or start without pushing: "push": {"enabled": false}',
      ]);
    } finally {
      await line.remove();
    }
  });
});

describe('a work', () => {
  const secret = 'hunter2-is-no-secret-any-more';
  const ids = ['fine', 'hooked', 'prepush', 'rejected', 'array', 'shell'] as const;
  let line: CommandLine;
  before(async () => {
    const commit = 'echo $WF_WORK_ID > f && git add f && git commit -qm f';
    const stages = (run: string | readonly string[]): object => ({ stages: [{ name: 'go', run }] });
    line = await makeProject(
      {
        retry: { max_attempts: 1 },
        batch: { cleanup_worktree: false },
        workflows: { wf: stages(commit), array: stages(['no-such-program', 'x']), shell: stages('no-such-program x') },
      },
      ids.map((id) => ({ id, ...(id === 'array' || id === 'shell' ? { workflow: id } : {}) })),
    );
    const remote = await line.makeBareRemote({ from: line.project });
    await writeProgram(
      join(remote, 'hooks/pre-receive'),
      'while read old new ref; do case $ref in */rejected) echo "policy: no pushes on Friday"; exit 1;; esac; done',
    );
    await writeProgram(
      join(line.project, '.git/hooks/pre-push'),
      'while read local head ref rest; do case $ref in */prepush) echo "pre-push: run the tests first" >&2; exit 1;; esac; done',
    );
    await writeProgram(
      join(line.project, '.git/hooks/pre-commit'),
      'case $(git branch --show-current) in */hooked) echo "lint: 3 problems" >&2; exit 1;; esac',
    );
    const { code } = await line.batch(['start', '--engine', 'process', '--follow', '--parallel', '2'], {
      env: { DEPLOY_TOKEN: secret, WF_BATCH_PARALLEL: '2' },
    });
    assert.equal(code, 3);
  });
  after(() => leaveNothing(line));

  const remoteRefs = (): Promise<string> =>
    line.git(join(line.folder, 'remote.git'), 'for-each-ref', '--format=%(refname)');
  const failure = async (id: string): Promise<string> => {
    const { state, last_error: error } = await item(line, id);
    assert.equal(state, 'failed');
    return error ?? '';
  };

  it('whose remote and hooks agree is delivered', async () => {
    assert.equal((await item(line, 'fine')).pushed, true);
    assert.match(await remoteRefs(), /^refs\/heads\/wf\/fine$/m);
  });
  it('whose commit is refused by a hook fails with the words of the hook', async () => {
    assert.equal(await failure('hooked'), 'go exited with 1: lint: 3 problems');
  });
  for (const [id, words] of [
    ['prepush', 'pre-push: run the tests first'],
    ['rejected', 'policy: no pushes on Friday'],
  ] as const)
    it(`whose push is refused (${id}) fails with the words of the hook, and its commits stay`, async () => {
      assert.ok((await failure(id)).includes(words), await failure(id));
      assert.equal(await line.git(line.project, 'show', `wf/${id}:f`), id);
      assert.doesNotMatch(await remoteRefs(), new RegExp(`/${id}$`, 'm'));
    });
  it('whose command does not exist fails with its name, in both forms', async () => {
    assert.match(await failure('array'), /^go could not be started: no-such-program: command not found in PATH/);
    assert.match(await failure('shell'), /^go exited with 127: .*no-such-program.*not found/);
  });
  it('leaves no value of its environment in any file of .wf', () => {
    const folder = join(line.project, '.wf');
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
    assert.ok(files.length > 8, 'there are journals, plans and logs');
    for (const file of files) {
      const text = readFileSync(join(file.parentPath, file.name), 'utf8');
      assert.equal(text.includes(secret), false, file.name);
    }
  });
});

/** Mounts for the time of a test; null, and a printed reason, where that is not allowed. */
const mounting = async (args: readonly string[], target: string, body: () => Promise<void>): Promise<string | null> => {
  try {
    execFileSync('mount', [...args, target], { stdio: 'pipe' });
  } catch (error) {
    return `mount is not possible here: ${String(error).split('\n')[1] ?? ''}`;
  }
  try {
    await body();
  } finally {
    execFileSync('umount', [target], { stdio: 'pipe' });
  }
  return null;
};

describe('a .wf that cannot be written', () => {
  const isRoot = process.getuid?.() === 0;
  it('because it is mounted read-only is said, and reading goes on', async (test) => {
    const line = await makeProject();
    const wf = join(line.project, '.wf');
    try {
      const why = await mounting(['--bind', wf], wf, async () => {
        execFileSync('mount', ['-o', 'remount,ro,bind', wf]);
        for (const args of [
          ['start', '--engine', 'process'],
          ['plan', 'save', 'x'],
        ])
          expectLacking(line, await leavingAll(line, line.project, () => line.batch(args)), [
            'The file system is read-only (EROFS): cannot make this folder.',
            'ROOT/.wf/locks',
            'Make it writable, or run the command in a copy that is.',
          ]);
        assert.equal((await line.schedule(['edit', 'a', 'priority=1'])).code, 5);
        for (const args of [['status'], ['start', '--dry-run']]) expectCode(await line.batch(args), 0);
      });
      if (why !== null) test.skip(why);
    } finally {
      await line.remove();
    }
  });

  it(
    'by this user is said, and reading goes on',
    { skip: isRoot ? false : 'only root can become another user' },
    async () => {
      const line = await makeProject();
      const other = 1234;
      const own = (path: string): void => {
        chownSync(path, other, other);
        for (const each of readdirSync(path, { recursive: true, encoding: 'utf8' }))
          chownSync(join(path, each), other, other);
      };
      const asOther = (program: string, ...args: string[]): Screen => {
        const argv = [
          '--reuid=1234',
          '--regid=1234',
          '--clear-groups',
          process.execPath,
          programFile(program),
          ...args,
        ];
        try {
          const env = { ...line.env, HOME: join(line.folder, 'home') };
          const out = execFileSync('setpriv', argv, { cwd: line.project, env, encoding: 'utf8', stdio: 'pipe' });
          return { code: 0, out, err: '' };
        } catch (error) {
          const { status: code, stdout, stderr } = error as { status: number; stdout: string; stderr: string };
          return { code, out: stdout, err: stderr };
        }
      };
      try {
        chmodSync(line.folder, 0o755);
        mkdirSync(join(line.folder, 'home'));
        own(join(line.folder, 'home'));
        expectLacking(
          line,
          await leavingAll(line, line.project, () => Promise.resolve(asOther('wf0-batch', 'start'))),
          [
            'git refuses this repository',
            "ROOT: fatal: detected dubious ownership in repository at 'ROOT'",
            'git config --global --add safe.directory <folder>',
          ],
        );
        own(line.project);
        writeFileSync(join(line.project, 't.md'), '# T\n');
        chmodSync(join(line.project, 't.md'), 0);
        chmodSync(join(line.project, '.wf'), 0o555);
        const check = 'Check the owner and the mode of this path.';
        const denied = 'Permission denied (EACCES): cannot';
        const rows: readonly (readonly [command: readonly string[], lines: Lines])[] = [
          [
            ['start', '--engine', 'process'],
            [`${denied} make this folder.`, 'ROOT/.wf/locks', check],
          ],
          [
            ['plan', 'save', 'x'],
            [`${denied} make this folder.`, 'ROOT/.wf/locks', check],
          ],
        ];
        for (const [args, lines] of rows)
          expectLacking(
            line,
            await leavingAll(line, line.project, () => Promise.resolve(asOther('wf0-batch', ...args))),
            lines,
          );
        assert.equal(asOther('wf0-batch', 'status').code, 0);
        const unreadable = asOther('wf0-schedule', 'create', 'md=t.md');
        assert.deepEqual(
          [unreadable.code, unreadable.err],
          [
            1,
            threeLines(
              'no task file can be used',
              't.md cannot be read: no permission; skipped',
              'give a folder of `.md` files, or the files themselves',
            ),
          ],
        );
        chmodSync(join(line.project, '.wf/schedule.json'), 0);
        expectLacking(line, asOther('wf0-batch', 'start'), [
          `${denied} read this file.`,
          'ROOT/.wf/schedule.json',
          check,
        ]);
        const { code, err } = asOther('wf0-batch', 'status');
        assert.equal(code, 0, err);
        chownSync(join(line.project, '.wf/schedule.json'), 0, 0);
        chmodSync(join(line.project, '.wf/schedule.json'), 0o644);
        const foreign = asOther('wf0-batch', 'start');
        assert.equal(foreign.code, 1);
        assert.match(foreign.err, /^error: \.wf comes from outside \(its schedule\.json belongs to the user 0\)/);
      } finally {
        await line.remove();
      }
    },
  );
});

describe('a full disk', () => {
  const fill = (folder: string): void => {
    try {
      writeFileSync(join(folder, 'fill'), Buffer.alloc(4 * 1024 * 1024));
    } catch {
      // That is the wish.
    }
  };
  const full = 'The disk is full (ENOSPC): cannot take the lock.';
  const hint = 'Free some space, then run the command again; what was recorded before is intact.';

  it('is said at start and while it runs; the batch is resumed when there is space again', async (test) => {
    const line = await makeCommandLine();
    const wf = join(line.project, '.wf');
    await mkdir(wf);
    const run =
      'touch "$WF_REPO_ROOT/runs"; while [ ! -e "$WF_REPO_ROOT/go" ]; do sleep 0.05; done; echo hello > f && git add f && git commit -qm f --allow-empty';
    let isMounted = false;
    try {
      const why = await mounting(['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs'], wf, async () => {
        isMounted = true;
        await line.config({
          batch: { stop_grace: '1s' },
          worktree: { min_free_disk: '1KB' },
          retry: { max_attempts: 1 },
          workflows: { wf: { stages: [{ name: 'go', run }] } },
        });
        await line.write(line.project, '.wf/schedule.json', '{"works":[{"id":"a"},{"id":"b"}]}');
        fill(wf);
        for (const args of [
          ['start', '--engine', 'process'],
          ['plan', 'save', 'x'],
        ])
          expectLacking(line, await leavingAll(line, line.project, () => line.batch(args)), [
            full,
            'ROOT/.wf/locks/repository',
            hint,
          ]);
        expectCode(await line.batch(['status']), 0);
        await rm(join(wf, 'fill'));
        expectCode(await line.batch(['start', '--engine', 'process', '--parallel', '1']), 0);
        await eventually('the stage runs', () => existsSync(join(line.project, 'runs')));
        fill(wf);
        const before = readFileSync(join(batchFolder(line), 'journal.jsonl'), 'utf8');
        expectLacking(line, await line.batch(['pause']), [full, 'ROOT/.wf/locks/batch-BATCH', hint]);
        assert.equal(readFileSync(join(batchFolder(line), 'journal.jsonl'), 'utf8'), before);
        assert.equal((await status(line)).counts.running, 1);
        writeFileSync(join(line.project, 'go'), '');
        await eventually('the commit is there', async () =>
          (await line.git(line.project, 'log', '--oneline', '--all')).includes(' f'),
        );
        rmSync(join(wf, 'fill'));
        // A work that met the full disk may have failed by it just now: resume queues failed works again.
        await eventually('all is delivered', async () => {
          expectCode(await line.batch(['resume']), 0);
          return (await line.batch(['wait'])).code === 0;
        });
        assert.deepEqual((await status(line)).counts.completed, 2);
        assert.equal(eventsOf(line, 'work_completed').length, 2);
        expectCode(await line.batch(['stop', '--force']), 0);
      });
      if (why !== null) test.skip(why);
    } finally {
      if (isMounted) await eventually('the daemons are gone', () => !existsSync(join(wf, 'batches')));
      await leaveNothing(line);
    }
  });
});

describe('a stdout that takes nothing', { skip: existsSync('/dev/full') ? false : 'there is no /dev/full' }, () => {
  let line: CommandLine;
  before(async () => {
    line = await makeProject();
  });
  after(() => line.remove());

  for (const args of [['status'], ['status', '--json'], ['start', '--dry-run'], ['--help']])
    it(`${args.join(' ')} says so in three lines, and ends with 5`, async () => {
      const words = [process.execPath, programFile('wf0-batch'), ...args].map((word) => `'${word}'`).join(' ');
      const { status: code, stderr } = spawnSync('sh', ['-c', `${words} > /dev/full`], {
        cwd: line.project,
        env: line.env,
        encoding: 'utf8',
      });
      const what = 'the output cannot be written: ENOSPC: no space left on device, write';
      assert.deepEqual(
        { code, err: stderr },
        { code: 5, err: threeLines(what, 'stdout', 'send it to where there is space') },
      );
    });
});
