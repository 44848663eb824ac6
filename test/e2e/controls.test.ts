/** What a person can do to a batch that runs: pause, stop, resume, retry, skip, add, remove. Real processes and tmux. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { makeCommandLine, type CommandLine } from '../support/command-line.ts';
import { eventually } from '../support/eventually.ts';
import {
  eventsOf,
  expectCode,
  fixture,
  happened,
  item,
  leaveNothing,
  ourProcesses,
  processesOf,
  sessions,
  status,
  tmux,
} from '../support/running-batch.ts';

let line: CommandLine;
const told = (name: string): string => join(line.folder, name);
const lines = (name: string): readonly string[] =>
  existsSync(told(name)) ? readFileSync(told(name), 'utf8').trim().split('\n') : [];

/** Every start of a stage is a line of `ran`; a `hold` waits for a file of its work's name. */
const stages = {
  note: 'echo "$WF_WORK_ID $WF_STAGE" >> "$BASE/ran"',
  hold: 'echo "$WF_WORK_ID $WF_STAGE" >> "$BASE/ran"; while [ ! -e "$BASE/go-$WF_WORK_ID" ]; do sleep 0.02; done',
  commit: 'echo "$WF_WORK_ID" > "made-$WF_WORK_ID"; git add --all; git commit -qm "$WF_WORK_ID"',
};

const settle = async (settings: object = {}): Promise<void> =>
  line.config({
    default_workflow: 'hold',
    batch: { stop_grace: '300ms' },
    retry: { max_attempts: 1, initial: '50ms' },
    workflows: {
      quick: { stages: [{ name: 'commit', run: stages.commit }] },
      hold: {
        stages: [
          { name: 'first', run: `${stages.note}; ${stages.commit}` },
          { name: 'hold', run: stages.hold },
          { name: 'last', run: stages.note },
        ],
      },
      dirty: {
        stages: [
          { name: 'first', run: `${stages.note}; ${stages.commit}` },
          {
            name: 'hold',
            run: `echo half > half.txt; ${stages.hold}; test -e half.txt && echo whole >> half.txt; cp half.txt "$BASE/half" ; rm half.txt`,
          },
        ],
      },
      stubborn: { stages: [{ name: 'ignores', run: [fixture('ignores-term')] }] },
      forks: { stages: [{ name: 'forks', run: `${fixture('forks-setsid-child')}; ${fixture('ignores-term')}` }] },
      mends: {
        stages: [
          { name: 'first', run: `${stages.note}; ${stages.commit}` },
          { name: 'picky', run: `${stages.note}; echo left >> left.txt; test -e "$BASE/mended"` },
          { name: 'last', run: `${stages.note}; rm -f left.txt` },
        ],
      },
    },
    env: { BASE: line.folder },
    ...settings,
  });

/** A schedule of these works alone: id and front matter. */
const schedule = async (works: Readonly<Record<string, string>>): Promise<void> => {
  const tasks = Object.entries(works);
  for (const [id, frontMatter] of tasks)
    await line.write(line.project, 'tasks', `${id}.md`, `---\n${frontMatter}\n---\n# ${id}\n`);
  expectCode(
    await line.schedule([
      'create',
      `md=${tasks.map(([id]) => `tasks/${id}.md`)[0] ?? ''}`,
      ...tasks.slice(1).map(([id]) => `tasks/${id}.md`),
    ]),
    0,
  );
};
const start = (...args: readonly string[]) => line.batch(['start', '--engine', 'process', ...args]);
const holding = (id: string): Promise<unknown> => eventually(`${id} holds`, () => lines('ran').includes(`${id} hold`));
const letGo = (id: string): Promise<unknown> => line.write(told(`go-${id}`), '');
const count = (entry: string): number => lines('ran').filter((each) => each === entry).length;

before(async () => {
  line = await makeCommandLine();
  await line.makeBareRemote({ from: line.project });
  await settle();
});
after(() => leaveNothing(line));

