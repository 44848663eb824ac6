/** Files and flags that a person can get wrong: each is answered with three lines, and everything stays as it was. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chmod, mkdir, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { makeCommandLine, threeLines, type CommandLine, type Screen } from '../support/command-line.ts';
import { leavingAll } from '../support/untouched.ts';

let line: CommandLine;
before(async () => {
  line = await makeCommandLine();
});
after(() => line.remove());

type Lines = readonly [what: string, where: string, hint: string];
const long = 'x'.repeat(300);
const slow = { concurrency: 3 };
const oneStage = { name: 'go', run: 'true' };
const config = { workflows: { wf: { stages: [oneStage] } } };

let made = 0;
/** A folder of its own inside the sandbox; with `git`, a repository with a commit. */
const folderWith = async (files: Readonly<Record<string, string>>, isRepository = false): Promise<string> => {
  const name = `f${(made += 1)}`;
  const folder = isRepository ? await line.makeRepository(name) : join(line.folder, name);
  await mkdir(folder, { recursive: true });
  for (const [file, text] of Object.entries(files)) await line.write(folder, file, text);
  return folder;
};

const run = (cwd: string, command: string): Promise<Screen> => {
  const words = command.split(' ');
  const isSchedule = words[0] === 'schedule';
  return leavingAll(line, cwd, () =>
    isSchedule ? line.schedule(words.slice(1), { cwd }) : line.batch(words, { cwd }),
  );
};

const expectRefusal = async (
  cwd: string,
  command: string,
  { code = 1, lines }: { readonly code?: number; readonly lines: Lines },
): Promise<void> => {
  const { code: found, out, err } = await run(cwd, command);
  const said = err.replaceAll(cwd, 'ROOT');
  assert.deepEqual({ code: found, out, err: said }, { code, out: '', err: threeLines(...lines) });
};

const noBatch: Lines = [
  'there is no batch here',
  'ROOT',
  'begin one: wf0-schedule create md=tasks/, then wf0-batch start',
];
const makeOne = 'make one, for example from a folder of task files: wf0-schedule create md=tasks/';

for (const isRepository of [false, true])
  describe(isRepository ? 'a repository without a schedule' : 'no repository', slow, () => {
    const what = isRepository ? 'there is no schedule' : 'not in a git repository, and there is no .wf';
    let cwd = '';
    before(async () => {
      cwd = await folderWith({}, isRepository);
    });
    for (const verb of ['start', 'start --dry-run', 'plan save x'])
      it(`is no place to ${verb}`, () =>
        expectRefusal(cwd, verb, { lines: [what, 'ROOT/.wf/schedule.json', makeOne] }));
    for (const verb of ['resume', 'pause', 'wait', 'retry a', 'skip a', 'add a', 'remove a', 'logs a', 'why', 'watch'])
      it(`has no batch to ${verb}`, () => expectRefusal(cwd, verb, { lines: noBatch }));
    it('has nothing to stop, which is well', async () => {
      const { code, out, err } = await run(cwd, 'stop');
      assert.deepEqual({ code, out, err }, { code: 0, out: '', err: 'nothing to stop: there is no batch here\n' });
    });
    it('has a status that says so', async () => {
      const { code, out } = await run(cwd, 'status');
      assert.equal(code, 0);
      assert.match(out, /^Schedule: none\nBatch: {4}none has been started$/m);
    });
  });

