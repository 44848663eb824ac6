/** Five thousand works: selected by a filter, planned, started and watched; what travels stays small. */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { makeCommandLine, type CommandLine } from '../support/command-line.ts';
import { eventually } from '../support/eventually.ts';
import { leaveNothing } from '../support/running-batch.ts';
import { readEvents, serve, type Json, type Served } from '../support/serve.ts';

let line: CommandLine;
let served: Served;
const total = 5000;

before(async () => {
  line = await makeCommandLine();
  await line.config({
    default_workflow: 'quick',
    batch: { max_parallel: 2, stop_grace: '300ms', confirm_above: 200 },
    workflows: { quick: { worktree: false, stages: [{ name: 'quick', run: 'echo $WF_WORK_ID' }] } },
  });
  const works = Array.from({ length: total }, (_, n) => ({
    ...{
      id: `w-${n}`,
      title: `Model ${n % 50} of brand ${n % 10}`,
      body: 'b'.repeat(200),
      priority: 3,
      group: `brand-${n % 10}`,
    },
    ...{ source: { type: 'local', ref: `w-${n}` }, params: { model: `m-${n % 50}`, variant: n % 2 === 0 ? 'a' : 'b' } },
  }));
  const schedule = {
    version: 1,
    created_at: '2026-01-31T08:00:00.000Z',
    sources: [],
    groups: { order: [], pinned: [] },
    works,
  };
  await line.write(line.project, '.wf', 'schedule.json', JSON.stringify(schedule));
  served = await serve(line);
});
after(async () => {
  await served.end();
  await leaveNothing(line);
});

it('5,000 works are chosen by a filter with exceptions, started with their number typed, and told in small changes', async () => {
  const selection = {
    base: 'all',
    rules: [{ set: 'exclude', filter: { models: ['m-7'], variants: ['b'] } }],
    exceptions: ['w-7'],
  };
  const wishes = { selection, engine: 'process', parallel: 2 };
  const { status: code, answer: plan } = await served.post('/plan', wishes);
  assert.equal(code, 200);
  assert.deepEqual([plan.totals.works, plan.guards.needs_confirmation], [total - 99, true]);
  assert.equal((await served.get<Json>('/catalogue')).works.length, total);
  const started = await served.post('/start', { ...wishes, plan_hash: plan.plan_hash, confirm: total - 99 });
  assert.equal(started.status, 201, JSON.stringify(started.answer));
  const reader = readEvents(served, '/latest/events');
  await eventually('works are completed', () =>
    reader.messages.some(({ data }) => (data.batch?.counts?.completed ?? 0) >= 5),
  );
  const changes = reader.messages.slice(1);
  const { items } = await served.get<Json>('/latest/status');
  assert.equal(items.length, total - 99);
  for (const { data } of changes) assert.ok((data.items ?? []).length < total / 10, 'only what changed is told');
  reader.leave();
  assert.equal((await served.post('/stop', { force: true })).answer.state, 'stopped');
});
