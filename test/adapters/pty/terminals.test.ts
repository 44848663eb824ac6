import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { findChange } from '../../../src/adapters/pty/changed-files.ts';
import {
  folder,
  processes,
  removeFolder,
  runStage,
  stages,
  startStage,
  sweep,
  terminals,
  warnings,
} from './stage-runs.ts';

after(removeFolder);

const runs = process.env['WF_LONG'] === '1' ? 500 : 50;

/** Calls `body` `count` times, four at a time. */
const fourAtATime = async (count: number, body: () => Promise<void>): Promise<void> => {
  let left = count;
  await Promise.all(
    Array.from({ length: 4 }, async () => {
      while (left-- > 0) await body();
    }),
  );
};

const linesOf = (bytes: number): string =>
  Array.from({ length: Math.floor(bytes / 16) }, (_, i) => `line ${String(i + 1).padStart(10, '0')}\r\n`).join('');

const digest = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');

test('a pseudo-terminal can be made here', async () => assert.equal(await terminals.problem(), null));

for (const [bytes, code] of [
  [1_000_000, 0],
  [20_480, 3],
] as const) {
  test(`no byte and no exit code is lost of ${runs} stages that print ${bytes} bytes and exit at once`, async () => {
    const expected = digest(linesOf(bytes));
    await fourAtATime(runs, async () => {
      const { end, output, logFile } = await runStage('prints-and-exits', [String(bytes), String(code)]);
      assert.deepEqual(end, { kind: 'exited', code });
      assert.equal(digest(output()), expected);
      assert.equal(digest(readFileSync(logFile)), expected);
      writeFileSync(logFile, '');
    });
  });
}

test(`the signal is told and the last output is there for ${runs} stages that are killed`, async () => {
  await fourAtATime(runs, async () => {
    const { end, output } = await runStage('killed-by-signal');
    assert.deepEqual(end, { kind: 'signalled', signal: 'SIGKILL' });
    assert.equal(output().toString(), 'about to be killed\r\n');
  });
});

test('exit code 137 is told from an end by SIGKILL, and a real-time signal from exit code 0', async () => {
  assert.deepEqual((await runStage('/bin/sh', ['-c', 'exit 137'])).end, { kind: 'exited', code: 137 });
  assert.deepEqual((await runStage('killed-by-signal', ['TERM'])).end, { kind: 'signalled', signal: 'SIGTERM' });
  assert.deepEqual((await runStage('killed-by-signal', ['34'])).end, { kind: 'signalled', signal: 'SIGRTMIN' });
  assert.deepEqual((await runStage('exits-7')).end, { kind: 'exited', code: 7 });
});

test('the environment of a stage is exactly the given one', async () => {
  const env = { PATH: '/usr/bin:/bin', 'BASH_FUNC_x%%': '() { :; }', 'a.b': '', LANG: 'ü' };
  const { output } = await runStage('/usr/bin/env', [], { env });
  assert.deepEqual(
    output().toString().trim().split('\r\n').sort(),
    Object.entries(env)
      .map((e) => e.join('='))
      .sort(),
  );
});

test('a command that cannot be started ends as not_started, with the reason', async () => {
  const plain = join(folder, 'plain');
  writeFileSync(plain, 'echo', { mode: 0o644 });
  const lost = join(folder, 'lost');
  writeFileSync(lost, '#!/no/such/interpreter -x\n');
  chmodSync(lost, 0o755);
  const message = async (...request: Parameters<typeof runStage>): Promise<string> => {
    const { end, running } = await runStage(...request);
    assert.equal(end.kind, 'not_started');
    assert.equal(processes.isAlive(running.process), false);
    return end.kind === 'not_started' ? end.message : '';
  };
  assert.match(await message('', [], { argv: ['no-such-tool'], env: { PATH: '/bin' } }), /not found in PATH \(\/bin\)/);
  assert.match(await message('./missing'), /missing: no such command/);
  assert.match(await message('./plain'), /not executable; try chmod/);
  assert.match(await message('./lost'), /\/no\/such\/interpreter, which does not exist/);
  assert.match(await message(folder), /is a folder/);
  assert.match(await message('silent', [], { cwd: '/no/such/folder' }), /folder \/no\/such\/folder does not exist/);
  assert.match(await message('', [], { argv: [''] }), /empty/);
  assert.match(await message('silent', ['a\0b']), /NUL/);
  assert.match(await message('/bin/echo', ['x'.repeat(200_000)]), /Argument list too long/);
});

test('what is typed reaches the stage, and the stage is seen to wait for it', async () => {
  const run = await startStage('asks');
  await run.shows('Which colour? ');
  await waitsForInput(run.running);
  run.running.write('grün\r');
  assert.deepEqual(await run.running.ended, { kind: 'exited', code: 0 });
  assert.match(run.output().toString(), /You said: grün/);
  assert.equal(run.running.isReading(), false);
});

