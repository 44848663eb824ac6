/** The panel in a real terminal, in front of a real batch: every key. The tests are one sitting, in this order. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { makeCommandLine, programFile, type CommandLine } from '../support/command-line.ts';
import { eventually } from '../support/eventually.ts';
import { sitDown, type Person } from '../support/person.ts';
import { item, leaveNothing, status } from '../support/running-batch.ts';

let line: CommandLine;
let person: Person;
const told = (name: string): string => join(line.folder, name);

const stages = {
  holds: 'printf "\\033[32mholding 部品\\033[0m\\n"; while [ ! -e "$GATE" ]; do sleep 0.05; done; echo let go',
  fails: 'echo broken >&2; exit 7',
  blocks:
    '[ -n "$WF_ANSWER" ] && echo "told $WF_ANSWER" && exit 0; echo \'{"outcome":"blocked","question":"which colour?"}\' > "$WF_RESULT_FILE"',
};

before(async () => {
  line = await makeCommandLine();
  await line.config({
    default_workflow: 'holds',
    retry: { max_attempts: 1 },
    push: { enabled: false },
    workflows: Object.fromEntries(Object.entries(stages).map(([name, run]) => [name, { stages: [{ name, run }] }])),
    env: { GATE: told('gate'), NODE: process.execPath, BATCH: programFile('wf0-batch') },
  });
  await line.task('01-hold', 'priority: 2', 'Holds');
  await line.task('02-fail', 'workflow: fails\npriority: 1', 'Fails');
  await line.task('03-block', 'workflow: blocks\npriority: 1', 'Blocks');
  await line.task('04-after', 'depends_on: [01]', 'After');
  await line.task('05-later', 'depends_on: [01]', 'Later 部品');
  await line.schedule(['create', 'md=tasks']);
  const started = await line.batch(['start', '--parallel', '1']);
  assert.equal(started.code, 0, started.err);
  await eventually('all that can end has ended', async () => {
    const { counts, items } = await status(line);
    return counts.failed === 1 && items.some(({ needs_attention }) => needs_attention !== null) && counts.running === 1;
  });
  person = await sitDown(line, 'person', [100, 30]);
  await person.type('echo before the panel');
  await person.run('watch');
});
after(async () => {
  await (person as Person | undefined)?.leave();
  await leaveNothing(line);
});

const chosen = async (): Promise<string> => /▸ (\S+)/.exec(await person.screen())?.[1] ?? '';
const chooses = (id: string): Promise<string> => person.sees(new RegExp(`▸ ${id}`));

describe('watch on a terminal', () => {
  it('shows the batch: who asks, what failed, what runs, what is next', async () => {
    const screen = await person.sees(/holding 部品/);
    assert.match(screen, /^╭─ Batch Orchestration \(2\/5 tasks\) ─+ running ─╮/);
    const rows = [...screen.matchAll(/^│ [▸ ] (\S+) +(?:\S+ )*?(❓|❌|🔄|⏳) (.*?) *│$/gmu)].map(
      ([, id, mark, text]) => [id, mark, text],
    );
    assert.deepEqual(rows.slice(0, 2), [
      ['03-block', '❓', 'which colour?'],
      ['02-fail', '❌', 'fails exited with 7: broken'],
    ]);
    assert.match(String(rows[2]), /^01-hold,🔄,Phase 1: holds \(running \d+s\)$/);
    assert.match(String(rows[3]), /^04-after,⏳,Queued: waits for 01-hold in stage holds, about \S+ left$/);
    assert.match(screen, /Tasks Completed +█+░+ +2\/5, 40%/);
    assert.match(screen, /\[01-hold *\] holding 部品/);
  });

  it('j, k and the arrows choose a work, Home and End the first and the last', async () => {
    await person.press('j');
    await chooses('02-fail');
    await person.press('Down');
    await chooses('01-hold');
    await person.press('k', 'Up');
    await chooses('03-block');
    await person.press('End');
    await chooses('05-later');
    await person.press('Home');
    await chooses('03-block');
  });

  it('Enter opens a work with stages, error, worktree, base and output; Esc goes back', async () => {
    await person.press('j', 'Enter');
    const page = await person.sees(/─ 02-fail ─[\s\S]*── 1.01-fails ──\s[\s\S]*broken/);
    for (const part of [
      /Error +fails exited with 7: broken/,
      /Worktree +\S/,
      /Base +[0-9a-f]{40}/,
      /❌ fails +\d\d:\d\d:\d\dZ/,
    ])
      assert.match(page, part);
    await person.press('Escape');
    assert.match(await person.sees(/Batch Orchestration/), /▸ 02-fail/);
  });

  it('l shows the log and goes on with it; q goes back', async () => {
    await person.press('j', 'l');
    await person.sees(/─ Log of 01-hold ─[\s\S]*holding 部品/);
    await person.press('q');
    await person.sees(/Batch Orchestration/);
  });

  it('/ leaves the works that match, as it is typed; Esc brings all back', async () => {
    await person.press('/', 'l', 'a', 't', 'e', 'r');
    await person.sees(/▸ 05-later[\s\S]*╰─ \/later▏/);
    assert.doesNotMatch(await person.screen(), /02-fail +❌/);
    await person.press('Enter');
    await person.sees(/╰─ \/later esc: all/);
    await person.press('Escape');
    await person.sees(/02-fail/);
  });

  it('? shows the keys', async () => {
    await person.press('?');
    await person.sees(/─ Keys ─[\s\S]*attach to the session/);
    await person.press('q');
    await person.sees(/Batch Orchestration/);
  });

  it('a attaches to the work’s session and comes back', async () => {
    await person.press('Home', 'j', 'j');
    await chooses('01-hold');
    await person.press('a');
    await eventually('a client sits in the session', async () =>
      (await line.tmux('list-clients', '-F', '#{client_session}')).out.includes('wf-batch-worker-1'),
    );
    await person.sees(/── 01-hold · holds/);
    await person.press('C-b', 'd');
    await person.sees(/Batch Orchestration[\s\S]*▸ 01-hold/);
  });

  it('a refuses a work that does not run, in words', async () => {
    await person.press('Home', 'j');
    await chooses('02-fail');
    await person.press('a');
    await person.sees(/╰─ 02-fail is not running; see: wf0-batch why 02-fail/);
  });

  it('r retries a failed work; a blocked one asks for the answer first', async () => {
    await person.press('r');
    await person.sees(/02-fail is queued again/);
    await person.press('Home', 'r');
    await person.sees(/answer to 03-block: ▏/);
    await person.press('r', 'e', 'e', 'BSpace', 'd', 'Enter');
    await person.sees(/03-block is queued again/);
    assert.equal((await item(line, '03-block')).state, 'queued');
  });

  it('p pauses and goes on', async () => {
    await person.press('p');
    await person.sees(/─ paused ─╮[\s\S]*paused: nothing new starts/);
    assert.equal((await status(line)).state, 'paused');
    await person.press('p');
    await person.sees(/─ running ─╮/);
    assert.equal((await status(line)).state, 'running');
  });

  it('s asks first: anything but y and w stops nothing; w stops the one work', async () => {
    await person.press('End');
    const id = await chosen();
    await person.press('s');
    await person.sees(new RegExp(`stop the batch\\? y: yes, w: only ${id}`));
    await person.press('x');
    await person.sees(/not stopped/);
    assert.deepEqual([(await status(line)).state, (await item(line, id)).state], ['running', 'queued']);
    await person.press('s', 'w');
    await eventually(`${id} is stopped`, async () => (await item(line, id)).state === 'stopped');
  });

  it('another size of the window is drawn anew and nothing of the old frame stays', async () => {
    for (const [columns, rows] of [
      [40, 20],
      [200, 60],
      [60, 10],
    ] as const) {
      await person.resize(columns, rows);
      const screen = await person.sees(new RegExp(`^╭[^\\n]{${columns - 40},}╮\\n[\\s\\S]*╯\\n?$`));
      const lines = screen.trimEnd().split('\n');
      assert.equal(lines.length, rows);
      assert.equal(lines.filter((each) => /^[╭╰]/.test(each)).length, 2, screen);
    }
    await person.resize(100, 30);
  });

  it('q leaves the terminal as it was, and the batch running', async () => {
    await person.sees(/^╭[^\n]{95}/);
    await person.press('q');
    const screen = await person.sees(/ended with 0/);
    assert.match(screen, /before the panel/);
    assert.doesNotMatch(screen, /Orchestration|[╭│]/);
    assert.match(screen, /left; the batch goes on/);
    assert.deepEqual(await person.ask('#{alternate_on} #{cursor_flag} #{wrap_flag}'), '0 1 1');
    await person.type('stty -a');
    assert.match(await person.sees(/icanon/), / icanon[\s\S]* echo /);
    assert.equal((await status(line)).scheduler.running, true);
  });

  it('s and y stop the batch; the panel ends with the summary', async () => {
    await person.type('clear');
    await person.run('watch');
    await person.sees(/Batch Orchestration/);
    await person.press('s', 'y');
    const screen = await person.sees(/ended with 0/);
    assert.match(screen, /of 5 works completed/);
    assert.equal((await status(line)).state, 'stopped');
    writeFileSync(told('gate'), '');
  });
});