describe('dependencies', slow, () => {
  const circle = 'the works depend on each other in a circle';
  const withCycle =
    '{"works":[{"id":"a","dependencies":["b"]},{"id":"b","dependencies":["c"]},{"id":"c","dependencies":["a"]}]}';
  for (const verb of ['start', 'start --dry-run'])
    it(`in a circle, written by hand, are refused by ${verb} with the path`, async () => {
      const cwd = await folderWith({ '.wf/schedule.json': withCycle }, true);
      await expectRefusal(cwd, verb, {
        lines: [
          `${circle}: a -> b -> c -> a`,
          'the dependencies of a',
          'take one of these dependencies out, for example: wf0-schedule edit a remove-dep=b',
        ],
      });
    });
  it('in a circle of task files are refused, and nothing is saved', async () => {
    const cwd = await folderWith(
      { 't/a.md': '---\ndepends_on: [b]\n---\n# A\n', 't/b.md': '---\ndepends_on: [a]\n---\n# B\n' },
      true,
    );
    await expectRefusal(cwd, 'schedule create md=t', {
      lines: [
        `${circle}: a -> b -> a`,
        'the dependencies of a',
        'nothing is saved; take one of these dependencies out of its task file',
      ],
    });
  });
  it('that nobody knows are refused by start, and let through by --allow-missing with a warning', async () => {
    const cwd = await folderWith(
      {
        '.wf/schedule.json': '{"works":[{"id":"a","dependencies":["zz"]}]}',
        '.wf/config.json': JSON.stringify(config),
      },
      true,
    );
    await expectRefusal(cwd, 'start', {
      lines: [
        'a depends on zz, which is not in the schedule',
        'the dependencies of a',
        'correct it (wf0-schedule edit a remove-dep=zz), or start with --allow-missing',
      ],
    });
    const { code, err } = await run(cwd, 'start --allow-missing --dry-run');
    assert.deepEqual([code, err], [0, 'warning: a depends on zz, which is not in the schedule; it runs without it\n']);
  });
});

const badIds: readonly (readonly [words: string, id: string, shown?: string])[] = [
  ['a path', '../x'],
  ['a flag', '-rf'],
  ['two lines', 'a\nb'],
  ['a NUL', 'a\0b'],
  ['300 characters', long, `${'x'.repeat(60)}…`],
  ['an emoji', '😀'],
  ['nothing', ''],
  ['a name that git refuses', 'a.lock'],
];

describe('an id in schedule.json that is', slow, () => {
  const hint = 'correct this value, or make the schedule anew with `wf0-schedule create`';
  for (const [words, id, shown] of badIds)
    it(`${words} is named with its place`, async () => {
      const text = JSON.stringify({ works: [{ id }] });
      const cwd = await folderWith({ '.wf/schedule.json': text }, true);
      const what = `the schedule cannot be used: \`works[0].id\`: an id (letters, digits, ".", "_" and "-", at most 80) is expected, not ${JSON.stringify(shown ?? id).replace('…"', '…"')}`;
      const where = `ROOT/.wf/schedule.json:1:17: ${text.length > 120 ? `${text.slice(0, 119)}…` : text}`;
      for (const verb of ['start', 'schedule show']) await expectRefusal(cwd, verb, { lines: [what, where, hint] });
    });
  it('that of another work but for upper case is named, too', async () => {
    const cwd = await folderWith({ '.wf/schedule.json': '{"works":[{"id":"a"},{"id":"A"}]}' }, true);
    await expectRefusal(cwd, 'start', {
      lines: [
        'the schedule cannot be used: `works[1].id`: an id of its own is expected, not "A", which works[0] has',
        'ROOT/.wf/schedule.json:1:28: {"works":[{"id":"a"},{"id":"A"}]}',
        hint,
      ],
    });
  });
});

describe('an id in front matter that is', slow, () => {
  const used: Readonly<Record<string, string>> = {
    '../x': 'x',
    '-rf': 'rf',
    'a\nb': 'a-b',
    'a\0b': 'a-b',
    [long]: 'x'.repeat(80),
    '😀': 'work',
    'a.lock': 'a',
  };
  for (const [words, id] of badIds.filter(([, id]) => id !== ''))
    it(`${words} gives way to one that is none, and that is said`, async () => {
      const cwd = await folderWith({ 't/t.md': `---\nid: ${JSON.stringify(id)}\n---\n# T\n` });
      const { code, err } = await line.schedule(['create', 'md=t', '--json'], { cwd });
      assert.equal(code, 0, err);
      assert.match(err, /^warning: t\/t\.md:2:5: id: ".*" is no id; (\S+) is used$/m);
      assert.equal(/; (\S+) is used/.exec(err)?.[1], used[id]);
    });
});

