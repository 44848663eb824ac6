import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Pulse } from '../../src/core/pulse.ts';
import { formatTime } from '../../src/core/time.ts';
import { exitCode } from '../../src/view/exit-code.ts';
import { plainText } from '../../src/view/line.ts';
import { makeReport, reportMarkdown } from '../../src/view/report.ts';
import { endSummary } from '../../src/view/end-summary.ts';
import { asWorkId } from '../../src/core/work.ts';
import { makeActivity } from '../../src/view/activity.ts';
import { emptyStatus, makeStatus, type KnownItems, type StatusDocument } from '../../src/view/status.ts';
import { hasRow, statusText } from '../../src/view/status-text.ts';
import { eventLine } from '../../src/view/event-line.ts';
import { planText } from '../../src/view/plan-text.ts';
import { hostileTexts, makeRandom, makeRandomBatch, pick } from './random-batch.ts';
import { SampleBatch, samplePlan } from './sample-batch.ts';

const alive = { schedulerIsAlive: true, deadWorkers: new Set<string>() };
const noPulses: ReadonlyMap<string, Pulse> = new Map();

const statusOf = (
  batch: SampleBatch,
  more: { pulses?: ReadonlyMap<string, Pulse>; live?: typeof alive; isWanted?: typeof hasRow; known?: KnownItems } = {},
): StatusDocument =>
  makeStatus({
    state: batch.state,
    now: batch.now,
    pulses: noPulses,
    events: batch.events.slice(-50),
    live: alive,
    ...more,
  });

const pulse = (batch: SampleBatch, id: string): Pulse => ({
  at: batch.now,
  id,
  stage: 'wf2-spec',
  last_output: ['one', 'two\u001b[K'],
  phase: 'Phase 4: Panel',
  progress: 0.25,
  pid: 4711,
  question: null,
});

test('the document has the shape of the specification, in its order', () => {
  const works = [
    { id: 'a', title: 'Do \u001b[1ma' },
    { id: 'b', after: ['a'] },
  ];
  const batch = new SampleBatch(samplePlan(works, { parallel: 1 }));
  batch.begin();
  batch.prepare('a');
  batch.pass(90);
  const status = statusOf(batch, { pulses: new Map([['worker-1', pulse(batch, 'a')]]) });
  const { items, activity, workers, eta_seconds, eta_low_seconds, eta_high_seconds, ...rest } = status;
  assert.ok(eta_low_seconds !== null && eta_seconds !== null && eta_high_seconds !== null);
  assert.ok(eta_low_seconds < eta_seconds && eta_seconds < eta_high_seconds);
  assert.deepEqual(rest, {
    batch_run_id: '20260131-120000-abcd',
    state: 'running',
    plan_hash: 'a1b2c3',
    created_at: '2026-01-31T12:00:00.000Z',
    started_at: '2026-01-31T12:00:00.000Z',
    ended_at: null,
    parallel: 1,
    counts: { queued: 1, running: 1, completed: 0, failed: 0, skipped: 0, stopped: 0, total: 2 },
    throughput_per_hour: 0,
    scheduler: { running: true, pid: 100, session: 'wf-batch-scheduler' },
    recent_failures: [],
  });
  assert.deepEqual(workers, [
    { id: 'worker-1', session: 'wf-batch-worker-1', state: 'running', work_id: 'a', stage: 'wf2-spec', pid: 201 },
  ]);
  assert.deepEqual(items[0], {
    id: 'a',
    title: 'Do a',
    group: null,
    state: 'running',
    reason: null,
    attempts: 1,
    stage: 'wf2-spec',
    stage_index: 0,
    stage_count: 2,
    phase: 'Phase 4: Panel',
    progress: 0.25,
    pid: 4711,
    last_output: ['one', 'two'],
    source: { type: 'local', ref: 'a' },
    started_at: '2026-01-31T12:00:00.000Z',
    ended_at: null,
    duration_ms: 90_000,
    branch: 'wf/a',
    worktree: '/repo/.worktrees/a',
    base_commit: 'b'.repeat(40),
    commit: null,
    pushed: false,
    dependencies: [],
    needs_attention: null,
    last_error: null,
  });
  assert.equal(items[1]?.reason, 'waits for a in stage wf2-spec, about 9m left');
  assert.deepEqual(activity.at(-1), {
    seq: 7,
    at: '2026-01-31T12:00:00.000Z',
    id: 'a',
    actor: 'worker-1',
    before: 'running',
    after: 'running',
    text: 'running wf2-spec',
  });
  assert.deepEqual(Object.keys(emptyStatus()), Object.keys(status));
});

