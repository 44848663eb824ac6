/** One run: a world, a batch in it, faults while it runs, and the look at what is left of it. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { makeRandom } from '../../test/sim/random.ts';
import { readState } from './batch-state.ts';
import { gather } from './check/gather.ts';
import { judge } from './check/judge.ts';
import type { Violation } from './check/judge.ts';
import { countNotes, happened, inject, victimsOf } from './injection.ts';
import { processesOf, signal } from './processes.ts';
import type { Program } from './program.ts';
import type { PlannedFault } from './random-faults.ts';
import { recoveriesOf } from './recovery.ts';
import type { Recovery } from './recovery.ts';
import type { Happened, Scene } from './scene.ts';
import type { Scenario } from './scenario.ts';
import { bringToEnd, makeWay } from './second-terminal.ts';
import { watchJournal } from './watch.ts';
import type { Watch } from './watch.ts';
import { arm, bystander, makeWorld } from './world.ts';
import type { World } from './world.ts';

export interface RunResult {
  readonly scenario: Scenario;
  readonly happened: readonly Happened[];
  readonly recoveries: readonly Recovery[];
  readonly violations: readonly Violation[];
  readonly tookMs: number;
  /** What `wf0-batch --version` took before it began: how fast the machine was just then. */
  readonly yardstickMs: number;
  /** What the commands said, for the one who looks at a run that went wrong. */
  readonly said: string;
  readonly folder: string;
}

export const runScenario = async (
  program: Program,
  scenario: Scenario,
  { keep = false }: { readonly keep?: boolean } = {},
): Promise<RunResult> => {
  const world = await makeWorld(program, scenario);
  const yardstickMs = await measure(() => world.batch('--version'));
  const beganAt = performance.now();
  const said: string[] = [];
  const scene: Scene = {
    world,
    works: scenario.works.map(({ id }) => id),
    engine: scenario.engine,
    parallel: scenario.parallel,
    random: makeRandom(scenario.seed + 1),
    foreign: new Map(),
    overwritten: [],
    lostBystanders: new Set(),
    say: (text) => {
      said.push(`${Math.round(performance.now() - beganAt)} ms ${text}`);
      if (process.env['CHAOS_TALK'] !== undefined) console.log(said.at(-1));
    },
  };
  const watch = watchJournal(world.project);
  try {
    const { events, isSettled } = await play(scene, scenario, watch);
    const violations = judge(await look(scene, scenario, isSettled));
    watch.look();
    return {
      scenario,
      happened: events,
      recoveries: recoveriesOf(events, watch.seen),
      violations,
      tookMs: performance.now() - beganAt,
      yardstickMs,
      said: said.join('\n'),
      folder: world.folder,
    };
  } finally {
    watch.stop();
    endAll(world);
    if (!keep) world.remove();
  }
};

const measure = async (action: () => Promise<unknown>): Promise<number> => {
  const beganAt = performance.now();
  await action();
  return performance.now() - beganAt;
};

/** Starts the batch, lets things go wrong, and brings it to its end. */
const play = async (
  scene: Scene,
  { faults, limitMs }: Scenario,
  watch: Watch,
): Promise<{ readonly events: readonly Happened[]; readonly isSettled: boolean }> => {
  arm(
    scene.world,
    faults.filter((fault) => fault.when === 'point'),
  );
  const events: Happened[] = [];
  const over = new AbortController();
  const troubles = [...faults.map((fault) => meet(scene, fault, { watch, events, signal: over.signal }))];
  void Promise.all(troubles).then(() => writeFileSync(join(scene.world.notes, 'gate'), ''));
  const isSettled = await bringToEnd(scene, limitMs);
  over.abort();
  await Promise.all(troubles);
  // What was mended last may have undone the end: a machine that died right after it.
  return { events, isSettled: isSettled && (await bringToEnd(scene, limitMs)) };
};

interface Meeting {
  readonly watch: Watch;
  readonly events: Happened[];
  readonly signal: AbortSignal;
}

const pollMs = 5;