describe('an id in local= that is', slow, () => {
  const why: Readonly<Record<string, string>> = {
    '-rf': 'begins with a letter or a digit (A–Z, a–z, 0–9)',
    'a\nb': 'has only letters, digits, ".", "_" and "-", not "\\n"',
    '😀': 'begins with a letter or a digit (A–Z, a–z, 0–9)',
    'a.lock': 'does not end in "." or ".lock"',
  };
  for (const [words, id] of badIds.filter(([, id]) => why[id] !== undefined))
    it(`${words} is refused`, async () => {
      const cwd = await folderWith({});
      const { code, out, err } = await leavingAll(line, cwd, () => line.schedule(['create', `local=${id}`], { cwd }));
      const shown = `local=${id.replace('\n', ' ')}`;
      assert.deepEqual(
        { code, out, err },
        {
          code: 2,
          out: '',
          err: threeLines(
            `${JSON.stringify(id)} is no id: an id ${why[id] ?? ''}`,
            shown,
            'separate ids by commas: local=FEAT-1,FIX-2',
          ),
        },
      );
    });
});

describe('a task file that', slow, () => {
  const unusable = async (cwd: string, where: string): Promise<void> => {
    const hint = 'give a folder of `.md` files, or the files themselves';
    await expectRefusal(cwd, 'schedule create md=t.md', {
      lines: ['no task file can be used', `${where}; skipped`, hint],
    });
    await expectRefusal(cwd, 'run t.md', { lines: ['no task file can be used', `${where}; skipped`, hint] });
  };
  const texts: readonly (readonly [words: string, text: string, where: string])[] = [
    ['is empty', '', 't.md is empty'],
    ['is binary', 'PK\0\u0001', 't.md is binary: it holds NUL bytes'],
    ['has a body over 256 KiB', `# A\n${'x'.repeat(300_000)}`, 't.md has a body longer than 256 KiB'],
    [
      'never closes its front matter',
      '---\nid: x\n# A\n',
      't.md:1:1: the front matter that begins here has no closing `---`',
    ],
    [
      'has broken front matter',
      '---\nid: [x\n---\n# A\n',
      't.md:3:1: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    [
      'depends on no list',
      '---\ntitle: A\ndepends_on: {a: 1}\n---\n# A\n',
      't.md:3:13: `depends_on`: a list of ids is expected, such as [01-schema, 02-api]',
    ],
  ];
  for (const [words, text, where] of texts)
    it(`${words} is skipped with the reason`, async () => unusable(await folderWith({ 't.md': text }), where));
  it('is 1 GiB long is not read', async () => {
    const cwd = await folderWith({ 'u.md': '' });
    await writeFile(join(line.folder, 'big'), '');
    await truncate(join(line.folder, 'big'), 1024 ** 3);
    await symlink(join(line.folder, 'big'), join(cwd, 't.md'));
    try {
      const { err } = await line.schedule(['create', 'md=t.md'], { cwd });
      assert.match(err, /^ {2}at: t\.md is 1024\.0 MiB long, and 1 MiB is the limit; skipped$/m);
    } finally {
      await rm(join(line.folder, 'big'));
    }
  });
  it('is a link to nowhere, or to itself, is skipped with the reason', async () => {
    const cwd = await folderWith({});
    await symlink('nowhere', join(cwd, 't.md'));
    await unusable(cwd, 't.md is a link that leads nowhere');
    await rm(join(cwd, 't.md'));
    await symlink('t.md', join(cwd, 't.md'));
    await unusable(cwd, 't.md is a link that leads to itself');
  });
  it('is a folder is read as one', async () => {
    const cwd = await folderWith({ 't.md/x.txt': '' });
    await expectRefusal(cwd, 'schedule create md=t.md', {
      lines: [
        'the folder holds no task file',
        't.md',
        'put one `.md` file a task into it; folders below it are not searched',
      ],
    });
  });
});

