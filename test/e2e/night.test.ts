/**
 * A night: twenty-four works through the six shipped stages, by stand-ins with the command lines of three agents, three at a
 * time; everything that agents do at night happens at least once. Prints what became of each, and the report.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { StatusDocument } from '../../src/view/status.ts';
import { makeCommandLine, type CommandLine } from '../support/command-line.ts';
import { batchFolder, eventsOf, expectCode, leaveNothing, ourProcesses, status } from '../support/running-batch.ts';
import { scriptAgents, type Action, type StandIns } from '../support/stand-ins.ts';

type Agent = 'claude' | 'codex' | 'gemini';

interface Work {
  readonly agent: Agent;
  /** What it does at which stage; at all others it does what it should. */
  readonly does?: Readonly<Record<string, readonly (readonly Action[])[]>>;
  /** Changes of one stage of its workflow. */
  readonly stage?: { readonly name: string } & Readonly<Record<string, unknown>>;
  readonly needs?: string;
  readonly ends: 'completed' | 'failed' | 'stopped' | 'skipped';
  readonly error?: RegExp;
}

const soon = (): string => `Claude AI usage limit reached|${Math.floor(Date.now() / 1000) + 2}`;
const implement = 'wf5-implement';

const works: Readonly<Record<string, Work>> = {
  'plain-claude': { agent: 'claude', ends: 'completed' },
  'plain-codex': { agent: 'codex', ends: 'completed', needs: 'plain-claude' },
  'plain-gemini': { agent: 'gemini', ends: 'completed', needs: 'plain-codex' },
  'does-nothing': {
    agent: 'claude',
    does: { 'wf2-spec': [['nothing']] },
    ends: 'failed',
    error: /file:docs\/works\/does-nothing\/spec\.md is missing/,
  },
  'waits-for-it': { agent: 'codex', needs: 'does-nothing', ends: 'skipped' },
  'fails-twice': {
    agent: 'gemini',
    does: { 'wf3-plan': [[{ exit: 1 }], [{ exit: 1 }], ['proof']] },
    ends: 'completed',
  },
  'fails-always': { agent: 'codex', does: { [implement]: [[{ exit: 1 }]] }, ends: 'failed', error: /exited with 1/ },
  hangs: {
    agent: 'codex',
    does: { 'wf2-spec': [['hang']] },
    stage: { name: 'wf2-spec', timeout: '3s', retry: { max_attempts: 1 } },
    ends: 'failed',
    error: /ran longer than 3s/,
  },
  'hangs-with-child': {
    agent: 'claude',
    does: { 'wf2-spec': [['hang-with-child'], ['proof']] },
    stage: { name: 'wf2-spec', timeout: '3s' },
    ends: 'completed',
  },
  'falls-silent': {
    agent: 'gemini',
    does: { [implement]: [['hang'], ['proof']] },
    stage: { name: implement, idle_timeout: '3s' },
    ends: 'completed',
  },
  quota: { agent: 'claude', does: { 'wf3-plan': [[{ quota: soon() }], ['proof']] }, ends: 'completed' },
  'quota-again': {
    agent: 'claude',
    does: { 'wf1-kickoff': [[{ quota: soon() }], ['proof']], [implement]: [[{ quota: soon() }], ['proof']] },
    ends: 'completed',
  },
  asks: {
    agent: 'claude',
    does: { 'wf3-plan': [[{ ask: 'Which colour?' }, 'proof']] },
    stage: { name: 'wf3-plan', on_waiting: 'answer:blue' },
    ends: 'completed',
  },
  'asks-nobody': {
    agent: 'codex',
    does: { 'wf3-plan': [[{ ask: 'Which colour?' }]] },
    stage: { name: 'wf3-plan', on_waiting: 'fail', retry: { max_attempts: 1 } },
    ends: 'failed',
    error: /Which colour\?/,
  },
  blocked: {
    agent: 'gemini',
    does: { 'wf4-review': [[{ result: { outcome: 'blocked', question: 'Which database?' } }]] },
    ends: 'stopped',
  },
  'sends-back': {
    agent: 'codex',
    does: {
      'wf4-review': [['proof', { result: { outcome: 'goto', to: 'wf3-plan', message: 'no tests' } }], ['proof']],
    },
    ends: 'completed',
  },
  'loops-for-ever': {
    agent: 'gemini',
    does: { 'wf4-review': [['proof', { result: { outcome: 'goto', to: 'wf3-plan', message: 'once more' } }]] },
    ends: 'failed',
    error: /visit/,
  },
  'step-by-step': {
    agent: 'claude',
    does: {
      [implement]: [
        ...[1, 2, 3].map((n): readonly Action[] => ['proof', { result: { outcome: 'repeat', message: `${n} of 4` } }]),
        ['proof'],
      ],
    },
    ends: 'completed',
  },
  floods: { agent: 'claude', does: { [implement]: [[{ flood: 1_000_000_000 }, 'proof']] }, ends: 'completed' },
  'half-character': { agent: 'codex', does: { 'wf2-spec': [['half-character', 'proof']] }, ends: 'completed' },
  dirty: {
    agent: 'gemini',
    does: { [implement]: [['proof', 'dirty']] },
    stage: { name: implement, retry: { max_attempts: 1 } },
    ends: 'failed',
    error: /clean is missing/,
  },
  'forks-daemon': { agent: 'codex', does: { [implement]: [['fork-daemon', 'proof']] }, ends: 'completed' },
  'fills-disk': {
    agent: 'claude',
    does: { [implement]: [['fill-disk']] },
    stage: { name: implement, retry: { max_attempts: 2 } },
    ends: 'failed',
    error: /ENOSPC/,
  },
  expensive: {
    agent: 'gemini',
    does: { 'wf2-spec': [['proof', { result: { outcome: 'next', cost_usd: 9 } }]] },
    ends: 'stopped',
  },
};

