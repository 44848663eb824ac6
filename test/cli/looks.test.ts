/** What a person sees of a batch: while it runs, and when it has ended. Real works, plain processes. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { makeCommandLine, programFile, threeLines, type CommandLine } from '../support/command-line.ts';
import { eventually } from '../support/eventually.ts';

interface Status {
  readonly batch_run_id: string;
  readonly state: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly scheduler: { readonly running: boolean };
  readonly items: readonly {
    readonly id: string;
    readonly state: string;
    readonly stage: string | null;
    readonly reason: string | null;
    readonly pid: number | null;
    readonly last_output: readonly string[];
    readonly phase: string | null;
    readonly progress: number | null;
    readonly needs_attention: { readonly question: string } | null;
  }[];
}

let line: CommandLine;
const status = async (): Promise<Status> => JSON.parse((await line.batch(['status', '--json'])).out) as Status;
const item = async (id: string): Promise<Status['items'][number] | undefined> =>
  (await status()).items.find((each) => each.id === id);
const told = (name: string): string => join(line.folder, name);

/** `holds` runs until a file says go on; what it prints first holds a phase, a progress and a colour. */
const stages = {
  holds:
    'printf "═══ Phase 4: Panel ═══\\n\\033]9;4;1;40\\007\\033[32mholding\\033[0m\\n"; while [ ! -e "$GATE" ]; do sleep 0.05; done; printf "let go\\n"',
  fails: 'echo broken >&2; exit 7',
  asks: '"$NODE" "$BATCH" tell waiting --message "which colour?"; while [ ! -e "$ANSWER" ]; do sleep 0.05; done; "$NODE" "$BATCH" tell progress; printf "%s" "$WF_ATTEMPT_TOKEN" > "$TOKEN_FILE"',
};

const programs = { NODE: process.execPath, BATCH: programFile('wf0-batch') };

before(async () => {
  line = await makeCommandLine();
  await line.makeBareRemote({ from: line.project });
  await line.config({
    default_workflow: 'holds',
    retry: { max_attempts: 1 },
    workflows: Object.fromEntries(
      Object.entries(stages).map(([name, run]) => [
        name,
        {
          stages: [
            { name, run },
            { name: 'done', run: 'true' },
          ],
        },
      ]),
    ),
    env: { ...programs, GATE: told('gate'), ANSWER: told('answer'), TOKEN_FILE: told('token') },
  });
  await line.task('01-hold', 'priority: 1', 'Holds');
  await line.task('02-fail', 'workflow: fails\npriority: 2', 'Fails');
  await line.task('03-ask', 'workflow: asks\npriority: 1', 'Asks');
  await line.task('04-after', 'depends_on: [02]', 'After');
  await line.task('05-later', 'depends_on: [01]', 'Later');
  await line.schedule(['create', 'md=tasks']);
  const started = await line.batch(['start', '--engine', 'process', '--parallel', '3']);
  assert.equal(started.code, 0, started.err);
  await eventually('02-fail has failed', async () => (await item('02-fail'))?.state === 'failed');
  await eventually('03-ask asks', async () => (await item('03-ask'))?.needs_attention?.question === 'which colour?');
});
after(async () => {
  await line.batch(['stop', '--force']);
  await line.remove();
});

