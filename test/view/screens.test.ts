import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EventBody } from '../../src/core/event.ts';
import { asWorkId } from '../../src/core/work.ts';
import { describeEvent } from '../../src/view/event.ts';
import { exitCode } from '../../src/view/exit-code.ts';
import { endSummary } from '../../src/view/end-summary.ts';
import { eventLine } from '../../src/view/event-line.ts';
import { plainText } from '../../src/view/line.ts';
import { planDocument } from '../../src/view/plan-document.ts';
import { planText } from '../../src/view/plan-text.ts';
import { makeReport, reportMarkdown } from '../../src/view/report.ts';
import { scheduleText } from '../../src/view/schedule-text.ts';
import { emptyStatus, makeStatus } from '../../src/view/status.ts';
import { statusText } from '../../src/view/status-text.ts';
import { SampleBatch, samplePlan } from './sample-batch.ts';

/** One completed, one failed, one behind it. */
const makeNight = (): SampleBatch => {
  const works = [
    { id: 'a', title: 'Add <b>' },
    { id: 'b', after: ['a'] },
    { id: 'c', after: ['b'] },
  ];
  const batch = new SampleBatch(samplePlan(works, { parallel: 1 }));
  batch.begin();
  batch.complete('a', 60);
  for (let round = 0; round < 2; round++) {
    batch.prepare('b');
    batch.pass(60);
    batch.endStage('b', { code: 7, line: 'no such table' });
    batch.pass(60);
    batch.pass(1);
    batch.decide();
  }
  return batch;
};

const statusScreen = (batch: SampleBatch, sessions: ReadonlyMap<string, string> = new Map()): string => {
  const live = { schedulerIsAlive: false, deadWorkers: new Set<string>() };
  const status = makeStatus({ state: batch.state, now: batch.now, pulses: new Map(), events: [], live });
  const schedule = { works: 4, created_at: '2026-01-31T11:00:00.000Z' };
  return plainText(statusText({ status, schedule, sessions }));
};

test('status says how a question is answered: by attaching where there are sessions, by a retry where there are none', () => {
  const batch = new SampleBatch(samplePlan([{ id: 'a' }], { parallel: 1 }));
  batch.begin();
  batch.prepare('a');
  batch.ask({ type: 'report_attention', token: batch.token('a'), question: 'Proceed?' }, 'worker-1');
  const shown = (sessions?: ReadonlyMap<string, string>): string =>
    /Needs attention\n(.*\n.*)/.exec(statusScreen(batch, sessions))?.[1] ?? '';
  const asks = '  ❓ a  Proceed?\n     answer: ';
  assert.equal(shown(new Map([['worker-1', "tmux attach -t '=wf-batch-worker-1'"]])), `${asks}wf0-batch attach a`);
  assert.equal(shown(), `${asks}wf0-batch stop a, then wf0-batch retry a --answer TEXT`);
});

test('status shows progress, workers, works and what to type next', () => {
  const batch = new SampleBatch(samplePlan([{ id: 'a' }, { id: 'b', after: ['a'] }, { id: 'd' }], { parallel: 1 }));
  batch.begin();
  batch.complete('a', 377);
  batch.prepare('b');
  batch.pass(61);
  assert.equal(
    statusScreen(batch),
    `📊 Batch Execution Status
════════════════════════════════════════════════════════════
Schedule: 4 works, created 2026-01-31 11:00:00 UTC
Batch:    20260131-120000-abcd running
Created:  2026-01-31 12:00:00 UTC
Started:  2026-01-31 12:00:00 UTC

Progress
  ✅ Completed:   1
  🔄 In Progress: 1
  ⏳ Pending:     1
     Total:       3
     4.4 an hour

Workers
  📋 Scheduler: ❌ not running
  🔧 Worker 1: b (running)

In progress
  🔄 b  wf2-spec (1/2), 1m 1s
     /repo/.worktrees/b

Last completed
  ✅ a (12m 34s)  cccccccccccc pushed

Next
  wf0-batch resume  the scheduler is not running: go on
  wf0-batch why     why works are not running
  wf0-batch stop    end everything
`,
  );
});

test('status without a batch says what to type first', () => {
  const input = { status: emptyStatus(), schedule: null, sessions: new Map<string, string>() };
  assert.equal(
    plainText(statusText(input)),
    `📊 Batch Execution Status
════════════════════════════════════════════════════════════
Schedule: none
Batch:    none has been started

Next
  wf0-schedule create SOURCE…
`,
  );
});