/** Waits for a fault's instant; a fault that finds nobody waits for the next one to come by. */
const meet = async (scene: Scene, fault: PlannedFault, { watch, events, signal: over }: Meeting): Promise<void> => {
  while (!over.aborted) {
    const found = await meetOnce(scene, fault, watch);
    if (found !== null) {
      scene.say(`! ${found.name}${found.victims === null ? '' : ` (${found.victims.works.join(', ')})`}`);
      return void events.push(found);
    }
    await delay(pollMs);
  }
};

const meetOnce = (scene: Scene, fault: PlannedFault, watch: Watch): Promise<Happened | null> => {
  switch (fault.when) {
    case 'point':
      return meetPoint(scene, fault);
    case 'note':
      return meetNote(scene, fault);
    case 'line':
      return meetInstant(scene, fault, watch);
  }
};

const meetNote = async (
  scene: Scene,
  { line, what }: Extract<PlannedFault, { when: 'note' }>,
): Promise<Happened | null> => (countNotes(scene.world) < line ? null : inject(scene, what));

const meetInstant = async (
  scene: Scene,
  fault: Extract<PlannedFault, { when: 'line' }>,
  watch: Watch,
): Promise<Happened | null> => {
  if (watch.seen.length < fault.line) return null;
  await delay(fault.delayMs);
  return inject(scene, fault.what);
};

/** Who was hit at a point says so first. One that froze is thawed here. */
const meetPoint = async (
  scene: Scene,
  { id, point, action, ms, then }: Extract<PlannedFault, { when: 'point' }>,
): Promise<Happened | null> => {
  const file = join(scene.world.control, 'fired', id);
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (text === '') return null;
  const pid = Number(text);
  const victims = victimsOf(scene, [pid]);
  if (action === 'freeze') {
    await delay(ms);
    signal(pid, 'SIGCONT');
  }
  if (action === 'sleep') await delay(ms);
  if (action === 'hold') {
    if (then !== undefined) await inject(scene, then);
    writeFileSync(`${file}.go`, '');
  }
  const { status, schedulers } = readState(scene.world.project);
  const by = schedulers.has(pid) ? 'scheduler' : null;
  // Before there is a batch nothing can recover: the person starts it again.
  return happened(`${action} at ${point}`, { victims, by, isMeasured: status !== 'none' });
};

const look = async (scene: Scene, scenario: Scenario, isSettled: boolean): ReturnType<typeof gather> => {
  const { world } = scene;
  if (isSettled) await untilNobodyRuns(world, scenario.leaveMs);
  await makeWay(scene);
  // A fault that has met nobody while the batch ran would hit the command that tidies up.
  arm(world, []);
  if (isSettled) scene.say(`$ wf0-batch clean\n${(await world.batch('clean', '--yes')).text}`);
  const sessions = await sessionsOf(scene);
  return gather({
    ...world,
    works: scenario.works,
    parallel: scenario.parallel,
    isSettled,
    overwritten: scene.overwritten,
    running: [
      ...strangers(world).map(({ pid, command }) => `${pid} ${command}`),
      ...sessions.filter((name) => name !== bystander.session).map((name) => `session ${name}`),
    ],
    bystander: { ...bystander, worktree: join(world.home, bystander.worktree) },
    isSessionThere:
      scene.engine === 'process' || scene.lostBystanders.has('session') || sessions.includes(bystander.session),
  });
};

const sessionsOf = async ({ world, engine }: Scene): Promise<readonly string[]> =>
  engine === 'process'
    ? []
    : ((await world.tmux('list-sessions', '-F', '#{session_name}')) ?? '').split('\n').filter((name) => name !== '');

/** Processes that should not be there once a batch is over. A server with a session of somebody else stays. */
const strangers = (world: World): ReturnType<typeof processesOf> =>
  processesOf(world).filter(({ role }) => role !== 'tmux' && role !== 'bystander');

const untilNobodyRuns = async (world: World, leaveMs: number): Promise<void> => {
  const deadline = performance.now() + leaveMs;
  while (strangers(world).length > 0 && performance.now() < deadline) await delay(20);
};

const endAll = (world: World): void => {
  for (let tries = 0; tries < 50; tries++) {
    const left = processesOf(world);
    if (left.length === 0) return;
    for (const { pid } of left) signal(pid, 'SIGKILL');
  }
};