test('a question asked by a program on Node is seen as well; a stage that sleeps does not read', async () => {
  const script = `require('readline').createInterface({input:process.stdin,output:process.stdout}).question('? ',()=>process.exit(4))`;
  const run = await startStage(process.execPath, ['-e', script]);
  await run.shows('? ');
  await waitsForInput(run.running);
  run.running.write('\r');
  assert.deepEqual(await run.running.ended, { kind: 'exited', code: 4 });
  const other = await startStage('hangs');
  await other.shows('hanging');
  assert.equal(other.running.isReading(), process.platform === 'linux' ? false : null);
  other.running.stop({ force: true });
  await other.running.ended;
});

const perl = spawnSync('perl', ['-e', '1']).status === 0 && process.arch === 'x64' && process.platform === 'linux';
test(
  'screen programs that select or poll their terminal are seen to wait, and those that poll something else are not',
  { skip: perl ? false : 'needs Linux on x64 and perl, for its bare system calls' },
  async () => {
    const polling = (descriptor: string): string => `$|=1; print "ready"; ${descriptor}`;
    const scripts: readonly (readonly [what: string, script: string, waits: boolean])[] = [
      ['select', polling(`my $r=''; vec($r,0,1)=1; select($r,undef,undef,undef)`), true],
      ['poll', polling(`my $p=pack('iss',0,1,0); syscall(7,$p,1,-1)`), true],
      [
        'poll of a child that opens /dev/tty',
        polling(`open(my $t,'<','/dev/tty'); my $p=pack('iss',fileno($t),1,0); syscall(7,$p,1,-1)`),
        true,
      ],
      ['poll of a pipe', polling(`pipe(my $a,my $b); my $p=pack('iss',fileno($a),1,0); syscall(7,$p,1,-1)`), false],
      [
        'poll for writing alone',
        polling(`pipe(my $a,my $b); my $p=pack('ississ',0,0,0,fileno($a),1,0); syscall(7,$p,2,-1)`),
        false,
      ],
    ];
    for (const [what, script, waits] of scripts) {
      const run = await startStage('/usr/bin/env', ['perl', '-e', script]);
      await run.shows('ready');
      if (waits) await waitsForInput(run.running);
      else {
        await new Promise((resolve) => setTimeout(resolve, 100));
        assert.equal(run.running.isReading(), false, what);
      }
      run.running.stop({ force: true });
      await run.running.ended;
    }
  },
);

const waitsForInput = async (running: { isReading(): boolean | null }): Promise<void> => {
  if (process.platform !== 'linux') return;
  const deadline = performance.now() + 5_000;
  while (running.isReading() !== true) {
    assert.ok(performance.now() < deadline, 'the stage is seen to read');
    await new Promise((resolve) => setImmediate(resolve));
  }
};

test('200 KB typed at once arrive whole and in order', async () => {
  const lines = linesOf(200_000).replaceAll('\r', '');
  const count = lines.length;
  const script = `stty raw -echo; echo ready; head -c ${count} | sha256sum`;
  const run = await startStage('/bin/sh', ['-c', script]);
  await run.shows('ready');
  run.running.write(lines.slice(0, 70_000));
  run.running.write(Buffer.from(lines.slice(70_000)));
  assert.deepEqual(await run.running.ended, { kind: 'exited', code: 0 });
  assert.ok(run.output().includes(digest(lines)));
});

test('the window has the given size, and a new one is told', async () => {
  const run = await startStage('shows-size', [], { size: { columns: 101, rows: 31 } });
  await run.shows('31 101');
  run.running.resize({ columns: 55, rows: 12 });
  await run.shows('12 55');
  run.running.write('\r');
  await run.running.ended;
  run.running.resize({ columns: 1, rows: 1 });
});

test('characters that are cut by chunk borders arrive whole', async () => {
  const { output } = await runStage('/bin/sh', ['-c', 'yes "aü漢🎉" | head -n 20000']);
  assert.equal(output().toString(), 'aü漢🎉\r\n'.repeat(20_000));
});

test('the log is private, capped with one line that says so, and follows no link', async () => {
  const run = await runStage('prints-and-exits', ['100000'], { logLimitBytes: 5_000 });
  const text = readFileSync(run.logFile, 'utf8');
  assert.equal(statSync(run.logFile).mode & 0o777, 0o600);
  assert.equal(text.slice(0, 5_000), linesOf(100_000).slice(0, 5_000));
  assert.equal(
    text.slice(5_000),
    "\r\n[the log's limit of 5000 bytes is reached; the rest of the output is dropped]\r\n",
  );
  assert.equal(run.output().length, linesOf(100_000).length);
  const target = join(folder, 'target');
  writeFileSync(target, '');
  symlinkSync(target, join(folder, 'link.log'));
  const linked = await runStage('succeeds', [], { logFile: join(folder, 'link.log') });
  assert.deepEqual(linked.end, { kind: 'exited', code: 0 });
  assert.equal(readFileSync(target, 'utf8'), '');
  assert.match(warnings.at(-1) ?? '', /cannot be written/);
});

