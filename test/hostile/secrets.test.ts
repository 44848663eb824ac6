/** Values of secret variables are in nothing that we write or show, but in the raw logs, which are the stage's own. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { makeCommandLine, type CommandLine } from '../support/command-line.ts';
import { eventually } from '../support/eventually.ts';
import { eventsOf, expectCode, happened, item, leaveNothing } from '../support/running-batch.ts';

/** Each by another way of being a secret. */
const secrets: Readonly<Record<string, string>> = {
  GITHUB_TOKEN: 'ghp_4711geheimnis0815',
  MY_API_KEY: 'k-with.*regexp(chars)[4711]$',
  DB_PASSWORD: 'correct horse battery staple',
  SIGNING_KEY: 'first line of the key\nsecond line of the key',
  DATABASE_URL: 'postgres://app:s3cr3t-pass-word@db.example.com/app',
};
const stageSecret = 'only-this-stage-knows-4711';
/** What must not be seen: of a URL the password, of a key each line. */
const hidden = [
  ...[secrets['GITHUB_TOKEN'], secrets['MY_API_KEY'], secrets['DB_PASSWORD'], 's3cr3t-pass-word', stageSecret],
  ...(secrets['SIGNING_KEY'] ?? '').split('\n'),
] as readonly string[];

/** Prints all of them, coloured in the middle, as an agent that shows its environment would. */
const tellAll =
  'printf "%s\\n" "token $GITHUB_TOKEN" "key $MY_API_KEY" "pass $DB_PASSWORD" "$SIGNING_KEY" "url $DATABASE_URL" "mine $STAGE_PASSWORD"';
const results = {
  blocked: { outcome: 'blocked', question: 'May I use $GITHUB_TOKEN?' },
  gated: { outcome: 'fail', message: 'the token $GITHUB_TOKEN of $DATABASE_URL is stale' },
};
const write = (result: object): string => `cat > "$WF_RESULT_FILE" <<END\n${JSON.stringify(result)}\nEND`;

let line: CommandLine;
before(async () => {
  line = await makeCommandLine();
  const env = { STAGE_PASSWORD: stageSecret };
  const stages = (run: string): object => ({ worktree: false, stages: [{ name: 'tells', run, env }] });
  await line.config({
    retry: { max_attempts: 1 },
    batch: { max_parallel: 8 },
    default_workflow: 'prints',
    workflows: {
      prints: stages(`${tellAll}; printf "token \\033[1m$GITHUB_TOKEN\\033[0m\\n" >&2; exit 3`),
      last: stages(`${tellAll}; echo "refused: $GITHUB_TOKEN"; exit 4`),
      blocked: stages(write(results.blocked)),
      gated: stages(write(results.gated)),
      waits: stages(`${tellAll}; echo "password for $DB_PASSWORD?"; read answer < /dev/tty`),
    },
  });
  for (const name of ['prints', 'last', 'blocked', 'gated', 'waits']) await line.task(name, `workflow: ${name}`);
  expectCode(await line.schedule(['create', 'md=tasks']), 0);
  expectCode(await line.batch(['start', '--engine', 'process', '--parallel', '5'], { env: secrets }), 0);
  await eventually('the others have ended', () => eventsOf(line, 'work_failed').length === 3);
  await happened(line, 'attention_changed', 'waits');
  await eventually('the output is shown', async () => (await item(line, 'waits')).last_output.length > 0);
});
after(() => leaveNothing(line));

const findIn = (text: string): readonly string[] => hidden.filter((secret) => text.includes(secret));

describe('the value of a secret variable', () => {
  it('is masked on every screen while a stage that prints it runs, and afterwards', async () => {
    const shown = [];
    for (const args of [
      ['status'],
      ['status', '--json'],
      ['why'],
      ['report'],
      ['report', '--format', 'json'],
      ['plan', 'list'],
    ]) {
      const { out, err } = await line.batch(args);
      assert.deepEqual(findIn(out + err), [], args.join(' '));
      shown.push(out);
    }
    assert.match(shown.join('\n'), /refused: \*\*\*/, 'the last line of a failure');
    assert.match(shown.join('\n'), /May I use \*\*\*\?/, 'a question of a result file');
    assert.match(shown.join('\n'), /the token \*\*\* of postgres:\/\/app:\*\*\*@db\.example\.com/, 'a message of one');
    assert.match(shown.join('\n'), /password for \*\*\*\?/, 'a question at the terminal');
  });

  it('is stars in what logs shows to whom has it in the environment or the config, byte for byte', async () => {
    for (const name of ['prints', 'worker-1']) {
      const { out } = expectCode(await line.batch(['logs', name], { env: secrets }), 0);
      assert.deepEqual(findIn(out), [], name);
    }
    const { out } = await line.batch(['logs', 'prints'], { env: secrets });
    assert.match(out, /^token \*{21}\r?$/m);
    assert.match(out, /^mine \*{26}\r?$/m);
  });

  it('is in no file of the state but what a stage itself wrote: its raw log and its result file', async () => {
    const state = join(line.project, '.wf');
    const files = readdirSync(state, { recursive: true, withFileTypes: true, encoding: 'utf8' })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    const isRaw = (file: string): boolean => /\/logs\/([^/]+\/1\.01-tells|worker-\d)\.log$|-result\.json$/.test(file);
    for (const file of files.filter((each) => !isRaw(each) && !each.endsWith('config.json')))
      assert.deepEqual(findIn(readFileSync(file, 'utf8')), [], file);
    const raw = files.filter(isRaw).map((file) => readFileSync(file, 'utf8'));
    assert.deepEqual([...new Set(raw.flatMap(findIn))].sort(), [...hidden].sort());
    const { out } = expectCode(await line.batch(['logs', 'last']), 0);
    assert.match(out, /refused: ghp_4711geheimnis0815/, '`logs` shows the bytes as they are');
  });
});
