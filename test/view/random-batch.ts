/** Batches driven at random, always by requests that a real worker or person could make. */
import type { StageEnd } from '../../src/core/failure.ts';
import type { Request } from '../../src/core/request.ts';
import { isActive } from '../../src/core/state.ts';
import { asWorkId, type WorkId } from '../../src/core/work.ts';
import { SampleBatch, samplePlan, type SampleWork } from './sample-batch.ts';

export type Random = () => number;

/** mulberry32: numbers from 0 to 1, the same ones for the same seed. */
export const makeRandom = (seed: number): Random => {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
};

/** What an ill-meaning or careless source may put into a title, an output line or a question. */
export const hostileTexts = [
  'plain words',
  'red \u001b[31mtext\u001b[0m',
  'title \u001b]0;owned\u0007 set',
  'two\r\nlines\tand a tab',
  'bell \u0007 and \u009b31m and \u0085',
  'right \u202eto left\u202c \u2066isolated\u2069',
  'nul \u0000 and del \u007f',
  'unended \u001b]8;;http://x',
  '',
  `${'long '.repeat(400)}`,
  '<script>alert(1)</script> | `code` *bold* [a](b)',
  'half \ud83d pair',
];

export const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;

/** A batch after some dozens of random steps, shown after each. */
export const makeRandomBatch = (seed: number, show: (batch: SampleBatch) => void = () => undefined): SampleBatch => {
  const random = makeRandom(seed);
  const batch = new SampleBatch(randomPlan(random));
  const steps = Math.floor(random() * 200);
  for (let step = 0; step < steps; step++) {
    takeStep(batch, random);
    show(batch);
  }
  return batch;
};

const randomPlan = (random: Random) => {
  const count = Math.floor(random() * 12);
  const ids = Array.from({ length: count }, (_, i) => `w${String(i).padStart(2, '0')}`);
  const works = ids.map((id, i): SampleWork => {
    const earlier = ids.slice(0, i);
    return {
      id,
      title: pick(random, hostileTexts),
      group: random() < 0.3 ? pick(random, hostileTexts) : null,
      after: earlier.filter(() => random() < 0.25),
      conflicts: earlier.filter(() => random() < 0.1),
      uses: random() < 0.3 ? ['anthropic'] : [],
      expected_seconds: Math.floor(random() * 900),
    };
  });
  const on_failure = pick(random, ['skip-dependents', 'skip-dependents', 'stop-new', 'stop-all'] as const);
  const resources = { anthropic: { slots: 1, per_minute: 3, cooldown_ms: 60_000 } };
  return samplePlan(works, { parallel: 1 + Math.floor(random() * 4), settings: { on_failure, resources } });
};

const takeStep = (batch: SampleBatch, random: Random): void => {
  batch.pass(Math.floor(random() * 40));
  const kind = random();
  if (kind < 0.3) batch.decide();
  else if (kind < 0.4) batch.enlistAll();
  else if (kind < 0.45) batch.claim();
  else if (kind < 0.85) workStep(batch, random);
  else batch.ask(randomControl(batch, random));
};

const workStep = (batch: SampleBatch, random: Random): void => {
  const { state } = batch;
  if (state.active.length === 0) return;
  const i = pick(random, state.active);
  const id = state.works[i]?.id as WorkId;
  const record = state.records[i];
  if (record === undefined || !isActive(record.state)) return;
  if (record.state.status === 'assigned') return batch.prepare(id);
  if (record.state.publishing !== null && record.stage_index >= 2) return batch.deliver(id);
  const line = pick(random, hostileTexts);
  const token = batch.token(id);
  const kind = random();
  if (kind < 0.6) batch.endStage(id, { code: pick(random, [0, 0, 0, 7, 7, 75]), line });
  else if (kind < 0.7) batch.endStage(id, { question: line });
  else if (kind < 0.8)
    batch.ask({ type: 'report_attention', token, question: random() < 0.5 ? line : null }, 'worker-1');
  else if (kind < 0.9) report(batch, id, randomEnd(random, line));
  else giveUp(batch, random);
};

const report = (batch: SampleBatch, id: WorkId, end: StageEnd): void => {
  const request: Request = {
    type: 'report_stage',
    ...batch.stageOf(id),
    report: {
      end,
      last_line: 'last line',
      duration_ms: 1000,
      result: { kind: 'none' },
      missing: null,
      quota: null,
      spent: null,
      commit: null,
    },
  };
  batch.ask(request, 'worker-1');
};

const randomEnd = (random: Random, text: string): StageEnd =>
  pick<StageEnd>(random, [
    { kind: 'signalled', signal: 'SIGSEGV' },
    { kind: 'timed_out', limit_ms: 1_800_000, limit: 'stage' },
    { kind: 'timed_out', limit_ms: 60_000, limit: 'work' },
    { kind: 'idle', limit_ms: 300_000 },
    { kind: 'asked', question: text },
    { kind: 'not_started', message: text },
    { kind: 'stopped' },
  ]);

const giveUp = (batch: SampleBatch, random: Random): void => {
  if (batch.state.workers.length === 0) return;
  const { worker, incarnation } = pick(random, batch.state.workers);
  batch.ask({ type: 'give_up_worker', worker, incarnation, reason: pick(random, hostileTexts) }, 'scheduler');
};

const randomControl = (batch: SampleBatch, random: Random): Request => {
  const ids = [batch.state.works.length === 0 ? asWorkId('none') : pick(random, batch.state.works).id];
  return pick<() => Request>(random, [
    () => ({ type: 'pause' }),
    () => ({ type: 'resume', parallel: null, retryFailed: random() < 0.7, engine: null }),
    () => ({ type: 'resume', parallel: 1 + Math.floor(random() * 4), retryFailed: true, engine: null }),
    () => ({ type: 'stop', ids, mode: 'graceful' }),
    () => ({
      type: 'stop',
      ids: random() < 0.3 ? null : ids,
      mode: pick(random, ['graceful', 'force', 'drain'] as const),
    }),
    () => ({ type: 'retry', ids, from: null, rerun: random() < 0.2, answer: null }),
    () => ({ type: 'skip', ids, satisfied: random() < 0.3 }),
    () => ({ type: 'remove', ids }),
    () => ({ type: 'note', id: ids[0] ?? null, text: pick(random, hostileTexts) }),
  ])();
};
