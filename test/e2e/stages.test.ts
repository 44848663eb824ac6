/** How stages end, and what follows. Many works in few batches; each work is one promise. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { StatusDocument } from '../../src/view/status.ts';
import { makeCommandLine, type CommandLine } from '../support/command-line.ts';
import {
  batchFolder,
  eventsOf,
  expectCode,
  fixture,
  leaveNothing,
  ourProcesses,
  status,
} from '../support/running-batch.ts';

let line: CommandLine;
let items: ReadonlyMap<string, StatusDocument['items'][number]>;
const told = (name: string): string => join(line.folder, name);
const found = (id: string): StatusDocument['items'][number] => {
  const item = items.get(id);
  assert.ok(item, id);
  return item;
};
const starts = (id: string): readonly string[] => eventsOf(line, 'stage_started', id).map(({ stage }) => stage);

const result = (json: object | string): string =>
  `printf '%s' '${typeof json === 'string' ? json : JSON.stringify(json)}' > "$WF_RESULT_FILE"`;
const commit = 'echo "$WF_WORK_ID" >> made; git add --all; git commit -qm "$WF_WORK_ID"';
/** Counts its starts in a file of the worktree, which a retry finds as it was. */
const tally = 'echo x >> tally; n=$(wc -l < tally)';

interface StageLike {
  readonly name?: string;
  readonly run: string | readonly string[];
  readonly [more: string]: unknown;
}

/** By work: its stages. Those without a name are called `one`, `two`, … */
const works: Readonly<Record<string, readonly StageLike[]>> = {
  'exits-7': [{ run: [fixture('exits-7')] }],
  'mends-itself': [
    { run: `${tally}; [ "$n" -ge 3 ] || { echo "not yet $n"; exit 9; }; git add --all; git commit -qm ok` },
  ],
  signalled: [{ run: [fixture('killed-by-signal'), 'KILL'], retry: { max_attempts: 1 } }],
  'not-found': [{ run: ['no-such-command-anywhere', '{id}'] }],
  'not-found-in-shell': [{ run: 'no-such-command-anywhere', retry: { max_attempts: 1 } }],
  'times-out': [{ run: [fixture('ignores-term')], timeout: '400ms', retry: { max_attempts: 1 } }],
  idles: [{ run: [fixture('hangs')], idle_timeout: '700ms', retry: { max_attempts: 1 } }],
  'works-quietly': [{ run: [fixture('works-quietly'), '1500'], idle_timeout: '900ms', retry: { max_attempts: 1 } }],
  'too-long': [{ run: 'true' }, { run: [fixture('hangs')], timeout: '30s', retry: { max_attempts: 1 } }],
  throttled: [{ run: `${tally}; [ "$n" -ge 3 ] || exit 75; rm tally`, uses: ['api'], retry: { max_attempts: 1 } }],
  'hits-a-quota': [
    {
      run: `${tally}; [ "$n" -ge 2 ] || { echo "5-hour limit reached, try again in 300ms"; exit 1; }; rm tally`,
      retry: { max_attempts: 1 },
    },
  ],
  'hits-its-pattern': [
    {
      run: `${tally}; [ "$n" -ge 2 ] || { echo "E42 slow down"; exit 3; }; rm tally`,
      uses: ['api'],
      retry: { max_attempts: 1 },
    },
  ],
  'speaks-of-quotas': [{ run: 'echo "5-hour limit reached"; echo "E42 slow down"', uses: ['api'] }],
  completes: [{ run: result({ outcome: 'complete' }) }, { run: 'exit 1' }],
  'says-fail': [{ run: result({ outcome: 'fail', message: 'the spec is unclear' }) }],
  'goes-to': [
    { name: 'one', run: result({ outcome: 'goto', to: 'three' }) },
    { name: 'two', run: 'exit 1' },
    { name: 'three', run: 'true' },
  ],
  'goes-back': [
    { name: 'one', run: 'true' },
    { name: 'two', run: result({ outcome: 'goto', to: 'one' }) },
  ],
  repeats: [
    { run: `${tally}; if [ "$n" -lt 3 ]; then ${result({ outcome: 'repeat' })}; else rm tally; fi`, max_visits: 5 },
  ],
  'repeats-for-ever': [{ run: result({ outcome: 'repeat' }) }],
  blocked: [
    {
      run: `if [ -n "$WF_ANSWER" ]; then echo "$WF_ANSWER" > answer; git add --all; git commit -qm "$WF_ANSWER"; else ${result({ outcome: 'blocked', question: 'Which database?' })}; fi`,
    },
  ],
  'cannot-redeem': [{ run: `${result({ outcome: 'complete' })}; echo sorry; exit 4`, retry: { max_attempts: 1 } }],
  'bad-result': [{ run: result('{"outcome": "perhaps"}'), retry: { max_attempts: 1 } }],
  'no-commit': [{ run: 'true', requires: ['commit'], retry: { max_attempts: 1 } }],
  unclean: [{ run: 'echo x > dirt', requires: ['clean'], retry: { max_attempts: 1 } }],
  'no-file': [{ run: 'true', requires: ['file:docs/spec.md'], retry: { max_attempts: 1 } }],
  'no-pattern': [{ run: 'echo 3 failed', requires: ['pattern:^0 failed'], retry: { max_attempts: 1 } }],
  proven: [
    {
      run: `mkdir docs; echo x > docs/spec.md; ${commit}; echo 0 failed`,
      requires: ['commit', 'clean', 'file:docs/spec.md', 'pattern:^0 failed'],
    },
  ],
  floods: [{ run: [fixture('prints-and-exits'), '1000000'] }],
  // Outside of .worktrees git would climb to the person's repository.
  'loses-git': [{ run: `rm .git; ${commit}`, retry: { max_attempts: 1 } }],
  'leaves-child': [{ run: [fixture('leaves-background-child')] }],
};