describe('a config that', slow, () => {
  const correct = 'correct this value; the shipped config.json holds every key with its default';
  const rows: readonly (readonly [words: string, text: string, what: string, at: string, hint: string])[] = [
    [
      'has an unknown key',
      '{"batch":{"max_paralel":3}}',
      'the config cannot be used: unknown key `batch.max_paralel`; did you mean `max_parallel`?',
      '1:11',
      'known here: default_parallel, max_parallel, auto_worktree, cleanup_worktree, on_failure, dependency_base, confirm_above, stop_grace, cooldown, max_works, max_load, min_free_memory, dependency_patterns, sources',
    ],
    [
      'has a value of a wrong type',
      '{"batch":\n{"max_parallel":"3"}}',
      'the config cannot be used: `batch.max_parallel`: a whole number from 1 to 10000 is expected, not "3"',
      '2:17',
      correct,
    ],
    [
      'has a wrong duration',
      '{"timeouts":{"stage":"30 minutes"}}',
      'the config cannot be used: `timeouts.stage`: a duration such as "90s", "30m" or "2h" is expected, not "30 minutes"',
      '1:22',
      correct,
    ],
    ['is a list', '[]', 'the config cannot be used: an object is expected, not a list', '1:1', correct],
    [
      'names no workflow of its own',
      '{"default_workflow":"nope"}',
      'the config cannot be used: `default_workflow` names `nope`, which is not under `workflows`',
      '1:21',
      'known workflows: wf',
    ],
    [
      'has a workflow without stages',
      '{"workflows":{"wf":{"stages":[]}}}',
      'the config cannot be used: workflow `wf` has no stages',
      '1:30',
      'give it at least one: {"name": "run", "run": "make"}',
    ],
    [
      'is no JSON',
      '{"batch":{"max_parallel":1,}}',
      'ROOT/.wf/config.json is no JSON: a comma before "}"',
      '1:28',
      'correct this place and run the command again',
    ],
    [
      'ends too early',
      '{"batch":',
      'ROOT/.wf/config.json is no JSON: it ends too early',
      '1:10',
      'correct this place and run the command again',
    ],
  ];
  for (const [words, text, what, at, hint] of rows)
    it(`${words} is named with line and column`, async () => {
      const cwd = await folderWith({ '.wf/config.json': text, '.wf/schedule.json': '{"works":[{"id":"a"}]}' }, true);
      const shown = text.split('\n').at(Number(at[0]) - 1) ?? '';
      for (const verb of ['start', 'start --dry-run'])
        await expectRefusal(cwd, verb, { lines: [what, `ROOT/.wf/config.json:${at}: ${shown}`, hint] });
      const status = await run(cwd, 'status');
      assert.equal(status.code, 0, status.err);
    });
});

