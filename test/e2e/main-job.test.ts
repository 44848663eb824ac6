/** The main job: a folder of task files becomes pushed branches, in order, several at a time. Real tmux, git, processes. */
import assert from 'node:assert/strict';
import { existsSync, lstatSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { makeCommandLine, type CommandLine } from '../support/command-line.ts';
import { eventually } from '../support/eventually.ts';
import {
  batchFolder,
  events,
  eventsOf,
  expectCode,
  happened,
  item,
  leaveNothing,
  picture,
  sessions,
  status,
  tmux,
  written,
} from '../support/running-batch.ts';

let line: CommandLine;
const told = (name: string): string => join(line.folder, name);
const head = (branch: string): Promise<string> => line.git(told('remote.git'), 'rev-parse', branch);

/** Marks in a file when a work begins and ends; waits until the gate opens; commits all that it sees. */
const make = [
  'echo "+ $WF_WORK_ID" >> "$TRACE"',
  'cat .wf/config.json > /dev/null && echo "$WF_WORK_ID" >> "$LINKED"',
  'while [ ! -e "$GATE" ]; do sleep 0.02; done',
  'echo "$WF_WORK_ID" > "made-$WF_WORK_ID"; git add --all && git commit -qm "$WF_WORK_ID"',
].join('\n');
const settle = 'echo "- $WF_WORK_ID" >> "$TRACE"';

const configure = (): Promise<void> =>
  line.config({
    default_workflow: 'make',
    retry: { max_attempts: 1 },
    workflows: {
      make: {
        stages: [
          { name: 'make', run: make },
          { name: 'settle', run: settle },
        ],
      },
      fails: { stages: [{ name: 'fails', run: 'echo it is broken; exit 7' }] },
    },
    env: { TRACE: told('trace'), GATE: told('gate'), LINKED: told('linked') },
  });

const diamond = async (): Promise<void> => {
  await line.task('01-base');
  await line.task('02-left', 'depends_on: [01-base]');
  await line.task('03-right', 'depends_on: [01-base]');
  await line.task('04-top', 'depends_on: [02-left, 03-right]');
  await line.task('05-apart');
  await line.task('06-apart');
  await line.task('07-apart');
};
const ids = ['01-base', '02-left', '03-right', '04-top', '05-apart', '06-apart', '07-apart'];

before(async () => {
  line = await makeCommandLine();
  await line.makeBareRemote({ from: line.project });
  await configure();
  await diamond();
  expectCode(await line.schedule(['create', 'md=tasks/']), 0);
});
after(() => leaveNothing(line));

describe('a dry run', () => {
  it('changes nothing: no file, ref, worktree or socket', async () => {
    const look = async (): Promise<readonly unknown[]> => [
      picture(line.project),
      await line.git(told('remote.git'), 'for-each-ref'),
      picture(told('tmux')),
    ];
    const was = await look();
    expectCode(await line.batch(['start', '--dry-run', '--parallel', '3']), 0);
    const { out } = expectCode(await line.batch(['start', '--dry-run', '--json', '--parallel', '3']), 0);
    assert.deepEqual(await look(), was);
    const plan = JSON.parse(out) as { items: { id: string; level: number; order: number }[] } & Record<string, unknown>;
    assert.deepEqual(Object.keys(plan).sort(), [
      'critical_path',
      'estimate_high_seconds',
      'estimate_low_seconds',
      'estimate_seconds',
      'items',
      'parallel',
      'plan_hash',
      'warnings',
      'what_if',
    ]);
    const keys = ['dependencies', 'estimate_seconds', 'id', 'level', 'order', 'why'];
    for (const each of plan.items) assert.deepEqual(Object.keys(each).sort(), keys);
    const levels = Object.fromEntries(plan.items.map(({ id, level }) => [id, level]));
    assert.deepEqual(levels, {
      '01-base': 0,
      '02-left': 1,
      '03-right': 1,
      '04-top': 2,
      '05-apart': 0,
      '06-apart': 0,
      '07-apart': 0,
    });
  });
});

describe('start --parallel 3', () => {
  it('answers when scheduler and three workers run in their tmux sessions', async () => {
    const { out, code, err } = await line.batch(['start', '--parallel', '3']);
    assert.equal(code, 0, err);
    assert.match(out, /^started batch \d{8}-\d{6}-[0-9a-f]{6}\n/);
    const names = ['wf-batch-scheduler', 'wf-batch-worker-1', 'wf-batch-worker-2', 'wf-batch-worker-3'];
    assert.deepEqual(await sessions(line), names);
    assert.equal(await tmux(line, 'has-session', '-t', '=wf-batch-worker-1'), '');
  });

  it('is shown complete by status --json while it runs', async () => {
    await eventually('three works run', () => eventsOf(line, 'stage_started').length === 3);
    const seen = await status(line);
    const keys = [
      'activity',
      'batch_run_id',
      'counts',
      'created_at',
      'ended_at',
      'eta_high_seconds',
      'eta_low_seconds',
      'eta_seconds',
      'items',
      'parallel',
      'plan_hash',
      'recent_failures',
      'scheduler',
      'started_at',
      'state',
      'throughput_per_hour',
      'workers',
    ];
    for (const key of keys) assert.ok(key in seen, key);
    assert.deepEqual([seen.state, seen.parallel, seen.ended_at], ['running', 3, null]);
    assert.deepEqual(seen.counts, { queued: 4, running: 3, completed: 0, failed: 0, skipped: 0, stopped: 0, total: 7 });
    assert.deepEqual(Object.keys(seen.scheduler).sort(), ['pid', 'running', 'session']);
    const worker = ['id', 'pid', 'session', 'stage', 'state', 'work_id'];
    for (const each of seen.workers) assert.deepEqual([Object.keys(each).sort(), each.state], [worker, 'running']);
    const itemKeys =
      'attempts base_commit branch commit dependencies duration_ms ended_at group id last_error last_output needs_attention phase pid progress pushed reason source stage stage_count stage_index started_at state title worktree';
    for (const each of seen.items) assert.equal(Object.keys(each).sort().join(' '), itemKeys);
    for (const each of seen.items) assert.equal(each.reason === null, each.state === 'running', each.id);
    const activity = ['activity', 'actor', 'after', 'at', 'before', 'id', 'seq', 'text'].slice(1);
    for (const each of seen.activity) assert.deepEqual(Object.keys(each).sort(), activity);
  });

  it('is refused a second time while it runs', async () => {
    const { code, err } = await line.batch(['start']);
    assert.equal(code, 1);
    assert.match(err, /error: a batch is already running\n/);
  });

  it('wait ends with 0 when all is delivered, the worktrees are gone and the reports are there', async () => {
    await line.write(told('gate'), '');
    expectCode(await line.batch(['wait', '--timeout', '60s']), 0);
    for (const name of ['report.md', 'report.json', 'journal.jsonl', 'plan.json'])
      assert.ok(existsSync(join(batchFolder(line), name)), name);
    const worktrees = await line.git(line.project, 'worktree', 'list', '--porcelain');
    assert.equal(worktrees.split('\n').filter((each) => each.startsWith('worktree ')).length, 1, worktrees);
    const history = readFileSync(join(line.project, '.wf/history.jsonl'), 'utf8').trim().split('\n');
    assert.deepEqual(history.map((each) => (JSON.parse(each) as { id: string }).id).sort(), ids);
  });

  it('never ran more than three at once, and none before what it depends on was delivered', () => {
    let running = 0;
    let most = 0;
    for (const mark of readFileSync(told('trace'), 'utf8').trim().split('\n')) {
      running += mark.startsWith('+') ? 1 : -1;
      most = Math.max(most, running);
    }
    assert.deepEqual([most, running], [3, 0]);
    const seqOf = (type: 'work_assigned' | 'work_completed', id: string): number =>
      eventsOf(line, type, id)[0]?.seq ?? NaN;
    for (const [before, later] of [
      ['01-base', '02-left'],
      ['01-base', '03-right'],
      ['02-left', '04-top'],
      ['03-right', '04-top'],
    ] as const)
      assert.ok(seqOf('work_completed', before) < seqOf('work_assigned', later), `${before} before ${later}`);
    for (const id of ids) assert.equal(eventsOf(line, 'work_assigned', id).length, 1);
  });

  it('brought every branch to origin at the commit that it names, dependents on top of dependencies', async () => {
    const { items } = await status(line);
    for (const { id, branch, commit, pushed, state } of items) {
      assert.deepEqual([state, pushed, branch], ['completed', true, `wf/${id}`]);
      assert.equal(await head(`wf/${id}`), commit);
      assert.equal(await line.git(line.project, 'rev-parse', `refs/wf/delivered/${id}`), commit);
    }
    const files = async (id: string): Promise<readonly string[]> =>
      (await line.git(told('remote.git'), 'ls-tree', '--name-only', `wf/${id}`)).split('\n');
    assert.deepEqual(await files('04-top'), [
      'README.md',
      'made-01-base',
      'made-02-left',
      'made-03-right',
      'made-04-top',
    ]);
    assert.deepEqual(await files('05-apart'), ['README.md', 'made-05-apart']);
  });

  it('had a .wf in every worktree that leads to the config', () => {
    assert.deepEqual(readFileSync(told('linked'), 'utf8').trim().split('\n').sort(), ids);
  });

  it('leaves no session behind', async () => {
    await eventually('the sessions are gone', async () => (await sessions(line)).length === 0);
  });

  it('has a journal whose every change of state says when, who, from what and to what', () => {
    const changes = (['work_assigned', 'work_completed', 'batch_completed'] as const).flatMap((type) => [
      ...eventsOf(line, type),
    ]);
    const kinds = new Set(changes.map(({ type, before, after }) => `${type}: ${before ?? ''} -> ${after ?? ''}`));
    assert.deepEqual([...kinds].sort(), [
      'batch_completed: running -> completed',
      'work_assigned: queued -> running',
      'work_completed: running -> completed',
    ]);
    assert.ok(
      eventsOf(line, 'stage_started').every((event) => event.before === undefined),
      'it changes no state',
    );
  });

  it('has a journal without gaps, and private files', () => {
    assert.deepEqual(
      events(line).map(({ seq }) => seq),
      events(line).map((_, i) => i + 1),
    );
    const batches = join(line.project, '.wf/batches');
    const open = readdirSync(batches, { recursive: true, encoding: 'utf8' }).filter(
      (name) => (lstatSync(join(batches, name)).mode & 0o077) !== 0,
    );
    assert.deepEqual([lstatSync(batches).mode & 0o777, open], [0o700, []]);
  });
});

describe('afterwards', () => {
  it('a second start says that nothing is pending, and ends with 0', async () => {
    const { code, err, out } = await line.batch(['start']);
    assert.deepEqual([code, out], [0, '']);
    assert.match(err, /nothing is pending/);
    const asJson = JSON.parse((await line.batch(['start', '--json'])).out) as object;
    assert.deepEqual(Object.entries(asJson).slice(0, 1), [['batch_run_id', null]]);
  });

  it('a work that changed since is said, and runs only with --rerun', async () => {
    await line.task('05-apart', '', 'Another title');
    await line.schedule(['create', 'md=tasks/']);
    const { code, err } = await line.batch(['start']);
    assert.equal(code, 0);
    assert.match(err, /05-apart was delivered and has changed since; it runs again only with --rerun/);
    const old = await head('wf/05-apart');
    await line.commit(line.project, 'new-base', 'new');
    await line.git(line.project, 'push', '-q');
    const screen = expectCode(await line.batch(['start', '--rerun', '--only', '05-apart', '--follow']), 0);
    assert.match(screen.out, /05-apart/);
    assert.notEqual(await head('wf/05-apart'), old);
    assert.equal(await head('wf/05-apart~1'), await head('main'));
  });
});

describe('run', () => {
  it('runs a folder as it is, shows it to its end, and leaves schedule.json alone', async () => {
    await line.write(line.project, 'other', '11-a.md', '# A\n');
    await line.write(line.project, 'other', '12-b.md', '---\ndepends_on: [11-a]\n---\n# B\n');
    const schedule = join(line.project, '.wf/schedule.json');
    const was = readFileSync(schedule, 'utf8');
    const { out } = expectCode(await line.batch(['run', 'other/', '--engine', 'process']), 0);
    assert.match(out, /2 of 2 works completed/);
    assert.equal(readFileSync(schedule, 'utf8'), was);
    assert.equal(await head('wf/12-b~1'), await head('wf/11-a'));
  });

  it('--resume leaves out what is completed; without it all run again', async () => {
    await line.write(line.project, 'other', '13-c.md', '---\ndepends_on: [12-b]\n---\n# C\n');
    expectCode(await line.batch(['run', 'other/', '--resume', '--engine', 'process']), 0);
    assert.deepEqual(
      (await status(line)).items.map(({ id }) => id),
      ['13-c'],
    );
    assert.equal(await head('wf/13-c~1'), await head('wf/12-b'));
    const old = await head('wf/11-a');
    const dry = JSON.parse((await line.batch(['run', 'other/', '--dry-run', '--json'])).out) as { items: object[] };
    assert.equal(dry.items.length, 3);
    const { out } = expectCode(await line.batch(['run', 'other/11-a.md', '--engine', 'process', '--json']), 0);
    assert.equal((JSON.parse(out) as { state: string }).state, 'completed', 'one document, at the end');
    assert.equal(await head('wf/11-a~1'), await head('main'));
    assert.equal(await line.git(line.project, 'cat-file', '-t', old), 'commit');
  });

  it('--resume runs what was to run again and did not complete, though an earlier batch delivered it', async () => {
    await line.write(line.project, 'again', '21-a.md', '---\nworkflow: picky\n---\n# A\n');
    await line.write(line.project, 'again', '22-b.md', '---\nworkflow: picky\ndepends_on: [21-a]\n---\n# B\n');
    const picky = { stages: [{ name: 'one', run: `! test -e "$HOME/no"`, retry: { max_attempts: 1 } }] };
    const config = JSON.parse(readFileSync(join(line.project, '.wf/config.json'), 'utf8')) as { workflows: object };
    await line.config({ ...config, workflows: { ...config.workflows, picky } });
    const run = (...more: readonly string[]) => line.batch(['run', 'again/', '--engine', 'process', ...more]);
    expectCode(await run(), 0);
    writeFileSync(join(line.env['HOME'] as string, 'no'), '');
    expectCode(await run(), 3);
    rmSync(join(line.env['HOME'] as string, 'no'));
    expectCode(await run('--resume'), 0);
    assert.deepEqual(
      (await status(line)).items.map(({ id, state }) => [id, state]),
      [
        ['21-a', 'completed'],
        ['22-b', 'completed'],
      ],
    );
    assert.match(expectCode(await run('--resume'), 0).err, /^nothing is pending: all 2 works are delivered/m);
  });
});

describe('a damaged journal', () => {
  const append = (text: string): void => {
    const file = join(batchFolder(line), 'journal.jsonl');
    writeFileSync(file, `${readFileSync(file, 'utf8')}${text}`);
  };

  it('whose last line is torn is read without it, and that is said by all who read it', async () => {
    append('{"seq":99,"at":"20');
    for (const verb of [['status'], ['status', '--json'], ['why'], ['wait'], ['resume', '--engine', 'process']]) {
      const { err } = expectCode(await line.batch(verb), 0);
      assert.match(err, /^warning: the last line of the journal was written only in part \(.*\); it is dropped$/m);
    }
  });

  it('with a line that is none is set aside, and whoever finds it is told where it is kept', async () => {
    append('\nnothing\n');
    const { err } = expectCode(await line.batch(['why']), 0);
    const [, kept] = /^warning: 2 lines of the journal cannot be read \(.*\); .* is kept as (.+)$/m.exec(err) ?? [];
    assert.match(readFileSync(kept ?? '', 'utf8'), /nothing\n$/);
    assert.equal(expectCode(await line.batch(['why']), 0).err, '');
  });
});

describe('exit codes', () => {
  it('3 when a work failed: its dependents are skipped with the reason, the others go on', async () => {
    await line.write(line.project, 'broken', '21-bad.md', '---\nworkflow: fails\n---\n# Bad\n');
    await line.write(line.project, 'broken', '22-after.md', '---\ndepends_on: [21-bad]\n---\n# After\n');
    await line.write(line.project, 'broken', '23-later.md', '---\ndepends_on: [22-after]\n---\n# Later\n');
    await line.write(line.project, 'broken', '24-fine.md', '# Fine\n');
    expectCode(await line.schedule(['create', 'md=broken']), 0);
    expectCode(await line.batch(['start', '--engine', 'process']), 0);
    expectCode(await line.batch(['wait', '--timeout', '60s']), 3);
    const { items, counts, state } = await status(line);
    assert.equal(state, 'completed');
    assert.deepEqual(counts, { queued: 0, running: 0, completed: 1, failed: 1, skipped: 2, stopped: 0, total: 4 });
    const reasons = Object.fromEntries(items.map(({ id, reason }) => [id, reason]));
    assert.match(reasons['21-bad'] ?? '', /fails exited with 7: it is broken/);
    assert.match(reasons['22-after'] ?? '', /21-bad failed/);
    assert.match(reasons['23-later'] ?? '', /22-after|21-bad/);
    assert.equal(reasons['24-fine'], null);
  });

  it('4 after a stop', async () => {
    await line.config({
      default_workflow: 'holds',
      workflows: { holds: { stages: [{ name: 'holds', run: `echo here > "${told('held')}"; sleep 1000` }] } },
    });
    await line.write(line.project, 'held', '31-hold.md', '# Hold\n');
    expectCode(await line.schedule(['create', 'md=held']), 0);
    expectCode(await line.batch(['start', '--engine', 'process']), 0);
    await written(told('held'));
    const waiting = line.batch(['wait']);
    const stopped = expectCode(await line.batch(['stop']), 0);
    assert.match(stopped.out, /is stopped: 1 work stopped; go on: wf0-batch resume/);
    expectCode(await waiting, 4);
    await happened(line, 'batch_stopped');
    const { state, reason } = await item(line, '31-hold');
    assert.equal(state, 'stopped');
    assert.ok(reason);
    expectCode(await line.batch(['wait']), 4);
  });
});