describe('while it runs', () => {
  it('status --json has counts, stages, phases, pids, the last output without its colours, and who needs attention', async () => {
    const seen = await eventually('the output shows', async () => {
      const newest = await status();
      return (newest.items.find(({ id }) => id === '01-hold')?.last_output.length ?? 0) > 0 ? newest : null;
    });
    assert.deepEqual([seen.state, seen.scheduler.running], ['running', true]);
    assert.deepEqual(seen.counts, { queued: 1, running: 2, completed: 0, failed: 1, skipped: 1, stopped: 0, total: 5 });
    const held = seen.items.find(({ id }) => id === '01-hold');
    assert.deepEqual([held?.stage, held?.last_output], ['holds', ['═══ Phase 4: Panel ═══', 'holding']]);
    assert.deepEqual([held?.phase, held?.progress], ['Phase 4: Panel', 0.4]);
    assert.equal(typeof held?.pid, 'number');
  });

  it('status is a page of text without a colour, for no terminal', async () => {
    const { code, out } = await line.batch(['status']);
    assert.equal(code, 0);
    assert.doesNotMatch(out, /\u001b/);
    for (const part of [
      '📊 Batch Execution Status\n══',
      ' running\n',
      '🔄 In Progress: 2',
      '❌ Failed:      1',
      '📋 Scheduler: ✅ running',
      '❓ 03-ask  which colour?',
      '❌ 02-fail  fails exited with 7: broken',
    ])
      assert.ok(out.includes(part), `${part}\n${out}`);
  });

  it('why says for each work that is not running what it waits for', async () => {
    const { out, code } = await line.batch(['why']);
    assert.equal(code, 0);
    assert.deepEqual(out.split('\n'), [
      '❌ 02-fail  failed: fails exited with 7: broken',
      '     wf0-batch retry 02-fail',
      '⏭ 04-after  skipped since 02-fail failed',
      '     wf0-batch retry 02-fail',
      '⏳ 05-later  waits for 01-hold, which is running',
      '',
    ]);
    assert.match((await line.batch(['why', '01-HOLD'])).out, /^🔄 01-hold {2}worker-\d runs holds since /);
    const json = JSON.parse((await line.batch(['why', '05-later', '--json'])).out) as readonly object[];
    assert.deepEqual(json, [
      { id: '05-later', state: 'queued', sentence: 'waits for 01-hold, which is running', command: null },
    ]);
  });

  it('logs gives the bytes of a work as it wrote them, and follows until it ends', async () => {
    const { out, err, code } = await line.batch(['logs', '02-fail']);
    assert.deepEqual([code, out.replaceAll('\r', '')], [0, 'broken\n']);
    assert.match(err, /^── 1\.\d\d-fails ──\n$/);
    assert.match((await line.batch(['logs', '01-hold'])).out, /\u001b\[32mholding\u001b\[0m/);
  });

  it('logs names what there is instead', async () => {
    const bad = async (...args: string[]): Promise<string> => line.mask((await line.batch(['logs', ...args])).err);
    assert.equal(
      await bad('04-after'),
      threeLines('04-after has not run yet', 'the logs of 04-after', 'see: wf0-batch why 04-after'),
    );
    assert.equal(
      await bad('02-fail', '--stage', 'fals'),
      threeLines(
        '02-fail has no log of the stage fals',
        'the logs of 02-fail',
        'did you mean fails? Stages that ran: fails',
      ),
    );
    assert.equal(
      await bad('02-fail', '--attempt', '9'),
      threeLines('02-fail has no such log of attempt 9', 'the logs of 02-fail', 'attempts that ran: 1'),
    );
    assert.equal(
      await bad('02-fai'),
      threeLines('there is no work 02-fai in the batch', 'batch BATCH', 'did you mean 02-fail? See: wf0-batch status'),
    );
    assert.equal(
      await bad('worker-9'),
      threeLines('there is no worker-9 in the batch', 'batch BATCH', 'workers there are: worker-1, worker-2, worker-3'),
    );
    assert.match((await line.batch(['logs', 'scheduler'])).out, /scheduler of batch/);
    assert.match((await line.batch(['logs', 'worker-1'])).out, /worker-1 is ready/);
  });

  it('attach says that plain processes have no sessions', async () => {
    const { code, err } = await line.batch(['attach', '01-hold']);
    assert.deepEqual(
      [code, line.mask(err)],
      [
        1,
        threeLines(
          'the processes of this batch have no sessions to attach to',
          'batch BATCH (--engine process)',
          'read along: wf0-batch logs 01-hold -f',
        ),
      ],
    );
  });

  it('clean leaves everything of an unfinished batch alone', async () => {
    const { code, out, err } = await line.batch(['clean', '--yes']);
    assert.deepEqual([code, out], [0, 'nothing to remove\n']);
    assert.match(
      line.mask(err),
      /^stays {2}01-hold {2}ROOT\/\.worktrees\/01-hold {2}[\d.]+ [KM]B: batch BATCH is unfinished$/m,
    );
  });

  it('tell is refused with a token that is not of a running attempt', async () => {
    const { batch_run_id } = await status();
    const env = { WF_ATTEMPT_TOKEN: 'old', WF_REPO_ROOT: line.project, WF_BATCH_RUN_ID: batch_run_id };
    const { code, err } = await line.batch(['tell', 'waiting'], { env, cwd: line.folder });
    assert.deepEqual([code, err.split('\n')[0]], [1, 'error: this attempt was given up; what it reports is not taken']);
  });

  it('watch is left by Ctrl+C, and the batch goes on', async () => {
    const child = line.begin(['watch', '--all']);
    let out = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (out += text));
    await eventually('the past was shown', () => out.includes('02-fail failed'));
    child.kill('SIGINT');
    const [code] = (await once(child, 'close')) as [number];
    assert.equal(code, 0);
    assert.match(out, /^\d\d:\d\d:\d\d batch created: 5 works, 3 at a time\n/);
    assert.equal((await status()).state, 'running');
  });
});

describe('to its end', () => {
  it('logs -f ends with its work and has every byte; watch ends with the batch', async () => {
    const read = (args: readonly string[]): { readonly text: () => string; readonly closed: Promise<unknown[]> } => {
      const child = line.begin(args);
      let text = '';
      child.stdout?.setEncoding('utf8').on('data', (more: string) => (text += more));
      return { text: () => text, closed: once(child, 'close') };
    };
    const logs = read(['logs', '01-hold', '-f']);
    const watch = read(['watch']);
    await eventually('it has begun', () => logs.text().includes('holding') && watch.text() !== '');
    writeFileSync(told('gate'), '');
    writeFileSync(told('answer'), '');
    assert.deepEqual((await logs.closed)[0], 0);
    assert.match(logs.text().replaceAll('\r', ''), /holding\u001b\[0m\nlet go\n$/);
    assert.deepEqual((await watch.closed)[0], 0);
    assert.match(
      watch.text(),
      /03-ask no longer waits for an answer[\s\S]*batch completed[\s\S]*❌ 3 of 5 works completed, 1 failed, 1 skipped/,
    );
  });

  it('report says what became of each work, as Markdown and as JSON', async () => {
    const { out } = await line.batch(['report']);
    assert.match(line.mask(out), /^# Batch BATCH\n\n3 of 5 works completed, 1 failed, 1 skipped in /);
    assert.match(
      out,
      /### ❌ 02-fail\n\n- Why: failed: fails exited with 7: broken\n- What to do: read `wf0-batch logs 02-fail`/,
    );
    const json = JSON.parse((await line.batch(['report', '--format', 'json'])).out) as { readonly counts: object };
    assert.deepEqual(json.counts, { queued: 0, running: 0, completed: 3, failed: 1, skipped: 1, stopped: 0, total: 5 });
  });

  it('a token of an attempt that has ended is refused', async () => {
    const env = {
      WF_ATTEMPT_TOKEN: readFileSync(told('token'), 'utf8'),
      WF_REPO_ROOT: line.project,
      WF_BATCH_RUN_ID: (await status()).batch_run_id,
    };
    assert.equal((await line.batch(['tell', 'done'], { env })).code, 1);
  });

  it('clean shows with --dry-run what can go, asks for a yes, and removes what is clean and delivered', async () => {
    const place = join(line.project, '.worktrees/02-fail');
    await line.write(place, 'half.txt', 'not committed\n');
    const kept = await line.batch(['clean', '--dry-run']);
    assert.match(
      line.mask(kept.err),
      /^stays {2}02-fail {2}ROOT\/\.worktrees\/02-fail {2}[\d.]+ [KM]B: it has uncommitted changes: half\.txt\n$/,
    );
    assert.equal(kept.out, 'nothing to remove\n');
    await line.git(place, 'clean', '-qf');
    const dry = await line.batch(['clean', '--dry-run']);
    assert.match(
      line.mask(dry.out),
      /^remove 02-fail {2}ROOT\/\.worktrees\/02-fail {2}[\d.]+ [KM]B\nwould free [\d.]+ [KM]B; no changes made\n$/,
    );
    const unasked = await line.batch(['clean']);
    assert.deepEqual(
      [unasked.code, unasked.err],
      [
        1,
        threeLines(
          'nobody is there to say yes',
          'standard input is no terminal',
          'look first: wf0-batch clean --dry-run; then: wf0-batch clean --yes',
        ),
      ],
    );
    assert.match((await line.batch(['clean', '--yes'])).out, /\nremoved 1 worktree, [\d.]+ [KM]B\n$/);
    assert.doesNotMatch(await line.git(line.project, 'worktree', 'list'), /02-fail/);
  });
});
