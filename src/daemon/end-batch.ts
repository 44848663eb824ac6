/** The end of a batch: the workers leave, the report is written, the scheduler goes. */
import { accept } from '../core/accept.ts';
import { sumStageTimes, type StageTimes } from '../core/stage-times.ts';
import type { BatchState } from '../core/state.ts';
import { forgetUntaken } from './forget-untaken.ts';
import { makeObserver } from './observe.ts';
import type { SchedulerWorld } from './world.ts';

/** Workers see the end in the journal and leave by themselves; one that does not is ended after this long. */
const leaveMs = 10_000;

/** True once the scheduler has left the batch; false if somebody made it go on meanwhile. */
export const endBatch = async (world: SchedulerWorld, generation: number): Promise<boolean> => {
  const { journal, clock, log } = world;
  const state = await waitForWorkers(world);
  if (!isOver(state)) return false;
  await writeAll(world, state);
  forgetUntaken(world);
  let hasLeft = false;
  await journal.transact('scheduler', (newest) => {
    hasLeft = isOver(newest);
    if (!hasLeft) return { ok: true, events: [] };
    return accept(newest, { type: 'release', generation, reason: `the batch is ${newest.batch.status}` }, clock.now());
  });
  if (hasLeft) log.info(`batch ${journal.batchRunId} is ${state.batch.status}`);
  return hasLeft;
};

const isOver = ({ batch }: BatchState): boolean => batch.status === 'completed' || batch.status === 'stopped';

const waitForWorkers = async (world: SchedulerWorld): Promise<BatchState> => {
  const { journal, clock, processes, log } = world;
  const deadline = clock.elapsed() + leaveMs;
  const observe = makeObserver(world);
  for (;;) {
    const state = await journal.read();
    const left = state.workers.filter(({ status }) => status === 'live');
    if (left.length === 0 || !isOver(state)) return state;
    if (clock.elapsed() > deadline) {
      for (const worker of left) if (worker.process !== null) processes.signal(worker.process, 'SIGKILL');
      log.warn(`${left.map(({ worker }) => worker).join(', ')} did not leave`);
    }
    await observe();
    await journal.changed({ timeoutMs: 500 });
  }
};

const writeAll = async ({ store, journal, writeReport, log }: SchedulerWorld, state: BatchState): Promise<void> => {
  try {
    await journal.saveSnapshot();
    const times = sumStageTimes();
    for await (const event of journal.events(1)) times.add(event);
    await store.appendHistory(historyOf(state, times));
    await writeReport(state);
  } catch (error) {
    log.error('the report could not be written', error);
  }
};

/** How long works took, for later estimates. */
const historyOf = (state: BatchState, times: StageTimes): readonly unknown[] =>
  state.records.flatMap((record, i) => {
    const work = state.works[i];
    if (
      work === undefined ||
      record.state.status !== 'completed' ||
      record.started_at === null ||
      record.ended_at === null
    )
      return [];
    return [
      {
        version: 1,
        at_ms: record.ended_at,
        id: work.id,
        workflow: work.workflow,
        group: work.group,
        duration_ms: record.ended_at - record.started_at,
        run_ms: record.run_ms,
        stages_ms: times.of(work.id),
      },
    ];
  });
