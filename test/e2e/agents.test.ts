/** The shipped workflow from `init` to a pushed branch, with a stand-in in the agent's place. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { makeCommandLine, threeLines, type CommandLine } from '../support/command-line.ts';
import { batchFolder, eventsOf, expectCode, happened, leaveNothing, status } from '../support/running-batch.ts';
import { scriptAgents, type AgentScript, type StandIns } from '../support/stand-ins.ts';

/** The review sends the plan back once, the implementation takes three calls. */
const script: AgentScript = {
  '*': {
    'wf4-review': [
      ['proof', { result: { outcome: 'goto', to: 'wf3-plan', message: 'step 2 has no test' } }],
      ['proof'],
    ],
    'wf5-implement': [
      [{ write: 'one.txt' }, 'proof', { result: { outcome: 'repeat', message: '1 of 3' } }],
      [{ write: 'two.txt' }, 'proof', { result: { outcome: 'repeat', message: '2 of 3' } }],
      [{ write: 'three.txt' }, 'proof'],
    ],
  },
};

const path = [
  'wf1-kickoff',
  'wf2-spec',
  'wf3-plan',
  'wf4-review',
  'wf3-plan',
  'wf4-review',
  'wf5-implement',
  'wf5-implement',
  'wf5-implement',
  'wf6-verify',
];

const starts = (line: CommandLine, id: string): readonly string[] =>
  eventsOf(line, 'stage_started', id).map(({ stage }) => stage);

