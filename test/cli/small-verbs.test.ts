/** init, doctor, plan, completion, trust, attach to tmux, and a `.wf` that may not be written. */
import assert from 'node:assert/strict';
import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { makeCommandLine, programFile, threeLines, type CommandLine } from '../support/command-line.ts';
import { eventually } from '../support/eventually.ts';

/** A config with one stage that commits what the command makes. */
const workflowOf = (run: string): object => ({
  default_workflow: 'one',
  workflows: { one: { stages: [{ name: 'make', run: `${run}; git add made && git commit -qm made` }] } },
});

const execute = promisify(execFile);
const missing = (program: string): string | false =>
  spawnSync(program, ['--version']).error === undefined ? false : `${program} is not installed`;
const isRoot = process.getuid?.() === 0;

let line: CommandLine;
before(async () => {
  line = await makeCommandLine();
  await line.task('01-a', '', 'First');
  await line.task('02-b', 'depends_on: [01]', 'Second');
});
after(() => line.remove());

describe('init', () => {
  it('writes a config that runs as it is, once, and never over another', async () => {
    const { code, out } = await line.batch(['init']);
    assert.deepEqual([code, line.mask(out)], [0, 'ROOT/.wf/config.json is written: workflow shell, plain commands\n']);
    const again = await line.batch(['init']);
    assert.deepEqual(
      [again.code, again.out, line.mask(again.err)],
      [0, '', 'note: ROOT/.wf/config.json is there already and stays as it is\n'],
    );
    const ran = await line.batch(['run', 'tasks', '--engine', 'process'], { env: { WF_BATCH_PARALLEL: '1' } });
    assert.equal(ran.code, 0, ran.err);
    assert.match(ran.out, /✅ 2 of 2 works completed in /);
    assert.equal(await line.git(line.project, 'show', 'wf/02-b:02-b.txt'), '02-b: Second');
  });

  it('works outside a repository, without worktrees', async () => {
    const cwd = join(line.folder, 'plain');
    await line.write(cwd, 'tasks', 'x.md', '# X\n');
    assert.equal((await line.batch(['init'], { cwd })).code, 0);
    const ran = await line.batch(['run', 'tasks', '--engine', 'process'], { cwd });
    assert.deepEqual([ran.code, /✅ 1 of 1 work completed/.test(ran.out)], [0, true], ran.err);
  });
});

describe('doctor', () => {
  it('looks at everything a run needs, one line each', async () => {
    const { code, out } = await line.batch(['doctor', '--engine', 'process']);
    assert.equal(code, 0, out);
    assert.deepEqual(
      out
        .split('\n')
        .filter((each) => !each.startsWith(' '))
        .map((each) => each.slice(0, 15).trimEnd()),
      [
        'ok   node',
        'ok   git',
        'ok   processes',
        'ok   terminal',
        'ok   config',
        'ok   .wf',
        'ok   disk',
        'warn remote',
        '',
      ],
    );
    const json = JSON.parse((await line.batch(['doctor', '--engine', 'process', '--json'])).out) as readonly {
      name: string;
      verdict: string;
    }[];
    assert.deepEqual(json.find(({ name }) => name === 'remote')?.verdict, 'warn');
  });

  it('ends with 5 when something is missing', async () => {
    const bin = join(line.folder, 'bin');
    mkdirSync(bin);
    for (const name of ['git', 'sh'])
      await execute('ln', ['-s', (await execute('sh', ['-c', `command -v ${name}`])).stdout.trim(), join(bin, name)]);
    const { code, out } = await line.batch(['doctor'], { env: { PATH: bin } });
    assert.equal(code, 5);
    assert.match(out, /^bad {2}tmux {6}tmux is not installed/m);
  });
});