describe('without a batch', () => {
  it('stop has nothing to do and ends with 0; pause, resume and wait are refused', async () => {
    expectCode(await line.batch(['stop']), 0);
    for (const verb of ['pause', 'resume', 'wait']) expectCode(await line.batch([verb]), 1);
    assert.equal(existsSync(join(line.project, '.wf/batches')), false);
  });
});

describe('pause', () => {
  it('lets what runs finish and starts nothing new; resume goes on', async () => {
    await schedule({ 'a-1': 'priority: 1', 'a-2': 'priority: 2' });
    expectCode(await start('--parallel', '1'), 0);
    await holding('a-1');
    const paused = expectCode(await line.batch(['pause']), 0);
    assert.match(paused.out, /is paused: nothing new starts, 1 works? finish/);
    assert.equal((await status(line)).state, 'paused');
    const waiting = line.batch(['wait']);
    await letGo('a-1');
    expectCode(await waiting, 4);
    assert.deepEqual((await status(line)).counts, {
      queued: 1,
      running: 0,
      completed: 1,
      failed: 0,
      skipped: 0,
      stopped: 0,
      total: 2,
    });
    assert.equal(count('a-2 first'), 0);
    expectCode(await line.batch(['pause']), 0);
    expectCode(await line.batch(['resume']), 0);
    await letGo('a-2');
    expectCode(await line.batch(['wait']), 0);
  });
});