const whole = (engine: 'process' | 'tmux'): unknown =>
  describe(`init --agent claude and a batch on ${engine}`, () => {
    let line: CommandLine;
    let agents: StandIns;
    before(async () => {
      line = await makeCommandLine();
      await line.makeBareRemote({ from: line.project });
      agents = await scriptAgents(line, script);
      expectCode(await line.batch(['init', '--agent', 'claude'], { env: agents.env }), 0);
      await line.task('A', '', 'Add the API');
      expectCode(await line.schedule(['create', 'md=tasks']), 0);
      expectCode(await line.batch(['start', '--engine', engine, '--follow'], { env: agents.env }), 0);
    });
    after(() => leaveNothing(line));

    it('goes through the six stages, back to the plan by goto, on with the implementation by repeat', () => {
      assert.deepEqual(starts(line, 'A'), path);
      assert.equal(eventsOf(line, 'work_completed', 'A').length, 1);
    });

    it('ends as a pushed branch with every file that the stages had to write', async () => {
      const [item] = (await status(line)).items;
      assert.deepEqual([item?.state, item?.pushed, item?.branch], ['completed', true, 'wf/A']);
      const files = await line.git(join(line.folder, 'remote.git'), 'ls-tree', '-r', '--name-only', 'wf/A');
      const docs = ['kickoff', 'plan', 'review', 'spec', 'verify'].map((name) => `docs/works/A/${name}.md`);
      assert.deepEqual(files.split('\n'), ['README.md', ...docs, 'one.txt', 'three.txt', 'two.txt']);
      const plan = await line.git(join(line.folder, 'remote.git'), 'show', 'wf/A:docs/works/A/plan.md');
      assert.equal(plan, `${'wf3-plan of A\n'.repeat(2)}${'wf5-implement of A\n'.repeat(3)}`.trimEnd());
    });

    it('each call got the flags as they are written, and its prompt on standard input with the names filled in', () => {
      const call = agents.call('A', 'wf4-review', 2);
      const folder = join(batchFolder(line), 'works/A');
      assert.deepEqual(call?.argv, [
        ...['-p', '--output-format', 'stream-json', '--verbose', '--permission-mode', 'acceptEdits'],
        ...['--allowedTools', 'Bash,Read,Edit,Write,Glob,Grep', '--add-dir', folder],
      ]);
      assert.match(call?.prompt ?? '', /^# Review of the plan/);
      assert.ok(call?.prompt.includes(`(${join(folder, 'work.json')})`), call?.prompt);
      assert.ok(call?.prompt.includes('Stage: wf4-review. Work: A, attempt 1.'));
      assert.doesNotMatch(call?.prompt ?? '', /\{[a-z_]+\}/);
      assert.equal(call?.cwd, join(line.project, '.worktrees/a'));
    });
  });

whole('process');
whole('tmux');

describe('a prompt', () => {
  let line: CommandLine;
  let agents: StandIns;
  const prompt = (): string => join(line.project, '.wf/prompts/one.md');
  before(async () => {
    line = await makeCommandLine();
    agents = await scriptAgents(line, { A: { one: [[{ sleep: 400 }, 'proof'], ['proof']] } });
    await line.write(prompt(), 'First text for {id}: {title}; {"outcome"} stays. `$(touch pasted)` {unknown}\n');
    await line.config({
      default_workflow: 'w',
      retry: { initial: '10ms', jitter: 0 },
      workflows: {
        w: {
          stages: [
            { name: 'one', agent: 'claude', prompt: 'prompts/one.md', requires: ['file:{id}.done'] },
            { name: 'two', agent: 'gemini', prompt: 'prompts/one.md' },
            { name: 'three', agent: 'argument', prompt: 'prompts/one.md' },
            { name: 'four', agent: 'file', prompt: 'prompts/one.md' },
          ],
        },
      },
      agents: {
        gemini: { model: 'gemini-x' },
        argument: { command: 'sh', flags: ['-c', 'printf %s "$1" > by-argument', 'sh', '{prompt}'] },
        file: { command: 'cp', flags: ['{prompt_file}', 'by-file'] },
      },
    });
    await line.schedule(['create', 'local=A']);
  });
  after(() => leaveNothing(line));

  it('is frozen with the plan: one that is edited while a batch runs changes the next batch only', async () => {
    const shown = await line.batch(['start', '--dry-run'], { env: agents.env });
    assert.match(shown.out, / {2}w\/two {2}gemini \(gemini-x\) reads \.wf\/prompts\/one\.md\n/);
    assert.match(shown.out, / {2}gemini --output-format json .* --model gemini-x\n/);
    expectCode(await line.batch(['start', '--engine', 'process'], { env: agents.env }), 0);
    await happened(line, 'stage_started', 'A');
    await line.write(prompt(), 'Second text\n');
    expectCode(await line.batch(['wait', '--timeout', '30s']), 3);
    const texts = [1, 2, 3].map((n) => agents.call('A', 'one', n)?.prompt);
    const first = 'First text for A: A; {"outcome"} stays. `$(touch pasted)` {unknown}\n';
    assert.deepEqual(texts, [first, first, first]);
    assert.match((await status(line)).items[0]?.last_error ?? '', /file:A\.done is missing/);
    await line.write(line.project, '.worktrees/a/A.done', '');
    expectCode(await line.batch(['retry', 'A'], { env: agents.env }), 0);
    expectCode(await line.batch(['wait', '--timeout', '30s']), 0);
    assert.equal(agents.call('A', 'one', 4)?.prompt, first);
    const again = await line.batch(['start', '--dry-run', '--fresh'], { env: agents.env });
    assert.notEqual(/plan ([0-9a-f]{64})/.exec(again.out)?.[1], /plan ([0-9a-f]{64})/.exec(shown.out)?.[1]);
  });

  it('reaches an agent by standard input, by argument or by file, each time as text', () => {
    const text = 'First text for A: A; {"outcome"} stays. `$(touch pasted)` {unknown}\n';
    assert.equal(agents.call('A', 'two')?.prompt, `${text}\n\nDo what standard input says.`);
    for (const name of ['by-argument', 'by-file'])
      assert.equal(readFileSync(join(line.project, '.worktrees/a', name), 'utf8'), text, name);
  });

  it('that is not there refuses the start and names where to get it', async () => {
    await line.config({
      default_workflow: 'w',
      workflows: { w: { stages: [{ name: 'one', agent: 'claude', prompt: 'prompts/none.md' }] } },
    });
    await line.schedule(['create', 'local=B']);
    const { code, err } = await line.batch(['start', '--engine', 'process', '--fresh']);
    assert.deepEqual(
      [code, err],
      [
        1,
        threeLines(
          'the prompt of stage `one` is not there',
          '.wf/prompts/none.md',
          'write it, or get the shipped ones: wf0-batch init --agent claude',
        ),
      ],
    );
  });
});