test('a work that waits for a person says so, as do its worker and a blocked work', () => {
  const batch = new SampleBatch(samplePlan([{ id: 'a' }, { id: 'b' }]));
  batch.begin();
  for (const id of ['a', 'b']) batch.prepare(id);
  batch.pass(10);
  batch.ask({ type: 'report_attention', token: batch.token('a'), question: 'Proceed?' }, 'worker-1');
  batch.endStage('b', { question: 'Which one?' });
  const { items, workers } = statusOf(batch);
  const since = formatTime(batch.now);
  assert.deepEqual(
    items.map(({ needs_attention }) => needs_attention),
    [
      { since, question: 'Proceed?' },
      { since, question: 'Which one?' },
    ],
  );
  assert.deepEqual(
    workers.map(({ state }) => state),
    ['waiting', 'idle'],
  );
});

test('a work that failed stands at the stage of its index, whatever stage the failure names', () => {
  const stages = [{ name: 'write', max_visits: 1 }, { name: 'check' }];
  const batch = new SampleBatch(samplePlan([{ id: 'a' }], { stages }));
  batch.begin();
  batch.prepare('a');
  batch.endStage('a');
  batch.endStage('a', { to: 'write' });
  const [item] = statusOf(batch).items;
  assert.deepEqual([item?.state, item?.stage, item?.stage_index], ['failed', 'check', 1]);
});

test('the activity goes by what a line says of its change, unless that is no state', () => {
  const event = {
    type: 'work_skipped',
    id: asWorkId('a'),
    satisfied: false,
    seq: 9,
    at: '',
    actor: 'operator',
  } as const;
  const changes = (said: object): unknown =>
    makeActivity([{ ...event, ...said }]).map(({ before, after }) => [before, after]);
  assert.deepEqual(changes({ before: 'stopped', after: 'skipped' }), [['stopped', 'skipped']]);
  assert.deepEqual(changes({ before: { a: 1 }, after: '\u001b[31m' }), [[null, 'skipped']]);
  assert.deepEqual(changes({}), [[null, 'skipped']]);
});

test('the pulse of an attempt that is over shows nothing', () => {
  const batch = new SampleBatch(samplePlan([{ id: 'a' }, { id: 'b' }]));
  batch.begin();
  const old = pulse(batch, 'a');
  batch.prepare('a');
  batch.endStage('a', { code: 7 });
  batch.pass(61);
  batch.decide();
  batch.prepare('a');
  assert.equal(statusOf(batch, { pulses: new Map([['worker-1', old]]) }).items[0]?.phase, null);
});

test('a dead scheduler and a dead worker are shown as such, and no estimate is given', () => {
  const batch = new SampleBatch(samplePlan([{ id: 'a' }]));
  batch.begin();
  const status = statusOf(batch, { live: { schedulerIsAlive: false, deadWorkers: new Set(['worker-1']) } });
  assert.deepEqual(status.scheduler, { running: false, pid: null, session: null });
  assert.equal(status.workers[0]?.state, 'dead');
  assert.equal(status.eta_seconds, null);
});

test('throughput and the time left follow the works that are completed', () => {
  const batch = new SampleBatch(
    samplePlan(
      ['a', 'b', 'c', 'd'].map((id) => ({ id })),
      { parallel: 1 },
    ),
  );
  batch.begin();
  batch.complete('a', 600);
  const status = statusOf(batch);
  assert.equal(status.throughput_per_hour, 3);
  // Three are left; each was expected to take 600 s, and the one that is done took 1200. Long ones are likelier than short.
  const left = status.eta_seconds ?? 0;
  assert.ok(left > 3 * 600 && left < 5 * 1200, String(left));
});

const hasControl = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}]/u;

