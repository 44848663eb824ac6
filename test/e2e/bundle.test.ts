import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { makeCommandLine, type CommandLine } from '../support/command-line.ts';
import { batchFolder, expectCode, leaveNothing } from '../support/running-batch.ts';

const env = { DEPLOY_TOKEN: 'tok-ümlaut-4711-geheim', DB_PASSWORD: 'with "quotes" and \\ 4711' };
const ofAnotherEnvironment = ['ghp_0123456789abcdefghijABCDEFGHIJ', 'hunter2hunter2'];
const inConfig = 'only-the-config-knows-4711';

let line: CommandLine;
let unpacked: string;
before(async () => {
  line = await makeCommandLine();
  const run = `echo "token $DEPLOY_TOKEN and $DB_PASSWORD"; echo "$CONFIG_SECRET"; echo ${ofAnotherEnvironment[0]}; echo "MY_PASSWORD=${ofAnotherEnvironment[1]}"; printf 'raw \\377 byte\\n'; exit 3`;
  await line.config({
    env: { CONFIG_SECRET: inConfig },
    retry: { max_attempts: 1 },
    default_workflow: 'wf',
    workflows: { wf: { worktree: false, stages: [{ name: 'tells', run }] } },
  });
  await line.task('a');
  expectCode(await line.schedule(['create', 'md=tasks']), 0);
  expectCode(await line.batch(['start', '--follow', '--engine', 'process'], { env }), 3);
  const secret = join(line.project, 'outside.log');
  writeFileSync(secret, 'of somebody else');
  symlinkSync(secret, join(batchFolder(line), 'logs/a/1.09-link.log'));
  expectCode(await line.batch(['report', '--bundle', 'help.tar.gz'], { env }), 0);
  unpacked = mkdtempSync(join(line.project, 'unpacked-'));
  execFileSync('tar', ['-xzf', join(line.project, 'help.tar.gz'), '-C', unpacked]);
});
after(() => leaveNothing(line));

const files = (): readonly string[] =>
  readdirSync(unpacked, { recursive: true, withFileTypes: true, encoding: 'utf8' })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

describe('report --bundle', () => {
  it('holds plan, journal, logs, reports, versions and the doctor’s findings, and no link', () => {
    const names = files().map((file) => file.slice(unpacked.length + 1).replace(/^[^/]*\//, ''));
    for (const name of [
      ...['README.txt', 'doctor.json', 'journal.jsonl', 'logs/a/1.01-tells.log', 'logs/scheduler.log', 'plan.json'],
      ...['junit.xml', 'report.html', 'report.json', 'report.md', 'trace.json', 'versions.json'],
    ])
      assert.ok(names.includes(name), `${name} of ${names.join(' ')}`);
    assert.deepEqual(
      names.filter((name) => name.includes('link')),
      [],
    );
  });

  it('masks secrets of the environment, of the config and of known forms in every file, and keeps all other bytes', () => {
    const hidden = [
      ...Object.values(env),
      JSON.stringify(env.DB_PASSWORD).slice(1, -1),
      ...ofAnotherEnvironment,
      inConfig,
    ];
    for (const file of files()) {
      const text = readFileSync(file, 'utf8');
      assert.deepEqual(
        hidden.filter((secret) => text.includes(secret)),
        [],
        file,
      );
    }
    const log = files().find((file) => file.endsWith('1.01-tells.log')) ?? '';
    assert.match(readFileSync(log, 'utf8'), /token \*\*\* and \*\*\*/);
    assert.ok(readFileSync(log).includes(Buffer.from([0x72, 0x61, 0x77, 0x20, 0xff, 0x20])));
    for (const name of ['plan.json', 'report.json', 'trace.json', 'versions.json', 'doctor.json'])
      JSON.parse(readFileSync(files().find((file) => file.endsWith(`/${name}`)) ?? '', 'utf8'));
  });

  it('is readable by its owner alone, and never takes the place of a file', async () => {
    const file = join(line.project, 'help.tar.gz');
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const before = readFileSync(file);
    const { code, err } = await line.batch(['report', '--bundle', 'help.tar.gz']);
    assert.equal(code, 1);
    assert.match(err, /^error: there is something of this name already\n {2}at: .*help\.tar\.gz\n {2}try: /);
    assert.deepEqual(readFileSync(file), before);
    rmSync(file);
    const nowhere = await line.batch(['report', '--bundle', 'no/such/folder.tar.gz']);
    assert.equal(nowhere.code, 5);
    assert.match(nowhere.err, /^error: the bundle cannot be written/);
  });

  it('has a name of the batch where none is given', async () => {
    const { out } = expectCode(await line.batch(['report', '--bundle']), 0);
    assert.match(out, /\/wf0-batch-\d{8}-\d{6}-[0-9a-f]{6}\.tar\.gz {2}\d+ KiB\n$/);
    rmSync(out.split('  ')[0] ?? '');
  });
});
