/** Each law broken once on purpose, by a part that does what it must not. */
import type { EventBody } from '../../src/core/event.ts';
import { startState, type BatchState, type WorkRecord } from '../../src/core/state.ts';
import { realParts, type Parts } from './parts.ts';
import type { Law } from './violation.ts';

export interface Sabotage {
  readonly title: string;
  /** Any of these laws turning red will do. */
  readonly laws: readonly Law[];
  readonly parts: Partial<Parts>;
}

const { decide, accept, evolve, findTask } = realParts;

/** A decision made on a state that is not so. */
const decideOn = (change: (state: BatchState) => BatchState): Partial<Parts> => ({
  decide: (state, moment) => decide(change(state), moment),
});
const acceptOn = (change: (state: BatchState) => BatchState): Partial<Parts> => ({
  accept: (state, request, now) => accept(change(state), request, now),
});
const withRecords = (state: BatchState, change: (record: WorkRecord) => WorkRecord): BatchState => ({
  ...state,
  records: state.records.map(change),
});
const withSettings = (state: BatchState, settings: Partial<BatchState['plan']['settings']>): BatchState => ({
  ...state,
  plan: { ...state.plan, settings: { ...state.plan.settings, ...settings } },
});
const withMoreEvents = (more: (state: BatchState) => readonly EventBody[]): Partial<Parts> => ({
  decide: (state, moment) => {
    const decision = decide(state, moment);
    return { ...decision, events: [...decision.events, ...more(state)] };
  },
});

const readyAll = (state: BatchState): BatchState => {
  const ready = state.ready.copy();
  state.records.forEach((record, i) => ready.set(i, record.state.status === 'queued'));
  return { ...state, ready };
};

/** A report is taken for one of the work's newest attempt, whatever attempt wrote it. */
const acceptAnyToken: Parts['accept'] = (state, request, now) => {
  const answer = accept(state, request, now);
  if (answer.ok || answer.refusal.reason !== 'stale_attempt' || !('token' in request)) return answer;
  const { id } = answer.refusal;
  const token = /-(worker-\d+)-\d+$/.exec(request.token)?.[1];
  const other = state.active.find(
    (i) => state.works[i]?.id === id || (id === '' && (state.records[i]?.attempts ?? 0) > 1 && token !== undefined),
  );
  const current = other === undefined ? null : state.records[other]?.token;
  return current === null || current === undefined ? answer : accept(state, { ...request, token: current }, now);
};

