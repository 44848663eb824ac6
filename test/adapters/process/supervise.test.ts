import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { supervise } from '../../../src/adapters/process/supervise.ts';
import { makeClock } from '../../../src/adapters/system/clock.ts';
import { eventually } from '../../support/eventually.ts';

/** Runs `script` under supervision; each start appends a line to `starts`. */
const begin = (context: TestContext, script: string) => {
  const folder = mkdtempSync(join(tmpdir(), 'wf0-supervise-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'starts');
  writeFileSync(file, '');
  const lines: string[] = [];
  const log = {
    info: () => undefined,
    warn: (line: string) => lines.push(line),
    error: (line: string) => lines.push(line),
  };
  const end = new AbortController();
  const code = supervise({
    makeArgv: () => ['sh', '-c', `echo started >> starts; ${script}`],
    cwd: folder,
    clock: makeClock(),
    log,
    signal: end.signal,
    firstPauseMs: 0,
  });
  return { code, end, lines, starts: () => readFileSync(file, 'utf8').split('\n').length - 1 };
};

test('a program that ends well is not started again', async (context) => {
  const run = begin(context, 'exit 0');
  assert.equal(await run.code, 0);
  assert.equal(run.starts(), 1);
});

test('a program that is killed is started again', async (context) => {
  const run = begin(context, 'test $(wc -l < starts) -gt 2 || kill -KILL $$');
  assert.equal(await run.code, 0);
  assert.equal(run.starts(), 3);
  assert.match(run.lines[0] ?? '', /SIGKILL; it starts again/);
});

test('a program that always crashes is started five times more, and then the command to go on is named', async (context) => {
  const run = begin(context, 'exit 9');
  assert.equal(await run.code, 9);
  assert.equal(run.starts(), 6);
  assert.match(run.lines.at(-1) ?? '', /wf0-batch resume/);
});

test('after a hang-up the program is ended and not started again', async (context) => {
  const run = begin(context, 'exec sleep 60');
  await eventually('it runs', () => run.starts() === 1);
  run.end.abort();
  assert.equal(await run.code, 0);
  assert.equal(run.starts(), 1);
});