before(async () => {
  line = await makeCommandLine();
  await line.makeBareRemote({ from: line.project });
  await line.config({
    batch: { stop_grace: '200ms', default_parallel: 5 },
    retry: { max_attempts: 3, initial: '50ms', jitter: 0 },
    resources: { api: { slots: 2, cooldown: '100ms', patterns: ['^E42 '] } },
    workflows: Object.fromEntries(
      Object.entries(works).map(([name, stages]) => [
        name,
        { stages: stages.map((stage, i) => ({ name: ['one', 'two', 'three'][i], ...stage })) },
      ]),
    ),
  });
  for (const name of Object.keys(works))
    await line.task(name, `workflow: ${name}${name === 'too-long' ? '\nmax_run_seconds: 1' : ''}`);
  expectCode(await line.schedule(['create', 'md=tasks']), 0);
  expectCode(await line.batch(['start', '--engine', 'process', '--follow']), 3);
  items = new Map((await status(line)).items.map((each) => [each.id, each]));
});
after(() => leaveNothing(line));

/** The work failed with this, after so many starts of stages. */
const failsWith = (id: string, pattern: RegExp, attempts: number): void => {
  const { state, last_error } = found(id);
  assert.equal(state, 'failed', id);
  assert.match(last_error ?? '', pattern);
  assert.equal(starts(id).length, attempts, `${id}: ${starts(id).join()}`);
};
const succeeds = (id: string, stages: readonly string[]): void => {
  const { state, last_error } = found(id);
  assert.deepEqual([state, last_error], ['completed', null], id);
  assert.deepEqual(starts(id), stages, id);
};

describe('a stage that fails', () => {
  it('is tried again with growing pauses up to max_attempts, then the work fails with stage and last line', () => {
    failsWith('exits-7', /^one exited with 7: about to exit with 7$/, 3);
    const at = (type: 'stage_failed' | 'stage_started'): readonly number[] =>
      eventsOf(line, type, 'exits-7').map((event) => Date.parse(event.at));
    const [failed, started] = [at('stage_failed'), at('stage_started')];
    const pauses = [1, 2].map((n) => (started[n] as number) - (failed[n - 1] as number));
    assert.ok((pauses[0] as number) >= 50 && (pauses[1] as number) >= 100, pauses.join());
  });

  it('goes on in the worktree as it is', () => succeeds('mends-itself', ['one', 'one', 'one']));
  it('by a signal names it', () => failsWith('signalled', /SIGKILL/, 1));
  it('whose command does not exist says so', () => {
    failsWith('not-found', /no-such-command-anywhere/, 3);
    failsWith('not-found-in-shell', /127.*no-such-command-anywhere.*not found/, 1);
  });
  it('with 75 is throttled: the slot is freed and no attempt is spent', () => {
    succeeds('throttled', ['one', 'one', 'one']);
    const kinds = eventsOf(line, 'work_requeued', 'throttled').map(({ reason }) => reason.kind);
    assert.deepEqual(kinds, ['throttled', 'throttled']);
  });
});