describe('flags', slow, () => {
  let cwd = '';
  before(async () => {
    cwd = await folderWith(
      { '.wf/config.json': JSON.stringify(config), '.wf/schedule.json': '{"works":[{"id":"a"}]}' },
      true,
    );
  });
  const usage = async (args: readonly string[], what: string, env: Record<string, string> = {}): Promise<void> => {
    const { code, out, err } = await leavingAll(line, cwd, () => line.batch(args, { cwd, env }));
    const where = `wf0-batch ${args.join(' ')}`.trim();
    assert.deepEqual({ code, out, err }, { code: 2, out: '', err: threeLines(what, where, 'see: wf0-batch --help') });
  };
  const wanted = 'It must be a whole number of at least 1, or auto.';
  for (const value of ['0', '-1', 'abc', '1e9', '1.5', ''])
    it(`--parallel ${JSON.stringify(value)} is no number of workers`, async () => {
      const what = `option '-p, --parallel <n>' argument '${value}' is invalid. ${wanted}`;
      await usage(['start', `--parallel=${value}`], what);
      await usage(['resume', `--parallel=${value}`], what);
      if (value !== '')
        await usage(['start'], `WF_BATCH_PARALLEL=${value} is invalid. ${wanted}`, { WF_BATCH_PARALLEL: value });
    });
  it('--parallel needs a number', () => usage(['start', '--parallel'], "option '-p, --parallel <n>' argument missing"));
  it('a slip in a flag is answered with the nearest', () =>
    usage(['start', '--paralell', '3'], "unknown option '--paralell' (Did you mean --parallel?)"));
  it('a word too many is refused', async () => {
    await usage(['start', 'x'], "too many arguments for 'start'. Expected 0 arguments but got 1.");
    await usage(['resume', 'x', 'y'], "too many arguments for 'resume'. Expected 0 arguments but got 2.");
  });
  it('--only takes ids, not the flag behind it', async () => {
    const noId = (value: string): string =>
      `option '--only <id...>' argument '${value}' is invalid. It must be the id of a work.`;
    for (const verb of ['start', 'run x']) {
      await usage([...verb.split(' '), '--only', '--dry-run'], noId('--dry-run'));
      await usage([...verb.split(' '), '--only', ''], noId(''));
    }
    await usage(['start', '--only'], "option '--only <id...>' argument missing");
  });
  it('--only takes ids apart, by commas, or again and again, and goes over its variable', async () => {
    for (const ids of [
      ['--only', 'a', 'c'],
      ['--only', 'a,c'],
      ['--only', 'a', '--only', 'c'],
    ]) {
      const screen = await line.batch(['start', '--dry-run', '--json', ...ids], { cwd, env: { WF_BATCH_ONLY: 'b' } });
      assert.match(screen.err, /error: there is no work c in the schedule/);
    }
    const { out } = await line.batch(['start', '--dry-run', '--json', '--only', 'a,'], { cwd });
    assert.deepEqual(
      (JSON.parse(out) as { items: readonly { id: string }[] }).items.map(({ id }) => id),
      ['a'],
    );
  });
  it('an engine that is none is refused', () =>
    usage(
      ['start', '--engine', 'foo'],
      "option '--engine <kind>' argument 'foo' is invalid. Allowed choices are tmux, process.",
    ));
  for (const verb of ['retry', 'skip', 'add', 'remove'])
    it(`${verb} needs an id`, () => usage([verb], "missing required argument 'id'"));
  it('--drain and --force exclude each other', () =>
    expectRefusal(cwd, 'stop --drain --force', {
      code: 2,
      lines: ['--drain goes with neither --force nor ids', 'wf0-batch stop', 'give one of them'],
    }));
  it('what a person typed cannot steer the terminal', async () => {
    for (const args of [
      ['\u001b[31mx\u0007'],
      ['start', '--\u001b[31mx\u0007'],
      ['plan', 'load', '\u001b]0;x\u0007'],
    ]) {
      const { code, err } = await line.batch(args, { cwd });
      assert.equal(code, 2);
      assert.doesNotMatch(err, /[\u0000-\u0009\u000b-\u001f]/);
    }
  });
  it('more workers than the maximum are cut down with a warning', async () => {
    const { code, out, err } = await run(cwd, 'start --dry-run --parallel 9 --json');
    assert.deepEqual([code, err], [0, 'warning: 9 workers are more than batch.max_parallel (5); 5 are started\n']);
    assert.equal((JSON.parse(out) as { parallel: number }).parallel, 5);
  });
});