describe('plan', () => {
  it('is saved, listed, shown, and loaded again as the schedule', async () => {
    await line.schedule(['create', 'local=A,B']);
    const saved = await line.batch(['plan', 'save', 'night', '--parallel', '2']);
    assert.deepEqual(
      [saved.code, line.mask(saved.out), saved.err],
      [0, 'plan night: 2 works, 2 at a time, COMMIT\n', 'next: wf0-batch start --plan night\n'],
    );
    assert.equal((await line.batch(['plan', 'list'])).out, 'night\n');
    const shown = JSON.parse((await line.batch(['plan', 'show', 'night', '--json'])).out) as {
      items: { id: string }[];
    };
    assert.deepEqual(
      shown.items.map(({ id }) => id),
      ['A', 'B'],
    );
    const twice = await line.batch(['plan', 'save', 'night']);
    assert.deepEqual(
      [twice.code, line.mask(twice.err)],
      [
        1,
        threeLines('there is a plan night already', 'ROOT/.wf/plans', 'take another name, or replace it with --force'),
      ],
    );
    await line.schedule(['clear']);
    assert.equal((await line.batch(['plan', 'load', 'night'])).out, '2 works of plan night scheduled\n');
    assert.match((await line.schedule(['show'])).out, /^A .*\nB /m);
    assert.match((await line.batch(['plan', 'show', 'nigth'])).err, /try: /);
  });

  it('starts as it was saved, whatever schedule and config say by now, and takes flags over its own', async () => {
    const own = await makeCommandLine();
    try {
      await own.config(workflowOf('echo old > made'));
      await own.schedule(['create', 'local=A,B']);
      await own.batch(['plan', 'save', 'frozen', '--engine', 'process', '--parallel', '1']);
      await own.config(workflowOf('echo new > made'));
      await own.schedule(['clear']);
      const shown = await own.batch(['start', '--plan', 'frozen', '--only', 'A', '--dry-run', '--json']);
      const plan = JSON.parse(shown.out) as { readonly parallel: number; readonly items: readonly { id: string }[] };
      assert.deepEqual([plan.parallel, plan.items.map(({ id }) => id)], [1, ['A']]);
      const ran = await own.batch(['start', '--plan', 'frozen', '--follow']);
      assert.equal(ran.code, 0, ran.out + ran.err);
      assert.equal(await own.git(own.project, 'show', 'wf/B:made'), 'old');
    } finally {
      await own.remove();
    }
  });
});

describe('completion', () => {
  it('is a script that bash can read, completes verbs and flags, and ids of works', async () => {
    const { out } = await line.batch(['completion', 'bash']);
    const ask = async (...words: string[]): Promise<string> => {
      const program = `wf0-batch() { "${process.execPath}" "${programFile('wf0-batch')}" "$@"; }
${out}
COMP_WORDS=(wf0-batch "$@"); COMP_CWORD=$#; _wf0_batch; printf '%s ' "\${COMPREPLY[@]}"`;
      return (
        await execute('bash', ['-c', program, 'bash', ...words], { cwd: line.project, env: line.env })
      ).stdout.trim();
    };
    assert.equal(await ask('sta'), 'start status');
    assert.equal(await ask('start', '--dry'), '--dry-run');
    assert.equal(await ask('retry', ''), 'A B 01-a 02-b');
    assert.equal(await ask('plan', 's'), 'save show');
  });

  it('completes ids, verbs and flags in a real fish', { skip: missing('fish') }, async () => {
    const { out } = await line.batch(['completion', 'fish']);
    const ask = async (words: string): Promise<readonly string[]> => {
      const program = `function wf0-batch; "${process.execPath}" "${programFile('wf0-batch')}" $argv; end
${out}
complete -C '${words}'`;
      const env = { ...line.env, XDG_CONFIG_HOME: join(line.folder, 'fish'), XDG_DATA_HOME: join(line.folder, 'fish') };
      const { stdout } = await execute('fish', ['--no-config', '-c', program], { cwd: line.project, env });
      return stdout
        .trim()
        .split('\n')
        .map((each) => each.split('\t')[0] ?? '');
    };
    assert.deepEqual(await ask('wf0-batch sta'), ['start', 'status']);
    assert.deepEqual(await ask('wf0-batch start --dry'), ['--dry-run']);
    assert.deepEqual(await ask('wf0-batch retry 0'), ['01-a', '02-b']);
    assert.deepEqual(await ask('wf0-schedule edit 0'), ['01-a', '02-b']);
  });

  it('gives a real zsh ids, verbs and flags', { skip: missing('zsh') }, async () => {
    const { out } = await line.batch(['completion', 'zsh']);
    // What the completion system of zsh calls is called by hand, and what it is given is printed.
    const ask = async (...words: string[]): Promise<string> => {
      const program = `wf0-batch() { "${process.execPath}" "${programFile('wf0-batch')}" "$@"; }
compdef() { : }; _files() { print -r -- files }
compadd() { shift; print -r -- "\${(@M)@:#\${PREFIX}*}" }
_describe() { print -r -- "\${(@M)\${(P)2}:#\${PREFIX}*}" }
${out}
words=("$@"); CURRENT=$#; PREFIX=$words[-1]; _wf0_batch`;
      const argv = ['-f', '-c', program, 'zsh', 'wf0-batch', ...words];
      return (await execute('zsh', argv, { cwd: line.project, env: line.env })).stdout.trim();
    };
    assert.match(await ask('sta'), /^start:run the schedule status:show what/);
    assert.equal(await ask('start', '--dry'), '--dry-run');
    assert.equal(await ask('retry', '0'), '01-a 02-b');
    assert.match(await ask('plan', 's'), /^save show/);
  });

  it('knows zsh and fish', async () => {
    assert.match((await line.batch(['completion', 'zsh'])).out, /compdef _wf0_schedule wf0-schedule\n$/);
    assert.match(
      (await line.batch(['completion', 'fish'])).out,
      /^complete -c wf0-batch -n '__fish_seen_subcommand_from logs' -l stage$/m,
    );
  });
});