test('text, document, report and exit code agree in every batch, and nothing unclean reaches a person', () => {
  const rounds = process.env['WF_LONG'] === '1' ? 10_000 : 600;
  const sum = { works: 0, events: 0, refused: 0, failed: 0, skipped: 0, stopped: 0, completed: 0 };
  for (let seed = 1; seed <= rounds; seed++) {
    const batch = makeRandomBatch(seed);
    const status = statusOf(batch, { pulses: randomPulses(batch, seed) });
    const { total, ...states } = status.counts;
    const about = `seed ${seed}`;
    assert.equal(total, status.items.length, about);
    for (const [state, count] of Object.entries(states))
      assert.equal(status.items.filter((item) => item.state === state).length, count, `${about}: ${state}`);
    const lines = statusText({ status, schedule: null, sessions: new Map() });
    const text = plainText(lines);
    assert.deepEqual(countsOf(text), status.counts, about);
    const report = makeReport(batch.state, batch.now);
    assert.deepEqual(report.counts, status.counts, about);
    const shown = [
      ...lines.flat().map((each) => each.text),
      ...endSummary(batch.state, batch.now)
        .flat()
        .map((each) => each.text),
      ...planText(batch.state.plan)
        .flat()
        .map((each) => each.text),
      ...reportMarkdown(report).split('\n'),
      ...batch.events.map((event) => eventLine(event) ?? ''),
      ...strings({ ...status, items: status.items.map((item) => ({ ...item, source: null })) }),
      ...strings(report),
    ];
    assert.equal(
      shown.find((each) => hasControl.test(each)),
      undefined,
      about,
    );
    if (exitCode(batch.state) === 3) assert.ok(states.failed + states.skipped > 0, about);
    sum.works += total;
    sum.events += batch.events.length;
    sum.refused += batch.refused;
    for (const name of ['failed', 'skipped', 'stopped', 'completed'] as const) sum[name] += states[name];
  }
  console.log(`${rounds} batches: ${JSON.stringify(sum)}`);
  assert.ok(sum.failed > 20 && sum.skipped > 50 && sum.stopped > 50 && sum.completed > 50);
});

test('the text needs no item of those that it only counts', () => {
  let left = 0;
  for (let seed = 1; seed <= 300; seed++) {
    const batch = makeRandomBatch(seed);
    const pulses = randomPulses(batch, seed);
    const [all, some] = [statusOf(batch, { pulses }), statusOf(batch, { pulses, isWanted: hasRow })];
    left += all.items.length - some.items.length;
    const [whole, text] = [all, some].map((status) => statusText({ status, schedule: null, sessions: new Map() }));
    assert.deepEqual(text, whole, `seed ${seed}`);
  }
  assert.ok(left > 300, String(left));
});

test('a view that stays open and keeps its items shows what one that begins now shows', () => {
  let [kept, all] = [0, 0];
  for (let seed = 1; seed <= 60; seed++) {
    const known: KnownItems = new WeakMap();
    let before: ReadonlySet<unknown> = new Set();
    makeRandomBatch(seed, (batch) => {
      const { items } = statusOf(batch, { known });
      assert.deepEqual(items, statusOf(batch).items, `seed ${seed}`);
      kept += items.filter((item) => before.has(item)).length;
      all += items.length;
      before = new Set(items);
    });
  }
  assert.ok(kept > all / 2, `${kept} of ${all}`);
});

const randomPulses = (batch: SampleBatch, seed: number): ReadonlyMap<string, Pulse> => {
  const random = makeRandom(seed + 1_000_000);
  return new Map(
    batch.state.workers.map(({ worker, work }) => [
      worker,
      {
        ...pulse(batch, batch.state.works[work]?.id ?? ''),
        last_output: [pick(random, hostileTexts)],
        phase: pick(random, hostileTexts),
        question: random() < 0.5 ? pick(random, hostileTexts) : null,
      },
    ]),
  );
};

/** The numbers of the Progress block. */
const countsOf = (text: string): StatusDocument['counts'] => {
  const read = (label: string): number => Number(new RegExp(`^  .*${label}: +(\\d+)$`, 'm').exec(text)?.[1] ?? 0);
  return {
    queued: read('Pending'),
    running: read('In Progress'),
    completed: read('Completed'),
    failed: read('Failed'),
    skipped: read('Skipped'),
    stopped: read('Stopped'),
    total: read('Total'),
  };
};

const strings = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(strings) : [];
};

test('the status of 2,000 works costs less than 100 ms of processor', () => {
  const works = Array.from({ length: 2000 }, (_, i) => ({
    id: `w${i}`,
    after: i % 3 === 0 || i < 10 ? [] : [`w${i - 10}`],
  }));
  const batch = new SampleBatch(samplePlan(works, { parallel: 4 }));
  batch.begin();
  const times = Array.from({ length: 5 }, () => {
    const begun = process.cpuUsage();
    statusOf(batch);
    const { user, system } = process.cpuUsage(begun);
    return (user + system) / 1000;
  });
  console.log(`2,000 works: ${Math.min(...times).toFixed(1)} ms`);
  assert.ok(Math.min(...times) < 100, String(times));
});