interface Settings {
  readonly agents: object;
  readonly workflows: { readonly wf: { readonly stages: readonly { readonly name: string }[] } };
}

const isLong = process.env['WF_LONG'] === '1';

describe('a night with agents', { skip: isLong ? false : 'half a minute and a gigabyte; WF_LONG=1 runs it' }, () => {
  let line: CommandLine;
  let agents: StandIns;
  let items: ReadonlyMap<string, StatusDocument['items'][number]>;
  before(async () => {
    line = await makeCommandLine();
    await line.makeBareRemote({ from: line.project });
    agents = await scriptAgents(
      line,
      Object.fromEntries(Object.entries(works).map(([id, { does }]) => [id, does ?? {}])),
    );
    expectCode(await line.batch(['init', '--agent', 'claude'], { env: agents.env }), 0);
    const settings = JSON.parse(readFileSync(join(line.project, '.wf/config.json'), 'utf8')) as Settings;
    await line.config({
      ...settings,
      batch: { stop_grace: '200ms', default_parallel: 3 },
      retry: { max_attempts: 3, initial: '50ms', jitter: 0 },
      budget: { per_work: { cost_usd: 5 } },
      resources: { claude: { cooldown: '1s' }, codex: { slots: 2 }, gemini: {} },
      agents: {},
      workflows: Object.fromEntries(
        Object.entries(works).map(([id, { agent, stage }]) => [
          id,
          {
            stages: settings.workflows.wf.stages.map((each) => ({
              ...each,
              ...{ agent, uses: [agent] },
              ...(each.name === stage?.name ? stage : {}),
            })),
          },
        ]),
      ),
    });
    for (const [id, { needs }] of Object.entries(works))
      await line.task(id, `workflow: ${id}${needs === undefined ? '' : `\ndepends_on: [${needs}]`}`);
    expectCode(await line.schedule(['create', 'md=tasks']), 0);
    expectCode(await line.batch(['start', '--follow'], { env: agents.env }), 3);
    items = new Map((await status(line)).items.map((each) => [each.id, each]));
  });
  after(() => leaveNothing(line));

  it('ends each of its works as it should, and says why in one line', () => {
    for (const [id, { ends, error }] of Object.entries(works)) {
      const item = items.get(id);
      const starts = eventsOf(line, 'stage_started', id).length;
      console.log(
        `# ${id.padEnd(18)} ${item?.state.padEnd(10)} ${String(starts).padStart(3)} stages  ${item?.reason ?? ''}`,
      );
      assert.equal(item?.state, ends, `${id}: ${item?.reason}`);
      if (error !== undefined) assert.match(item?.last_error ?? '', error, id);
      if (ends === 'completed') assert.equal(item?.pushed, true, id);
    }
  });

  it('leaves no process, and a report that names every failure', async () => {
    assert.deepEqual(ourProcesses(line), []);
    const report = readFileSync(join(batchFolder(line), 'report.md'), 'utf8');
    console.log(report.replaceAll(/^/gm, '# '));
    for (const [id, { ends }] of Object.entries(works)) if (ends !== 'completed') assert.ok(report.includes(id), id);
    const remote = await line.git(
      join(line.folder, 'remote.git'),
      'branch',
      '--list',
      '--format=%(refname:short)',
      'wf/*',
    );
    const delivered = Object.keys(works).filter((id) => works[id]?.ends === 'completed');
    assert.deepEqual(remote.split('\n').sort(), delivered.map((id) => `wf/${id}`).sort());
  });
});