describe('trust', () => {
  let outside: CommandLine;
  before(async () => {
    outside = await makeCommandLine();
    await outside.config({
      default_workflow: 'w',
      workflows: { w: { stages: [{ name: 'one', run: `touch ${outside.folder}/ran` }] } },
      worktree: { setup: ['make', 'ready'] },
      env: { TOKEN: 'secret-value' },
    });
    await outside.task('a');
    await outside.schedule(['create', 'md=tasks']);
    await outside.git(outside.project, 'add', '-f', '.wf');
    await outside.git(outside.project, 'commit', '-qm', 'settings from outside');
  });
  after(() => outside.remove());

  it('lets nothing of a tracked .wf run, with --yes neither, until its commands are allowed', async () => {
    const start = ['start', '--engine', 'process', '--yes', '--follow'];
    const { code, err } = await outside.batch(start);
    assert.deepEqual(
      [code, outside.mask(err)],
      [
        1,
        threeLines(
          '.wf comes from outside (git tracks it), and nobody has allowed its commands yet',
          'ROOT/.wf',
          'look at them and allow them: wf0-batch trust',
        ),
      ],
    );
    assert.equal((await outside.batch(['start', '--dry-run'])).code, 0);
    const shown = await outside.batch(['trust', '--show']);
    assert.equal(
      outside.mask(shown.out),
      `.wf comes from outside: git tracks it
it would run:
  w/one: touch SANDBOX/ran
  worktree.setup: make ready
  with these variables: TOKEN
read from .wf/config.json, .wf/schedule.json
hash HASH
these commands are not allowed yet
`,
    );
    assert.equal((await outside.batch(['trust'])).code, 1);
    assert.equal((await outside.batch(['trust', '--hash', 'f00'])).code, 1);
    assert.equal((await outside.batch(start)).code, 1);
    assert.equal(existsSync(join(outside.folder, 'ran')), false);
  });

  it('remembers what was allowed by its content: another one is asked for again', async () => {
    const hash = /^hash (\w+)$/m.exec((await outside.batch(['trust', '--show'])).out)?.[1] ?? '';
    assert.match((await outside.batch(['trust', '--hash', hash])).out, /\nallowed\n$/);
    const file = join(outside.folder, 'config/wf0-batch/trusted.json');
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.deepEqual(Object.keys((JSON.parse(readFileSync(file, 'utf8')) as { trusted: object }).trusted), [hash]);
    assert.match((await outside.batch(['trust'])).out, /these commands are allowed\n$/);
    await outside.schedule(['edit', 'a', 'priority=1']);
    assert.match((await outside.batch(['trust', '--show'])).out, /not allowed yet\n$/);
  });

  it('says of a .wf of its own that there is nothing to allow', async () => {
    assert.deepEqual((await line.batch(['trust'])).out, '.wf is your own: nothing to allow\n');
  });
});