describe('stop', () => {
  it('ends what ignores TERM, what forked into a session of its own, and leaves nothing running', async () => {
    await schedule({ 'b-1': 'workflow: stubborn', 'b-2': 'workflow: forks', 'b-3': 'depends_on: [b-1]' });
    expectCode(await line.batch(['start', '--parallel', '2']), 0);
    const logs = (): string => ['b-1', 'b-2'].map((id) => JSON.stringify(eventsOf(line, 'stage_started', id))).join('');
    await eventually(
      'both ignore',
      async () =>
        (await status(line)).items.filter(({ last_output }) => last_output.includes('ignoring')).length === 2 && logs(),
    );
    const { out, err } = expectCode(await line.batch(['stop']), 0);
    assert.match(out, /is stopped: 2 works stopped; go on: wf0-batch resume/);
    assert.equal(err, '');
    assert.deepEqual(ourProcesses(line), []);
    await eventually('the sessions are gone', async () => (await sessions(line)).length === 0);
    const { items, state } = await status(line);
    assert.deepEqual([state, ...items.map((each) => each.state)], ['stopped', 'stopped', 'stopped', 'queued']);
    expectCode(await line.batch(['stop']), 0);
  });

  it('an unfinished batch that nobody runs: start names resume and --fresh after a kill -9; --fresh leaves it behind', async () => {
    await schedule({ 'c-1': '' });
    expectCode(await start(), 0);
    await holding('c-1');
    const running = await line.batch(['start']);
    assert.deepEqual([running.code, running.err.split('\n')[0]], [1, 'error: a batch is already running']);
    const seen = await status(line);
    for (const { command, pid } of processesOf(line)) if (/wf0-supervisor/.test(command)) process.kill(pid, 'SIGKILL');
    process.kill(seen.scheduler.pid as number, 'SIGKILL');
    await eventually('status says that the scheduler is dead', async () => !(await status(line)).scheduler.running);
    const screen = await line.batch(['start']);
    assert.equal(screen.code, 1);
    assert.match(screen.err, /unfinished[\s\S]*wf0-batch resume[\s\S]*--fresh/);
    await schedule({ 'c-2': 'workflow: quick' });
    expectCode(await start('--fresh', '--follow'), 0);
    const now = await status(line);
    assert.notEqual(now.batch_run_id, seen.batch_run_id);
    assert.deepEqual(
      now.items.map(({ id, state }) => [id, state]),
      [['c-2', 'completed']],
    );
    await eventually('nothing of either batch runs', () => ourProcesses(line).length === 0, 3000);
  });

  it('works when scheduler and restarter were killed; its works are stopped, and resume goes on at the last boundary with uncommitted changes in place', async () => {
    await schedule({ 'd-1': 'workflow: dirty' });
    expectCode(await start(), 0);
    await holding('d-1');
    const { scheduler } = await status(line);
    for (const { command, pid } of processesOf(line)) if (/wf0-supervisor/.test(command)) process.kill(pid, 'SIGKILL');
    process.kill(scheduler.pid as number, 'SIGKILL');
    expectCode(await line.batch(['stop']), 0);
    assert.deepEqual(ourProcesses(line), []);
    const stopped = await item(line, 'd-1');
    assert.deepEqual([stopped.state, stopped.stage], ['stopped', 'hold']);
    assert.equal(readFileSync(join(stopped.worktree as string, 'half.txt'), 'utf8'), 'half\n');
    await letGo('d-1');
    expectCode(await line.batch(['resume']), 0);
    expectCode(await line.batch(['wait']), 0);
    assert.deepEqual([count('d-1 first'), count('d-1 hold')], [1, 2]);
    assert.equal(readFileSync(told('half'), 'utf8'), 'half\nwhole\n');
  });

  it('of single works: queued and running ones, the batch goes on, dependents wait', async () => {
    await schedule({ 'e-1': 'priority: 1', 'e-2': 'priority: 1', 'e-3': 'priority: 4', 'e-4': 'depends_on: [e-1]' });
    expectCode(await start('--parallel', '2'), 0);
    await holding('e-1');
    await holding('e-2');
    const { out } = expectCode(await line.batch(['stop', 'E-1', 'e-3']), 0);
    assert.equal(out, 'e-1 is stopped\ne-3 is stopped\n');
    assert.equal((await status(line)).state, 'running');
    assert.match((await item(line, 'e-4')).reason ?? '', /e-1/);
    await letGo('e-2');
    expectCode(await line.batch(['wait']), 4);
    const states = Object.fromEntries((await status(line)).items.map(({ id, state }) => [id, state]));
    assert.deepEqual(states, { 'e-1': 'stopped', 'e-2': 'completed', 'e-3': 'stopped', 'e-4': 'queued' });
    expectCode(await line.batch(['stop', 'nothing-like-it']), 1);
  });

  it('--drain lets running works finish, then everything ends; --force does not wait for the grace', async () => {
    await settle({ batch: { stop_grace: '60s' } });
    await schedule({ 'f-1': 'priority: 1', 'f-2': 'priority: 2' });
    expectCode(await start('--parallel', '1'), 0);
    await holding('f-1');
    const draining = line.batch(['stop', '--drain']);
    await happened(line, 'stop_requested');
    await letGo('f-1');
    expectCode(await draining, 0);
    const { items } = await status(line);
    assert.deepEqual(
      items.map(({ state }) => state),
      ['completed', 'queued'],
    );
    await schedule({ 'f-3': 'workflow: stubborn' });
    expectCode(await start(), 0);
    await eventually('it ignores', async () => (await item(line, 'f-3')).last_output.includes('ignoring'));
    const began = performance.now();
    expectCode(await line.batch(['stop', '--force']), 0);
    assert.ok(performance.now() - began < 10_000);
    const { state, attempts, last_error } = await item(line, 'f-3');
    assert.deepEqual([state, attempts <= 1, last_error], ['stopped', true, null]);
    await settle();
  });
});

describe('Ctrl+C in start --follow', () => {
  it('stops the batch, as stop does: exit 4, works stopped, nothing left', async () => {
    await schedule({ 'g-0': '' });
    const child = line.begin(['start', '--engine', 'process', '--follow']);
    await holding('g-0');
    child.kill('SIGINT');
    const [code] = (await once(child, 'close')) as [number];
    const { state, stage } = await item(line, 'g-0');
    assert.deepEqual([code, state, stage], [4, 'stopped', 'hold']);
    assert.deepEqual(ourProcesses(line), []);
  });

  it('stops the batch; a second one at once', async () => {
    await settle({ batch: { stop_grace: '60s' } });
    await schedule({ 'g-1': 'workflow: stubborn' });
    const child = line.begin(['start', '--engine', 'process', '--follow']);
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (more: string) => (text += more));
    await eventually('the batch is said', () => text.includes('g-1'));
    await eventually('it ignores', async () => (await item(line, 'g-1')).last_output.includes('ignoring'));
    child.kill('SIGINT');
    await happened(line, 'stop_requested');
    child.kill('SIGINT');
    const [code] = (await once(child, 'close')) as [number];
    assert.equal(code, 4, text);
    assert.equal((await item(line, 'g-1')).state, 'stopped');
    assert.deepEqual(ourProcesses(line), []);
    await settle();
  });
});