describe('a folder that is a link', slow, () => {
  const verbs = [
    'start',
    'start --dry-run',
    'status',
    'stop',
    'resume',
    'schedule create local=a',
    'schedule show',
    'schedule clear',
  ];
  it('in place of .wf is refused, and nothing behind it is touched', async () => {
    const behind = await folderWith({ 'schedule.json': '{"works":[{"id":"a"}]}' });
    const cwd = await folderWith({}, true);
    await symlink(behind, join(cwd, '.wf'));
    for (const verb of verbs)
      await leavingAll(line, behind, async () => {
        await expectRefusal(cwd, verb, {
          lines: [
            '.wf is a symbolic link; it must be a folder of its own.',
            'ROOT/.wf',
            'Remove the link, or replace it by the folder that it points to.',
          ],
        });
        return { code: 0, out: '', err: verb };
      });
  });
  it('in place of .worktrees is refused at start', async () => {
    const behind = await folderWith({ mine: '' });
    const cwd = await folderWith(
      { '.wf/config.json': JSON.stringify(config), '.wf/schedule.json': '{"works":[{"id":"a"}]}' },
      true,
    );
    await symlink(behind, join(cwd, '.worktrees'));
    await expectRefusal(cwd, 'start --engine process', {
      lines: [
        'the folder of the worktrees is a symbolic link; it must be a folder of its own',
        'ROOT/.worktrees',
        'remove the link, or name the folder that it leads to as worktree.root_dir',
      ],
    });
  });
});

describe('a folder for worktrees outside the repository', slow, () => {
  it('is refused as long as nothing says that it is for them', async () => {
    const outside = await folderWith({ mine: 'keep' });
    const cwd = await folderWith(
      {
        '.wf/config.json': JSON.stringify({ ...config, worktree: { root_dir: outside } }),
        '.wf/schedule.json': '{"works":[{"id":"a"}]}',
      },
      true,
    );
    await leavingAll(line, outside, async () => {
      await expectRefusal(cwd, 'start --engine process', {
        lines: [
          'worktree.root_dir lies outside the repository, and has no file .wf-worktrees that says it is for worktrees',
          outside,
          `name a folder that is not there yet, or mark this one: touch '${outside}/.wf-worktrees'`,
        ],
      });
      return { code: 0, out: '', err: '' };
    });
  });
  it('is made with a mark if it is not there yet', async () => {
    const outside = join(line.folder, 'new worktrees');
    const cwd = await folderWith(
      {
        '.wf/config.json': JSON.stringify({ ...config, worktree: { root_dir: outside } }),
        '.wf/schedule.json': '{"works":[{"id":"a"}]}',
      },
      true,
    );
    const { code, err } = await line.batch(['start', '--engine', 'process', '--follow'], { cwd });
    assert.equal(code, 0, err);
    assert.ok(existsSync(join(outside, '.wf-worktrees')));
  });
});

describe('limits', slow, () => {
  it('a schedule of 100 MB is refused for the body that makes it so large', async () => {
    const cwd = await folderWith({});
    await mkdir(join(cwd, '.wf'));
    await writeFile(join(cwd, '.wf/schedule.json'), `{"works":[{"id":"a","body":"${'x'.repeat(100e6)}"}]}`);
    const { code, err } = await line.batch(['start'], { cwd });
    assert.equal(code, 1);
    assert.match(err, /^error: the schedule cannot be used: `works\[0\]\.body`: text of at most 256 KiB is expected/);
    assert.ok(err.length < 1000);
    await rm(join(cwd, '.wf'), { recursive: true });
  });
});

describe('a file that may not be read', slow, () => {
  const isRoot = process.getuid?.() === 0;
  it('is named', { skip: isRoot ? 'root reads everything; see the rows of another user' : false }, async () => {
    const cwd = await folderWith({ 't.md': '# A\n' });
    await chmod(join(cwd, 't.md'), 0);
    await expectRefusal(cwd, 'schedule create md=t.md', {
      lines: [
        'no task file can be used',
        't.md cannot be read: no permission; skipped',
        'give a folder of `.md` files, or the files themselves',
      ],
    });
  });
});