describe('a .wf that may not be written', { skip: isRoot ? false : 'needs another user' }, () => {
  it('can be read, and every writer says which file is in its way', async () => {
    const folder = join(line.folder, 'shared');
    mkdirSync(folder);
    await line.schedule(['create', 'local=A'], { cwd: folder });
    chmodSync(line.folder, 0o755);
    chmodSync(join(folder, '.wf/schedule.json'), 0o644);
    const asNobody = async (
      program: string,
      ...args: string[]
    ): Promise<{ code: number; out: string; err: string }> => {
      const child = spawn(
        'setpriv',
        ['--reuid=65534', '--regid=65534', '--clear-groups', process.execPath, programFile(program), ...args],
        { cwd: folder, env: { ...line.env, HOME: '/nonexistent' } },
      );
      const texts = { out: '', err: '' };
      child.stdout.setEncoding('utf8').on('data', (text: string) => (texts.out += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (texts.err += text));
      const [code] = (await once(child, 'close')) as [number];
      return { code, ...texts };
    };
    const show = await asNobody('wf0-schedule', 'show');
    assert.deepEqual(
      [show.code, show.out.split('\n')[1]],
      [0, 'A   -      3         -         -           A'],
      show.err,
    );
    for (const args of [['edit', 'A', 'priority=1'], ['create', 'local=B'], ['clear']]) {
      const { code, err } = await asNobody('wf0-schedule', ...args);
      assert.equal(code, 5, `${args.join(' ')}: ${err}`);
      assert.match(
        err,
        /^error: Permission denied \(EACCES\): [^\n]*\n {2}at: [^\n]*\/shared\/\.wf[^\n]*\n {2}try: Check the owner and the mode of this path\.\n$/,
      );
    }
    assert.equal((await asNobody('wf0-batch', 'status')).code, 0);
    const trust = await asNobody('wf0-batch', 'trust', '--show');
    assert.match(trust.out, /^\.wf comes from outside: it belongs to the user 0\n/);
  });

  it('of another user comes from outside', async () => {
    const folder = join(line.folder, 'theirs');
    mkdirSync(join(folder, '.wf'), { recursive: true });
    chownSync(join(folder, '.wf'), 65534, 65534);
    assert.match(
      (await line.batch(['trust', '--show'], { cwd: folder })).out,
      /^\.wf comes from outside: it belongs to the user 65534\n/,
    );
    rmSync(folder, { recursive: true });
  });
});

describe('tmux', () => {
  let tmux: CommandLine;
  /** The number of the worker that has A. */
  let slot = '';
  const gate = (): string => join(tmux.folder, 'gate');
  before(async () => {
    tmux = await makeCommandLine();
    await tmux.config({
      default_workflow: 'w',
      workflows: { w: { stages: [{ name: 'one', run: 'while [ ! -e "$GATE" ]; do sleep 0.05; done' }] } },
      env: { GATE: gate() },
    });
    await tmux.schedule(['create', 'local=A,B']);
    const { code, err } = await tmux.batch(['start', '--parallel', '2']);
    assert.equal(code, 0, err);
  });
  after(async () => {
    await tmux.batch(['stop', '--force']);
    await execute('tmux', ['kill-server'], { env: { ...tmux.env, TMUX_TMPDIR: join(tmux.folder, 'tmux') } }).catch(
      () => undefined,
    );
    await tmux.remove();
  });

  it('status names the command of each session, and attach finds the one of a work', async () => {
    await eventually('both run', async () => / {2}🔄 In Progress: 2/.test((await tmux.batch(['status'])).out));
    const { out } = await tmux.batch(['status']);
    slot = /🔧 Worker (\d): A \(running\) {3}tmux attach -t '=wf-batch-worker-\1'\n/.exec(out)?.[1] ?? '';
    assert.notEqual(slot, '', out);
    assert.equal((await tmux.batch(['attach', 'scheduler', '--print'])).out, "tmux attach -t '=wf-batch-scheduler'\n");
    assert.equal((await tmux.batch(['attach', '2', '--print'])).out, "tmux attach -t '=wf-batch-worker-2'\n");
    const several = await tmux.batch(['attach']);
    assert.deepEqual(
      [several.code, several.out, several.err],
      [0, 'wf0-batch attach A\nwf0-batch attach B\n', 'several works are running; name one:\n'],
    );
    const blind = await tmux.batch(['attach', 'A']);
    assert.deepEqual(
      [blind.code, blind.err],
      [
        1,
        threeLines(
          'this is no terminal to attach to',
          'standard input or output',
          `run it on a terminal: tmux attach -t '=wf-batch-worker-${slot}'`,
        ),
      ],
    );
  });

  it('attach shows the session on a terminal, and leaving it ends nothing', async () => {
    const seen = join(tmux.folder, 'seen');
    const env = { ...tmux.env, TERM: 'xterm', TMUX_TMPDIR: join(tmux.folder, 'tmux') };
    const child = spawn('script', ['-qec', `${process.execPath} ${programFile('wf0-batch')} attach A`, seen], {
      cwd: tmux.project,
      env,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    await eventually('a client is there', async () =>
      (await execute('tmux', ['list-clients'], { env })).stdout.includes(`wf-batch-worker-${slot}`),
    );
    await execute('tmux', ['detach-client', '-s', `=wf-batch-worker-${slot}`], { env });
    const [code] = (await once(child, 'close')) as [number];
    assert.equal(code, 0);
    assert.match((await tmux.batch(['status'])).out, /In Progress: 2/);
  });

  it('logs of a worker are those of the works that it ran; of none there is none', async () => {
    const first = await tmux.batch(['logs', 'worker-1']);
    assert.deepEqual([first.code, /^── [AB] 1\.01-one ──\n$/.test(first.err)], [0, true], first.err);
    const none = await tmux.batch(['logs', 'worker-9']);
    assert.deepEqual(
      [none.code, tmux.mask(none.err)],
      [1, threeLines('there is no worker-9 in the batch', 'batch BATCH', 'workers there are: worker-1, worker-2')],
    );
  });
});
