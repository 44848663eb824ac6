/** What the panel does to a terminal while it is open, and what it leaves behind however it ends. */
import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, describe, it } from 'node:test';
import { makeCommandLine, type CommandLine } from '../support/command-line.ts';
import { eventually } from '../support/eventually.ts';
import { ourProgram, sitDown, type Person } from '../support/person.ts';
import { leaveNothing, status, written } from '../support/running-batch.ts';
import { linesOf, openXterm, writeTo } from './scenes.ts';

let line: CommandLine;
let person: Person;
const told = (name: string): string => join(line.folder, name);
const columns = 80;
const rows = 24;

before(async () => {
  line = await makeCommandLine();
  const holds = 'i=0; while [ ! -e "$GATE" ]; do i=$((i+1)); echo "line $i 部品"; sleep 0.5; done';
  const stubborn = 'trap "" TERM; echo stubborn; while :; do sleep 0.1; done';
  await line.config({
    default_workflow: 'holds',
    push: { enabled: false },
    batch: { stop_grace: '60s' },
    workflows: {
      holds: { worktree: false, stages: [{ name: 'holds', run: holds }] },
      stubborn: { worktree: false, stages: [{ name: 'stubborn', run: stubborn }] },
      quick: { worktree: false, stages: [{ name: 'quick', run: 'while [ ! -e "$QUICK" ]; do sleep 0.1; done' }] },
    },
    env: { GATE: told('gate'), QUICK: told('quick') },
  });
  await line.task('01-hold');
  await line.task('02-next', 'depends_on: [01]');
  await line.schedule(['create', 'md=tasks']);
  const started = await line.batch(['start', '--engine', 'process', '--parallel', '1']);
  assert.equal(started.code, 0, started.err);
  person = await sitDown(line, 'person', [columns, rows]);
});
after(async () => {
  await (person as Person | undefined)?.leave();
  await leaveNothing(line);
});

const clear = async (): Promise<void> => {
  await person.type('clear; echo fresh');
  await person.sees(/^fresh/);
};

/** The shell's screen is back, with a cursor, and lines and echo as a shell needs them. */
const isRestored = async (): Promise<void> => {
  assert.equal(await person.ask('#{alternate_on} #{cursor_flag} #{wrap_flag}'), '0 1 1');
  const screen = await person.screen();
  assert.doesNotMatch(screen, /[╭│╰]/, screen);
  await clear();
  await person.type('stty -a');
  assert.match(await person.sees(/icanon/), / icanon[\s\S]* echo /);
};

describe('a panel that ends', () => {
  for (const [signal, code] of [
    ['SIGTERM', 0],
    ['SIGHUP', 129],
  ] as const)
    it(`by ${signal} leaves the terminal as it was`, async () => {
      await clear();
      await person.type(
        `sh -c 'echo $$ > "$0"; exec "$@" watch' '${told(signal)}' ${ourProgram}; echo "ended with $?"`,
      );
      await person.sees(/Batch Orchestration/);
      process.kill(Number(await written(told(signal))), signal);
      await person.sees(new RegExp(`ended with ${code}`));
      await isRestored();
    });

  for (const where of ['paint', 'elsewhere'])
    it(`since something throws (${where}) leaves the terminal as it was, and the error on it`, async () => {
      const up = import.meta.url.endsWith('.js') ? './breaks.js' : '../../dist/test/dashboard/breaks.js';
      await clear();
      await person.type(
        `'${process.execPath}' '${fileURLToPath(new URL(up, import.meta.url))}' ${where}; echo "ended with $?"`,
      );
      await person.sees(/Batch Orchestration/);
      const screen = await person.sees(/ended with 1/);
      assert.match(screen, /Error: thrown/);
      await isRestored();
    });

  it('by Ctrl+C leaves watch, and the batch runs on', async () => {
    await clear();
    await person.run('watch');
    await person.sees(/Batch Orchestration/);
    await person.press('C-c');
    await person.sees(/left; the batch goes on[\s\S]*ended with 0/);
    await isRestored();
    assert.deepEqual([(await status(line)).state, (await status(line)).scheduler.running], ['running', true]);
  });
});