test(
  'a log on a full disk is told once and does not end the stage',
  { skip: process.platform !== 'linux' },
  async () => {
    warnings.length = 0;
    const { end, output } = await runStage('prints-and-exits', ['100000'], { logFile: '/dev/full' });
    assert.deepEqual(end, { kind: 'exited', code: 0 });
    assert.equal(output().toString(), linesOf(100_000));
    assert.equal(warnings.filter((text) => text.includes('ENOSPC')).length, 1);
  },
);

test('200 MB of output do not grow the memory', async () => {
  let total = 0;
  let most = 0;
  const before = process.memoryUsage.rss();
  const start = performance.now();
  const { end, logFile } = await runStage('floods', ['200000000'], {
    onOutput: (chunk) => {
      total += chunk.length;
      if (total % 64 === 0) most = Math.max(most, process.memoryUsage.rss());
    },
  });
  const seconds = (performance.now() - start) / 1000;
  assert.deepEqual(end, { kind: 'exited', code: 0 });
  assert.equal(total, 200_000_000);
  assert.ok(most - before < 100e6, `grew by ${most - before} bytes`);
  console.log(`200 MB in ${seconds.toFixed(1)} s, memory grew by ${((most - before) / 1e6).toFixed(0)} MB`);
  writeFileSync(logFile, '');
});

test('a stage that runs too long is ended with all that it started, though it ignores TERM', async () => {
  const run = await startStage('ignores-term', [], { timeoutMs: 200, graceMs: 100 });
  assert.deepEqual(await run.running.ended, { kind: 'timed_out', limit_ms: 200, limit: 'stage' });
  assert.deepEqual(processes.findByToken(run.token), []);
});

test('a stage that does nothing is ended as idle; held, its clock stands', async () => {
  const run = await startStage('hangs', [], { idleTimeoutMs: 200, graceMs: 1_000 });
  run.running.holdIdleClock(true);
  assert.equal(await Promise.race([run.running.ended, after400ms()]), 'still running');
  run.running.holdIdleClock(false);
  assert.deepEqual(await run.running.ended, { kind: 'idle', limit_ms: 200 });
});

const after400ms = (): Promise<string> => new Promise((resolve) => setTimeout(resolve, 400, 'still running'));

test('processor time, changed files and output each keep a stage from being idle', async () => {
  const cwd = mkdtempSync(join(folder, 'idle-'));
  const ends = await Promise.all([
    runStage('works-quietly', ['1200'], { idleTimeoutMs: 500 }),
    runStage('writes-files', ['15'], { idleTimeoutMs: 600, cwd }),
    runStage('/bin/sh', ['-c', 'for i in 1 2 3 4 5 6 7 8; do echo $i; sleep 0.15; done'], { idleTimeoutMs: 600 }),
  ]);
  for (const { end } of ends) assert.deepEqual(end, { kind: 'exited', code: 0 });
});

test('a changed file is found by its time, and one from the future is not', () => {
  const place = mkdtempSync(join(folder, 'changed-'));
  const since = Date.now() - 60_000;
  assert.equal(findChange(place, since), null);
  writeFileSync(join(place, 'a'), '');
  assert.ok((findChange(place, since) ?? 0) > since);
  utimesSync(join(place, 'a'), 4_000_000_000, 4_000_000_000);
  assert.equal(findChange(place, since), null);
});

test('a stop ends a stage gracefully, and a second one hardens it', async () => {
  const soft = await startStage('hangs');
  await soft.shows('hanging');
  soft.running.stop({ force: false });
  assert.deepEqual(await soft.running.ended, { kind: 'stopped' });
  const hard = await startStage('ignores-term', [], { graceMs: 60_000 });
  await hard.shows('ignoring');
  hard.running.stop({ force: false });
  hard.running.stop({ force: true });
  assert.deepEqual(await hard.running.ended, { kind: 'stopped' });
  assert.deepEqual(processes.findByToken(hard.token), []);
});

test('a stopped (SIGSTOP) stage is ended as well', async () => {
  const run = await startStage('hangs');
  await run.shows('hanging');
  processes.signal(run.running.process, 'SIGSTOP');
  run.running.stop({ force: false });
  assert.deepEqual(await run.running.ended, { kind: 'stopped' });
});

test('a background child that keeps the terminal open does not delay the end, and lives until it is swept', async () => {
  const run = await runStage('leaves-background-child');
  assert.deepEqual(run.end, { kind: 'exited', code: 0 });
  assert.notDeepEqual(processes.findByToken(run.token), []);
  await sweep(run);
  assert.deepEqual(processes.findByToken(run.token), []);
});

test('100 runs leave no descriptor open', { skip: process.platform !== 'linux' }, async () => {
  await runStage('silent');
  const count = (): number => readdirSync('/proc/self/fd').length;
  const before = count();
  for (let i = 0; i < 100; i++) await runStage('silent');
  assert.ok(count() <= before, `${before} before, ${count()} after`);
});

test('the fixtures lie where the tests look', () => assert.ok(readdirSync(stages).includes('exits-7')));
