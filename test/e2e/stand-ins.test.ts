/** What agents do at night, by stand-ins with the shipped command lines; each work is one promise. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { StatusDocument } from '../../src/view/status.ts';
import { makeCommandLine, type CommandLine } from '../support/command-line.ts';
import { batchFolder, eventsOf, expectCode, leaveNothing, ourProcesses, status } from '../support/running-batch.ts';
import { scriptAgents, type Action, type StandIns } from '../support/stand-ins.ts';

interface Night {
  readonly agent: 'claude' | 'codex' | 'gemini';
  readonly calls: readonly (readonly Action[])[];
  readonly stage?: object;
}

const once = { retry: { max_attempts: 1 } };
/** A limit that is over in a moment, in the words of the real programs. */
const soon = (): string => `Claude AI usage limit reached|${Math.floor(Date.now() / 1000) + 1}`;

const nights: Readonly<Record<string, Night>> = {
  'commits-claude': { agent: 'claude', calls: [['proof']] },
  'commits-codex': { agent: 'codex', calls: [['proof']] },
  'commits-gemini': { agent: 'gemini', calls: [['proof']] },
  'does-nothing': { agent: 'claude', calls: [['nothing']], stage: { ...once, requires: ['commit'] } },
  'no-proof': { agent: 'codex', calls: [[{ commit: 'empty' }]], stage: { ...once, requires: ['file:{id}.md'] } },
  'fails-twice': { agent: 'gemini', calls: [[{ exit: 1 }], [{ exit: 53 }], ['proof']] },
  hangs: { agent: 'codex', calls: [['hang']], stage: { ...once, timeout: '3s' } },
  'hangs-with-child': { agent: 'claude', calls: [['hang-with-child']], stage: { ...once, timeout: '3s' } },
  quota: { agent: 'claude', calls: [[{ quota: soon() }], ['proof']] },
  asks: {
    agent: 'claude',
    calls: [[{ ask: 'Which colour?' }, { commit: 'the answer' }]],
    stage: { on_waiting: 'answer:blue' },
  },
  blocked: { agent: 'gemini', calls: [[{ result: { outcome: 'blocked', question: 'Which colour?' } }], ['proof']] },
  floods: { agent: 'claude', calls: [[{ flood: 5_000_000 }, 'proof']] },
  'half-character': { agent: 'codex', calls: [['half-character', 'proof', 'half-character']] },
  dirty: { agent: 'gemini', calls: [['dirty']], stage: { ...once, requires: ['clean'] } },
  'forks-daemon': { agent: 'codex', calls: [['fork-daemon', 'proof']] },
};

let line: CommandLine;
let agents: StandIns;
let items: ReadonlyMap<string, StatusDocument['items'][number]>;
before(async () => {
  line = await makeCommandLine();
  await line.makeBareRemote({ from: line.project });
  agents = await scriptAgents(
    line,
    Object.fromEntries(Object.entries(nights).map(([id, { calls }]) => [id, { one: calls }])),
  );
  await line.write(line.project, '.wf/prompts/one.md', 'Work on {id}.\n');
  await line.config({
    batch: { stop_grace: '200ms', default_parallel: 5 },
    retry: { max_attempts: 3, initial: '50ms', jitter: 0 },
    workflows: Object.fromEntries(
      Object.entries(nights).map(([id, { agent, stage }]) => [
        id,
        { stages: [{ name: 'one', agent, prompt: 'prompts/one.md', ...stage }] },
      ]),
    ),
  });
  for (const id of Object.keys(nights)) await line.task(id, `workflow: ${id}`);
  expectCode(await line.schedule(['create', 'md=tasks']), 0);
  expectCode(await line.batch(['start', '--engine', 'process', '--follow'], { env: agents.env }), 3);
  items = new Map((await status(line)).items.map((each) => [each.id, each]));
});
after(() => leaveNothing(line));

const found = (id: string): StatusDocument['items'][number] => {
  const item = items.get(id);
  assert.ok(item, id);
  return item;
};
const failed = (id: string, pattern: RegExp): void => {
  const { state, last_error } = found(id);
  assert.equal(state, 'failed', id);
  assert.match(last_error ?? '', pattern);
};
const delivered = (id: string, starts: number): void => {
  const { state, last_error, pushed } = found(id);
  assert.deepEqual([state, last_error, pushed], ['completed', null, true], id);
  assert.equal(eventsOf(line, 'stage_started', id).length, starts, id);
};
const log = (id: string): Buffer => readFileSync(join(batchFolder(line), `logs/${id}/1.01-one.log`));

describe('an agent', () => {
  it('that commits delivers, by the shipped command line of each', () => {
    for (const agent of ['claude', 'codex', 'gemini']) delivered(`commits-${agent}`, 1);
    const last = {
      claude: /"type":"result".*"is_error":false/,
      codex: /"type":"turn\.completed"/,
      gemini: /"response":/,
    };
    for (const [agent, pattern] of Object.entries(last)) assert.match(log(`commits-${agent}`).toString(), pattern);
    assert.deepEqual(agents.call('commits-codex', 'one')?.argv.slice(0, 4), [
      ...['exec', '--json', '--sandbox', 'danger-full-access'],
    ]);
  });

  it('that exits 0 without having done anything has failed, and what is missing is named', () => {
    failed('does-nothing', /commit is missing/);
    failed('no-proof', /file:no-proof\.md is missing/);
    failed('dirty', /clean is missing/);
    assert.ok(existsSync(join(line.project, '.worktrees/dirty/one.dirt')), 'what it left is kept');
  });

  it('that fails twice and then passes is tried again', () => delivered('fails-twice', 3));

  it('that hangs is ended at its limit, with a child that ignores HUP and TERM', () => {
    failed('hangs', /ran longer than 3s/);
    failed('hangs-with-child', /ran longer than 3s/);
    assert.deepEqual(
      ourProcesses(line).filter(({ command }) => /trap|sleep|\.mjs/.test(command)),
      [],
    );
  });

  it('that meets its quota is called again later', () => delivered('quota', 2));

  it('that asks on its terminal gets the answer of its stage', async () => {
    delivered('asks', 1);
    assert.equal(await line.git(join(line.folder, 'remote.git'), 'show', 'wf/asks:answer.txt'), 'blue');
  });

  it('that may not decide ends blocked, and has the answer when it is called again', async () => {
    const { state, needs_attention } = found('blocked');
    assert.deepEqual([state, needs_attention?.question], ['stopped', 'Which colour?']);
    expectCode(await line.batch(['retry', 'blocked', '--answer', 'blue'], { env: agents.env }), 0);
    expectCode(await line.batch(['wait', '--timeout', '30s']), 3);
    assert.deepEqual(
      [1, 2].map((n) => agents.call('blocked', 'one', n)?.answer),
      [null, 'blue'],
    );
  });

  it('that floods its output has it in its log, whole', () => {
    delivered('floods', 1);
    assert.ok(log('floods').length > 5_000_000);
  });

  it('that prints half a character harms no screen and no log', async () => {
    delivered('half-character', 1);
    const bytes = log('half-character');
    assert.ok(bytes.includes(Buffer.from('€').subarray(0, 2)));
    expectCode(await line.batch(['report']), 0);
  });

  it('that leaves a daemon behind delivers, and the daemon is gone', () => {
    delivered('forks-daemon', 1);
    assert.deepEqual(
      ourProcesses(line).filter(({ command }) => command.startsWith('sh -c while')),
      [],
    );
  });
});
