/** What could steer a terminal is on none of our screens, wherever it came from, and stays in the raw logs. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { clean, cleanLines, escapeControls } from '../../src/view/clean.ts';
import { makeCommandLine, type CommandLine } from '../support/command-line.ts';
import { batchFolder, expectCode, leaveNothing } from '../support/running-batch.ts';

const escape = '\u001b';
/** Each does something to a terminal: clipboard, title, cursor, colours that hide, direction of writing, 8-bit forms. */
const attacks = {
  clipboard: `${escape}]52;c;ZXZpbA==\u0007`,
  title: `${escape}]0;owned${escape}\\`,
  link: `${escape}]8;;http://evil.example\u0007here${escape}]8;;\u0007`,
  cursor: `${escape}[2J${escape}[1;1H`,
  hidden: `${escape}[8m`,
  device: `${escape}P$q"p${escape}\\${escape}c`,
  eightBit: '\u009d0;owned\u009c\u009b2J\u0085',
  direction: '\u202etxt.exe\u202c\u2066\u2069\u200f',
  breaks: 'a\u2028b\u2029c\r\b\b\u007f',
};
const all = Object.values(attacks).join('x');
/** Of these a line end is the only one that a screen without colours may have. */
const steering = /[^\P{Cc}\n]|[\p{Bidi_Control}\p{Zl}\p{Zp}\uFEFF]/u;

const expectClean = (text: string, where: string): void => {
  const at = text.search(steering);
  assert.equal(at, -1, `${where}: ${JSON.stringify(text.slice(Math.max(0, at - 60), at + 60))}`);
};

let line: CommandLine;
const strangeBranch = 'dev\u202e\u2066x';
before(async () => {
  line = await makeCommandLine();
  await line.git(line.project, 'branch', strangeBranch);
  await line.config({
    retry: { max_attempts: 1 },
    default_base_branch: strangeBranch,
    default_workflow: 'prints',
    workflows: {
      prints: { stages: [{ name: 'st\u202ege', run: `printf '%s\\n' "$WF_WORK_TITLE" "$WF_PARAM_EVIL"; exit 3` }] },
      'g\u202erep': { stages: [{ name: 'run', run: 'cat "$WF_PARAM_RESULT" > "$WF_RESULT_FILE"' }] },
      hook: { stages: [{ name: 'run', run: 'git commit -q --allow-empty -m x' }] },
    },
  });
  writeFileSync(join(line.folder, 'result'), JSON.stringify({ outcome: 'fail', message: all }));
  mkdirSync(join(line.project, 'tasks'));
  const work = (id: string, more: object): object => ({
    id,
    title: `t${all}`,
    group: `g${all}`,
    labels: [all],
    ...more,
  });
  const schedule = {
    sources: [{ type: 'markdown', query: all }],
    works: [
      work('a', { params: { evil: all }, source: { type: 'local', ref: all, url: `http://x/${all}` } }),
      work('b', { workflow: 'g\u202erep', params: { result: join(line.folder, 'result') } }),
      work('c', { dependencies: ['a', '\u202e#12\u2066'] }),
    ],
  };
  await line.write(line.project, '.wf/schedule.json', JSON.stringify(schedule));
});
after(() => leaveNothing(line));

describe('what could steer a terminal', () => {
  it('is on no screen before the start: schedule, plan, warnings', async () => {
    for (const args of [
      ['show'],
      ['show', '--json'],
      ['validate'],
      ['validate', '--json'],
      ['edit', 'a', `group=x${all}`],
    ]) {
      const { out, err } = await line.schedule(args);
      expectClean(out + err, args.join(' '));
      assert.ok((out + err).length > 20, args.join(' '));
    }
    for (const args of [['--dry-run'], ['--dry-run', '--json']]) {
      const screen = expectCode(await line.batch(['start', '--allow-missing', ...args]), 0);
      expectClean(screen.out + screen.err, args.join(' '));
    }
  });

  it('is on no screen of a batch whose works print it, fail with it and are called by it', async () => {
    const followed = await line.batch(['start', '--allow-missing', '--engine', 'process', '--follow']);
    expectCode(followed, 3);
    expectClean(followed.out + followed.err, 'start --follow');
    const verbs = [
      ['status'],
      ['status', '--json'],
      ['why'],
      ['why', '--json'],
      ['report'],
      ['report', '--format', 'json'],
    ];
    for (const args of [...verbs, ['clean', '--dry-run'], ['trust', '--show'], ['plan', 'list']]) {
      const { out, err } = await line.batch(args);
      expectClean(out + err, args.join(' '));
    }
    assert.match((await line.batch(['status'])).out, /txt\.exe/, 'the words of it are shown');
  });

  it('is in JSON as its escape, so that who reads it gets the text as it is', async () => {
    const { out } = await line.schedule(['show', '--json']);
    const { works } = JSON.parse(out) as { readonly works: readonly { readonly title: string }[] };
    assert.equal(works[0]?.title, `t${all}`);
  });

  it('is on no screen of an error, whatever part of the command line or of a file it was in', async () => {
    const wrong = [
      [all],
      ['start', `--only=${all}`],
      ['logs', all],
      ['retry', all],
      ['start', '--parallel', all],
      ['plan', 'show', all],
    ];
    for (const args of wrong) {
      const { code, out, err } = await line.batch(args);
      assert.notEqual(code, 70, err);
      expectClean(out + err, args.map((each) => JSON.stringify(each)).join(' '));
    }
    const name = `n${attacks.clipboard}${attacks.direction}${attacks.eightBit}.md`.replaceAll('/', '');
    writeFileSync(join(line.project, 'tasks', name), `---\ndepends_on: {a: b}\n---\n`);
    writeFileSync(
      join(line.project, 'tasks', 'good.md'),
      `---\nid: "${attacks.direction}"\nestimate_seconds: "${attacks.direction}"\n---\n# x\n`,
    );
    const { out, err } = await line.schedule(['create', 'md=tasks', '--append']);
    expectClean(out + err, 'create md=tasks');
    assert.match(err, /depends_on/);
  });

  it('is in the raw log of the stage as it was printed', async () => {
    const { out } = expectCode(await line.batch(['logs', 'a']), 0);
    for (const attack of [attacks.clipboard, attacks.title, attacks.direction]) assert.ok(out.includes(attack));
    assert.ok(batchFolder(line).length > 0);
  });
});

describe('the doors to the terminal', () => {
  const part = fc.oneof(
    fc.constantFrom(...Object.values(attacks), escape, '\u009b', '\u009d', '\u0007', '\u009c', '\n', ' ', 'a', '[31m'),
    fc.string({ unit: 'binary', maxLength: 4 }),
  );
  const text = fc.array(part, { maxLength: 20 }).map((parts) => parts.join(''));
  const numRuns = process.env['WF_LONG'] === '1' ? 200_000 : 5000;

  it('let nothing through, and shown twice a text is the same', () => {
    fc.assert(
      fc.property(text, (given) => {
        expectClean(clean(given), 'clean');
        expectClean(cleanLines(given), 'cleanLines');
        assert.equal(clean(clean(given)), clean(given));
        expectClean(escapeControls(given).replace(/\u001b\[[\d;]*m|\t/g, ''), 'escapeControls');
      }),
      { numRuns, seed: 1 },
    );
  });

  it('leave JSON that says the same', () => {
    fc.assert(
      fc.property(text, (given) => {
        assert.deepEqual(JSON.parse(escapeControls(JSON.stringify({ given }, null, 2))), { given });
      }),
      { numRuns, seed: 1 },
    );
  });
});