describe('retry', () => {
  it('goes on at the failed stage, in the worktree as it is', async () => {
    await schedule({ 'h-1': 'workflow: mends', 'h-2': 'workflow: quick\ndepends_on: [h-1]' });
    expectCode(await start(), 0);
    expectCode(await line.batch(['wait']), 3);
    assert.deepEqual(
      (await status(line)).items.map(({ state }) => state),
      ['failed', 'skipped'],
    );
    const refused = await line.batch(['retry', 'h-1', '--from', 'nowhere']);
    assert.equal(refused.code, 1);
    expectCode(await line.batch(['retry', 'h-1']), 0);
    expectCode(await line.batch(['wait']), 3);
    assert.deepEqual([count('h-1 first'), count('h-1 picky')], [1, 2]);
    const { worktree } = await item(line, 'h-1');
    assert.equal(readFileSync(join(worktree as string, 'left.txt'), 'utf8'), 'left\nleft\n');
  });

  it('--from a stage saves what is uncommitted under the attempt that left it and begins there; dependents are revived', async () => {
    await line.write(told('mended'), '');
    expectCode(await line.batch(['retry', 'h-1', '--from', 'picky']), 0);
    expectCode(await line.batch(['wait']), 0);
    assert.deepEqual([count('h-1 first'), count('h-1 picky')], [1, 3]);
    const saved = await line.git(line.project, 'for-each-ref', '--format=%(refname)', 'refs/wf/saved');
    assert.match(saved, /^refs\/wf\/saved\/[^/]+\/h-1\/2$/);
    assert.equal(await line.git(line.project, 'show', `${saved}:left.txt`), 'left\nleft');
    assert.deepEqual(
      (await status(line)).items.map(({ state }) => state),
      ['completed', 'completed'],
    );
  });

  it('--rerun of a delivered work starts on a new base and replaces what it pushed itself', async () => {
    expectCode(await line.batch(['retry', 'h-1']), 1);
    const old = await line.git(told('remote.git'), 'rev-parse', 'wf/h-1');
    await line.commit(line.project, 'new-base', 'new');
    await line.git(line.project, 'push', '-q');
    expectCode(await line.batch(['retry', 'h-1', '--rerun']), 0);
    expectCode(await line.batch(['wait']), 0);
    assert.equal(count('h-1 first'), 2);
    assert.equal(
      await line.git(told('remote.git'), 'rev-parse', 'wf/h-1~1'),
      await line.git(line.project, 'rev-parse', 'main'),
    );
    assert.equal(await line.git(line.project, 'cat-file', '-t', old), 'commit');
  });
});

describe('skip, add and remove', () => {
  it('a skipped work dooms its dependents, unless --satisfied; added works run, removed ones do not', async () => {
    await schedule({
      'i-1': 'priority: 1',
      'i-2': 'priority: 4',
      'i-3': 'workflow: quick\ndepends_on: [i-2]',
      'i-4': 'priority: 4',
      'i-5': 'workflow: quick\ndepends_on: [i-4]',
      'i-6': 'priority: 5',
      'i-7': 'workflow: quick\npriority: 5',
    });
    expectCode(await start('--parallel', '1', '--only', 'i-1', 'i-2', 'i-3', 'i-4', 'i-5', 'i-6'), 0);
    await holding('i-1');
    expectCode(await line.batch(['skip', 'i-1']), 1);
    expectCode(await line.batch(['skip', 'i-2']), 0);
    expectCode(await line.batch(['skip', 'i-4', '--satisfied']), 0);
    expectCode(await line.batch(['remove', 'i-6']), 0);
    expectCode(await line.batch(['remove', 'i-1']), 1);
    expectCode(await line.batch(['add', 'i-7']), 0);
    expectCode(await line.batch(['add', 'i-7']), 1);
    await letGo('i-1');
    expectCode(await line.batch(['wait']), 3);
    const states = Object.fromEntries((await status(line)).items.map(({ id, state }) => [id, state]));
    assert.deepEqual(states, {
      'i-1': 'completed',
      'i-2': 'skipped',
      'i-3': 'skipped',
      'i-4': 'skipped',
      'i-5': 'completed',
      'i-7': 'completed',
    });
  });
});