export const sabotages: readonly Sabotage[] = [
  {
    title: 'evolve throws at an event it does not like',
    laws: [1],
    parts: {
      evolve: (state, events) => {
        if (events.some(({ type }) => type === 'work_requeued')) throw new Error('no');
        return evolve(state, events);
      },
    },
  },
  {
    title: 'evolve changes the state that it was given',
    laws: [1, 11],
    parts: {
      evolve: (state, events) => {
        const next = evolve(state, events);
        (state.records as WorkRecord[]).forEach((record, i, all) => {
          all[i] = { ...record, throttles: 9 };
        });
        return next;
      },
    },
  },
  {
    title: 'decide records a note each time',
    laws: [2],
    parts: withMoreEvents(() => [{ type: 'noted', id: null, text: 'again' }]),
  },
  { title: 'a work goes before its dependencies', laws: [3], parts: decideOn(readyAll) },
  {
    title: 'a busy worker gets another work',
    laws: [4],
    parts: decideOn((state) => ({
      ...state,
      workers: state.workers.map((worker) => ({ ...worker, work: -1 })),
      active: [],
    })),
  },
  {
    title: 'a resume runs completed works again',
    laws: [5],
    parts: acceptOn((state) =>
      withRecords(state, (record) =>
        record.state.status === 'completed'
          ? { ...record, state: { status: 'stopped', cause: { kind: 'operator' } } }
          : record,
      ),
    ),
  },
  { title: 'a report is taken without looking at its token', laws: [6, 7, 10], parts: { accept: acceptAnyToken } },
  { title: 'a replaced scheduler may still record', laws: [6], parts: { mayCommit: () => true } },
  {
    title: 'a report that comes twice counts twice',
    laws: [7],
    parts: {
      accept: (state, request, now) => {
        if (request.type !== 'report_stage') return accept(state, request, now);
        const i = state.records.findIndex(({ token }) => token === request.token);
        const record = state.records[i];
        return accept(
          state,
          record === undefined
            ? request
            : { ...request, stage_index: record.stage_index, visit: record.visits[record.stage_index] ?? 1 },
          now,
        );
      },
    },
  },
  {
    title: 'a lost summons is never repeated',
    laws: [7, 9],
    parts: decideOn((state) => ({
      ...state,
      workers: state.workers.map((worker) =>
        worker.status === 'summoned' ? { ...worker, deadline: Infinity } : worker,
      ),
    })),
  },
  {
    title: 'two processes enlist as one worker',
    laws: [7],
    parts: acceptOn((state) => ({
      ...state,
      workers: state.workers.map((worker) => (worker.status === 'live' ? { ...worker, status: 'summoned' } : worker)),
    })),
  },
  {
    title: 'wakeAt is now',
    laws: [8],
    parts: { decide: (state, moment) => ({ ...decide(state, moment), wakeAt: moment.now }) },
  },
  {
    title: 'the end of a back-off wakes nobody',
    laws: [9],
    parts: { decide: (state, moment) => ({ ...decide(state, moment), wakeAt: Infinity }) },
  },
  {
    title: 'a worker never takes a retried work',
    laws: [9],
    parts: {
      findTask: (state, worker, incarnation) => {
        const task = findTask(state, worker, incarnation);
        return task.kind === 'attempt' && task.record.attempts > 1 ? { kind: 'idle' } : task;
      },
    },
  },
  {
    title: 'max_visits is forgotten',
    laws: [10],
    parts: acceptOn((state) => ({
      ...state,
      plan: {
        ...state.plan,
        workflows: Object.fromEntries(
          Object.entries(state.plan.workflows).map(([name, flow]) => [
            name,
            { ...flow, stages: flow.stages.map((stage) => ({ ...stage, max_visits: 1000 })) },
          ]),
        ),
      },
    })),
  },
  {
    title: 'max_attempts is forgotten',
    laws: [10],
    parts: acceptOn((state) => withRecords(state, (record) => ({ ...record, failures: 0 }))),
  },
  {
    title: 'evolve forgets that a dependency was delivered',
    laws: [11],
    parts: {
      evolve: (state, events) => {
        const next = evolve(state, events);
        return events.some(({ type }) => type === 'work_completed') ? { ...next, remaining: state.remaining } : next;
      },
    },
  },
  {
    title: 'a snapshot forgets the failures',
    laws: [11],
    parts: {
      toSnapshot: (state) => realParts.toSnapshot(withRecords(state, (record) => ({ ...record, failures: 0 }))),
    },
  },
  { title: 'the remote takes every push', laws: [12], parts: { mayReplace: () => true } },
  {
    title: 'a work completes with another commit than it pushed',
    laws: [12],
    parts: {
      accept: (state, request, now) =>
        accept(state, request.type === 'report_delivered' ? { ...request, commit: 'commit-other' } : request, now),
    },
  },
  {
    title: 'one more than N runs',
    laws: [13],
    parts: decideOn((state) => ({ ...state, batch: { ...state.batch, parallel: state.batch.parallel + 1 } })),
  },
  {
    title: 'conflicts are not looked at',
    laws: [13],
    parts: decideOn((state) => ({ ...state, relations: { ...state.relations, conflicts: state.works.map(() => []) } })),
  },
  {
    title: 'slots and rates of resources are not looked at',
    laws: [13],
    parts: decideOn((state) => withSettings(state, { resources: {} })),
  },
  {
    title: 'a resource that cools down is given out',
    laws: [13],
    parts: decideOn((state) => ({
      ...state,
      resources: new Map([...state.resources].map(([name, record]) => [name, { ...record, cooled_until: 0 }])),
    })),
  },
  {
    title: 'a new attempt while an old process lives',
    laws: [14],
    parts: withMoreEvents((state) =>
      state.active.flatMap((i): EventBody[] => {
        const record = state.records[i];
        const work = state.works[i];
        return record?.token == null || work === undefined || record.state.status !== 'running'
          ? []
          : [
              {
                type: 'work_requeued',
                id: work.id,
                token: record.token,
                reason: { kind: 'lost', failure: { reason: 'lost', stage: 'x', message: 'thought dead' } },
                not_before: null,
              },
            ];
      }),
    ),
  },
  {
    title: 'works are dispatched while the batch pauses',
    laws: ['controls'],
    parts: decideOn((state) =>
      state.batch.status === 'paused' ? { ...state, batch: { ...state.batch, status: 'running' } } : state,
    ),
  },
  {
    title: 'max_works is forgotten',
    laws: ['controls'],
    parts: decideOn((state) => withSettings(state, { max_works: null })),
  },
  {
    title: 'a failure under stop-new stops nothing',
    laws: ['controls'],
    parts: decideOn((state) => withSettings(state, { on_failure: 'skip-dependents' })),
  },
  {
    title: 'a back-off is cut short',
    laws: ['controls'],
    parts: decideOn((state) =>
      withRecords(state, (record) =>
        record.state.status === 'queued' ? { ...record, state: { ...record.state, not_before: 0 } } : record,
      ),
    ),
  },
];

/** All parts, with what the saboteur replaced. */
export const sabotaged = ({ parts }: Sabotage): Parts => ({ ...realParts, start: startState, ...parts });