describe('a quota', () => {
  it('in the words of an agent throttles until the time that it names, and no attempt is spent', () => {
    succeeds('hits-a-quota', ['one', 'one']);
    const [requeued] = eventsOf(line, 'work_requeued', 'hits-a-quota');
    assert.ok(requeued?.reason.kind === 'throttled' && requeued.not_before !== null);
    assert.equal(requeued.reason.message, '5-hour limit reached, try again in 300ms');
    const pauseMs = Date.parse(requeued.not_before) - Date.parse(requeued.at);
    assert.ok(pauseMs > 0 && pauseMs <= 300, String(pauseMs));
  });
  it("in the words of a resource's pattern cools the resource", () => {
    succeeds('hits-its-pattern', ['one', 'one']);
    const [requeued] = eventsOf(line, 'work_requeued', 'hits-its-pattern');
    assert.deepEqual(requeued?.reason, { kind: 'throttled', resource: 'api', message: 'E42 slow down' });
  });
  it('is not seen in the output of a stage that ends well', () => succeeds('speaks-of-quotas', ['one']));
});

describe('a limit', () => {
  it('timeout ends a stage that ignores TERM, with all that it started', () => failsWith('times-out', /400ms|0\.4/, 1));
  it('idle_timeout ends a stage that shows no activity, not one that computes in silence', () => {
    failsWith('idles', /700ms|0\.7/, 1);
    succeeds('works-quietly', ['one']);
  });
  it('max_run_seconds bounds the work over its stages', () => failsWith('too-long', /\b1s/, 2));
});

describe('a result file', () => {
  it('complete, goto and repeat lead where they say', () => {
    succeeds('completes', ['one']);
    succeeds('goes-to', ['one', 'three']);
    succeeds('repeats', ['one', 'one', 'one']);
  });
  it('fail fails at once with its message', () => failsWith('says-fail', /the spec is unclear/, 1));
  it('max_visits bounds every loop', () => {
    failsWith('repeats-for-ever', /one.*3/, 3);
    failsWith('goes-back', /3/, 6);
  });
  it('never turns a non-zero exit into a success', () => failsWith('cannot-redeem', /one exited with 4: sorry/, 1));
  it('that cannot be read is a failure that says why', () => failsWith('bad-result', /perhaps|outcome/, 1));
  it('blocked stops the work with its question; retry --answer lets it go on', async () => {
    const { state, needs_attention } = found('blocked');
    assert.deepEqual([state, needs_attention?.question], ['stopped', 'Which database?']);
    expectCode(await line.batch(['retry', 'blocked', '--answer', "Postgres' own"]), 0);
    expectCode(await line.batch(['wait', '--timeout', '20s']), 3);
    assert.equal(await line.git(told('remote.git'), 'show', 'wf/blocked:answer'), "Postgres' own");
  });
});

describe('requires', () => {
  it('names what is missing after exit 0', () => {
    failsWith('no-commit', /commit/, 1);
    failsWith('unclean', /clean/, 1);
    failsWith('no-file', /docs\/spec\.md/, 1);
    failsWith('no-pattern', /0 failed/, 1);
  });
  it('is content when all holds', () => succeeds('proven', ['one']));
});

describe('output', () => {
  it('of a megabyte that ends with the stage is complete in its log', () => {
    succeeds('floods', ['one']);
    const log = join(batchFolder(line), 'logs/floods/1.01-one.log');
    assert.ok(existsSync(log));
    const lines = readFileSync(log, 'utf8').split('\r\n');
    assert.deepEqual([lines.length, lines.at(-2)], [62_501, 'line 0000062500']);
  });
});

describe('a worktree that lost its .git', () => {
  it('is no part of the checkout around it: nothing is committed there, and the work fails', async () => {
    assert.equal(found('loses-git').state, 'failed');
    assert.equal(await line.git(line.project, 'log', '--format=%s', '--grep=loses-git', 'main'), '');
    assert.equal(await line.git(line.project, 'diff', '--cached', '--name-only'), '');
  });
});

describe('what a stage leaves running', () => {
  it('is ended with its attempt', () => {
    succeeds('leaves-child', ['one']);
    assert.deepEqual(
      ourProcesses(line).filter(({ command }) => /sleep/.test(command)),
      [],
    );
  });
});