test('a failed work shows its error in status, report and end summary, with what to do', () => {
  const batch = makeNight();
  assert.match(statusScreen(batch), /Failed\n {2}❌ b {2}wf2-spec exited with 7: no such table\n/);
  assert.match(
    plainText(endSummary(batch.state, batch.now)),
    /❌ b {2}failed: wf2-spec exited with 7: no such table\n {5}read wf0-batch logs b, then wf0-batch retry b\n/,
  );
  const report = reportMarkdown(makeReport(batch.state, batch.now));
  assert.match(report, /^1 of 3 works completed, 1 failed, 1 skipped/m);
  assert.match(report, /\| a \| ✅ completed \| 2m \| 1 \| wf\/a \| cccccccccccc pushed \| Add &lt;b&gt; \|/);
  assert.match(report, /### ⏭ c\n\n- Why: skipped since b failed\n- What to do: `wf0-batch retry b`/);
});

test('a dry run groups by level, estimates, and ends with no changes made', () => {
  const plan = samplePlan([{ id: 'a', title: 'Schema' }, { id: 'b', after: ['a'] }, { id: 'c' }]);
  const why = 's of work from its start to the end of its longest chain';
  assert.equal(
    plainText(planText(plan)),
    `📋 Dry run: 3 works, 2 at a time
plan a1b2c3

Level 0
  a  Schema
      number 1: priority 3, 1200 ${why}
  c
      number 2: priority 3, 600 ${why}

Level 1
  b <- a
      number 3: priority 3, 600 ${why}

Order among works that are ready: a, b, c
Critical path: a -> b
Estimate: 20m (5m 40s–3h 15m) with 2 workers
  1 worker   30m
  2 workers  20m  <- this plan
  3 workers  20m
  4 workers  20m
  8 workers  20m

no changes made
`,
  );
  const document = planDocument(plan);
  assert.deepEqual(Object.keys(document), [
    'plan_hash',
    'parallel',
    'items',
    'critical_path',
    'estimate_seconds',
    'estimate_low_seconds',
    'estimate_high_seconds',
    'what_if',
    'warnings',
  ]);
  assert.deepEqual(Object.keys(document.items[0] ?? {}), [
    'id',
    'order',
    'level',
    'dependencies',
    'why',
    'estimate_seconds',
  ]);
});

test('the schedule is a table whose columns line up', () => {
  const works = samplePlan([
    { id: 'a', title: 'x\u001b[31my', group: 'brand' },
    { id: 'long-id', after: ['a'] },
  ]).works;
  const schedule = {
    version: 1 as const,
    created_at: '',
    sources: [],
    groups: { order: [], pinned: ['brand'] },
    works,
  };
  assert.equal(
    plainText(scheduleText(schedule, (text) => text.length)),
    `id       group  priority  workflow  depends on  title
a        brand  3         wf        -           xy
long-id  -      3         wf        a           long-id

2 works; pinned groups: brand
`,
  );
});

test('a follower sees one plain line a change', () => {
  const batch = new SampleBatch(samplePlan([{ id: 'a' }], { parallel: 1 }));
  batch.begin();
  batch.prepare('a');
  assert.deepEqual(
    batch.events.flatMap((event) => eventLine(event) ?? []),
    [
      '12:00:00 batch created: 1 work, 1 at a time',
      '12:00:00 scheduler started',
      '12:00:00 a assigned to worker-1',
      '12:00:00 a running wf2-spec',
    ],
  );
});

test('a warning about the base of a work is a line of its own, and a throttle without words ends without a colon', () => {
  const said = (body: EventBody): string | undefined =>
    describeEvent({ ...body, seq: 1, at: '2026-01-31T12:00:00.000Z', actor: 'worker-1' })?.text;
  const id = asWorkId('a');
  const prepared = { type: 'work_prepared', id, token: 't', place: null } as const;
  assert.equal(said({ ...prepared, notes: [] }), undefined);
  assert.equal(said({ ...prepared, notes: ['main is ahead'] }), 'note: main is ahead');
  const throttled = { kind: 'throttled', resource: 'gpu', message: '' } as const;
  assert.equal(
    said({ type: 'work_requeued', id, token: 't', reason: throttled, not_before: null }),
    'queued again: throttled by gpu',
  );
});

test('the exit code tells failed works from stopped ones, and 3 wins', () => {
  const done = new SampleBatch(samplePlan([{ id: 'a' }], { parallel: 1 }));
  done.begin();
  assert.equal(exitCode(done.state), 0);
  done.complete('a');
  done.decide();
  assert.equal(done.state.batch.status, 'completed');
  assert.equal(exitCode(done.state), 0);
  const stopped = new SampleBatch(samplePlan([{ id: 'a' }, { id: 'b' }], { parallel: 1 }));
  stopped.claim();
  stopped.ask({ type: 'pause' });
  assert.equal(exitCode(stopped.state), 4);
  stopped.ask({ type: 'stop', ids: null, mode: 'graceful' });
  stopped.decide();
  assert.equal(exitCode(stopped.state), 4);
  stopped.ask({ type: 'skip', ids: [stopped.state.works[0]?.id as never], satisfied: false });
  assert.equal(exitCode(stopped.state), 3);
});