describe('choosing', () => {
  it('--only is refused with an unfinished dependency outside; --until stops after a stage; too many workers are clamped', async () => {
    await schedule({ 'j-1': 'workflow: mends', 'j-2': 'workflow: mends\ndepends_on: [j-1]' });
    const refused = await start('--only', 'j-2');
    assert.equal(refused.code, 1);
    assert.match(refused.err, /j-2 depends on j-1, which is not finished and not in this run/);
    const screen = expectCode(await start('--only', 'j-1', '--until', 'first', '--parallel', '99', '--follow'), 4);
    assert.match(screen.err, /warning: 99 workers are more than batch.max_parallel \(5\); 5 are started/);
    const { state, reason, pushed } = await item(line, 'j-1');
    assert.deepEqual([state, pushed, count('j-1 first'), count('j-1 picky')], ['stopped', false, 1, 0]);
    assert.match(reason ?? '', /first/);
    expectCode(await start('--parallel', '0'), 2);
    expectCode(await start('--until', 'nowhere'), 2);
    const dry = await line.batch(['start', '--dry-run', '--json'], { env: { WF_BATCH_PARALLEL: '4' } });
    assert.equal((JSON.parse(dry.out) as { parallel: number }).parallel, 4);
    const flag = await line.batch(['start', '--dry-run', '--json', '-p', '3'], { env: { WF_BATCH_PARALLEL: '4' } });
    assert.equal((JSON.parse(flag.out) as { parallel: number }).parallel, 3);
    expectCode(await line.batch(['start', '--dry-run'], { env: { WF_BATCH_PARALLEL: 'many' } }), 2);
    const only = await line.batch(['start', '--dry-run', '--json'], { env: { WF_BATCH_ONLY: 'j-1' } });
    assert.deepEqual(
      (JSON.parse(only.out) as { items: { id: string }[] }).items.map(({ id }) => id),
      ['j-1'],
    );
    expectCode(await line.batch(['start', '--dry-run', '--only', 'j-2'], { env: { WF_BATCH_ONLY: 'j-1' } }), 1);
  });
});

describe("a stranger's session", () => {
  it('of our name is left alone; ours gets a suffix, and status prints the command to attach', async () => {
    await tmux(line, 'new-session', '-d', '-s', 'wf-batch-worker-1', 'sleep 1000');
    const [before] = ((await tmux(line, 'list-panes', '-a', '-F', '#{pane_pid}')) ?? '').split('\n');
    await schedule({ 'k-1': '' });
    expectCode(await line.batch(['start', '--parallel', '1']), 0);
    await holding('k-1');
    const names = await sessions(line);
    assert.equal(names.length, 3, names.join());
    const ours = names.find((name) => /^wf-batch-worker-1-[0-9a-f]{6}$/.test(name));
    assert.ok(ours, names.join());
    assert.ok(
      (await line.batch(['status'])).out.includes(`tmux attach -t '=${ours}'`) ||
        (await line.batch(['status'])).out.includes(ours),
    );
    expectCode(await line.batch(['stop']), 0);
    await eventually('ours are gone', async () => (await sessions(line)).length === 1);
    assert.equal(((await tmux(line, 'list-panes', '-a', '-F', '#{pane_pid}')) ?? '').split('\n')[0], before);
    await tmux(line, 'kill-session', '-t', '=wf-batch-worker-1');
  });
});