describe('while it is open', () => {
  it('only lines that changed are written, each frame in one synchronized update, none longer than the window', async () => {
    await clear();
    const bytes = await person.record();
    await person.run('watch');
    await person.sees(/line \d+ 部品/);
    const frames = await eventually('some frames', () => {
      const found = [...bytes().matchAll(/\u001b\[\?2026h(.*?)\u001b\[\?2026l/gsu)].map(([, frame = '']) => frame);
      return found.length >= 8 ? found : null;
    });
    const shown = new Map<number, string>();
    for (const [i, frame] of frames.entries()) {
      const written = [...frame.matchAll(/\u001b\[(\d+);1H(.*?)(?=\u001b\[\d+;1H|$)/gsu)];
      assert.ok(written.length === (i === 0 ? rows : written.length) && written.length >= 1, JSON.stringify(frame));
      for (const [, row, text = ''] of written) {
        const bare = text.replace('\u001b[2K', '');
        assert.notEqual(shown.get(Number(row)), bare, `row ${row} of frame ${i} had not changed`);
        shown.set(Number(row), bare);
      }
      if (i > 0) assert.doesNotMatch(frame, /\u001b\[2J/);
    }
    assert.equal(shown.size, rows);
    const outside =
      bytes()
        .split('\u001b[?1049h')[1]
        ?.replace(/\u001b\[\?2026h.*?\u001b\[\?2026l/gsu, '') ?? '';
    assert.match(outside, /^\u001b\[\?25l\u001b\[\?7l(\u001b\[\?2026h.*)?$/s);
    const terminal = openXterm(columns, rows);
    await writeTo(terminal, bytes());
    assert.equal(terminal.buffer.active.baseY, 0);
    for (const each of linesOf(terminal).slice(1, -1)) assert.match(each, /^[│├].*[│┤]$/);
    terminal.dispose();
  });

  it('comes back after Ctrl+Z and fg', async () => {
    await person.press('C-z');
    await person.sees(/Stopped|fresh/);
    assert.equal(await person.ask('#{alternate_on}'), '0');
    await person.type('fg');
    await person.sees(/Batch Orchestration/);
    await person.press('q');
    await person.sees(/ended with \d/);
  });

  it('has colours, and none with NO_COLOR', async () => {
    const colour = /\u001b\[(?:\d+;)*3\d/;
    for (const [before, hasColours] of [
      ['', true],
      ['NO_COLOR=1', false],
    ] as const) {
      await clear();
      await person.run('watch', before);
      await person.sees(/Batch Orchestration/);
      assert.equal(colour.test(await person.screen({ withColours: true })), hasColours);
      await person.press('q');
      await person.sees(/ended with 0/);
    }
  });

  it('a dumb terminal, and a pipe, get plain lines', async () => {
    await clear();
    await person.run('watch', 'TERM=dumb');
    await person.sees(/\d\d:\d\d:\d\d 01-hold running holds/);
    assert.equal(await person.ask('#{alternate_on}'), '0');
    await person.press('C-c');
    await person.sees(/ended with 0/);
    await clear();
    await person.type(`timeout -s INT 8 ${ourProgram} watch > '${told('lines')}'; echo "ended with $?"`);
    await person.sees(/ended with \d/);
    const lines = readFileSync(told('lines'), 'utf8');
    assert.match(lines, /^(\d\d:\d\d:\d\d [^\p{Cc}]+\n)+$/u);
  });
});

describe('start --follow on a terminal', () => {
  it('shows the panel to the end of the batch, then the summary and its exit code', async () => {
    await line.batch(['stop', '--force']);
    await line.task('03-quick', 'workflow: quick');
    await line.schedule(['create', 'md=tasks/03-quick.md']);
    await clear();
    await person.run('start --follow --engine process');
    await person.sees(/Batch Orchestration \(0\/1 tasks\)/);
    writeFileSync(told('quick'), '');
    await person.sees(/1 of 1 work completed[\s\S]*ended with 0/);
    await isRestored();
  });

  it('Ctrl+C stops the batch, a second one at once; the exit code says so', async () => {
    await line.task('04-stubborn', 'workflow: stubborn');
    await line.schedule(['create', 'md=tasks/04-stubborn.md']);
    await clear();
    await person.run('start --follow --engine process');
    await person.sees(/\[04-stubborn\] stubborn/);
    await person.press('C-c');
    await person.sees(/─ stopping ─/);
    await person.press('C-c');
    await person.sees(/0 of 1 work completed, 1 stopped[\s\S]*ended with 4/);
    await isRestored();
  });

  it('q leaves the batch running, and the exit code says that nobody waited for its end', async () => {
    rmSync(told('quick'));
    await line.task('05-quick', 'workflow: quick');
    await line.schedule(['create', 'md=tasks/05-quick.md']);
    await clear();
    await person.run('start --follow --engine process');
    await person.sees(/Batch Orchestration/);
    await person.press('q');
    await person.sees(/left; the batch goes on[\s\S]*ended with 130/);
    writeFileSync(told('quick'), '');
    await eventually('it completes', async () => (await status(line)).state === 'completed');
  });
});
