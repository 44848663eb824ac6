/** Makes one thing go wrong from outside, and mends what is only wrong for a while. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, renameSync, rmSync, truncateSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Random } from '../../test/sim/random.ts';
import { readState } from './batch-state.ts';
import { lockHolders, processesOf, signal } from './processes.ts';
import type { Running } from './processes.ts';
import type { OutsideFault, Target } from './random-faults.ts';
import { runCommand } from './second-terminal.ts';
import { findJournal } from './watch.ts';
import type { Happened, Scene, Victims } from './scene.ts';
import type { World } from './world.ts';

const execute = promisify(execFile);

/** Null if there was nobody to hit. */
export const inject = async (scene: Scene, fault: OutsideFault): Promise<Happened | null> => {
  switch (fault.kind) {
    case 'kill':
      return kill(scene, fault.target);
    case 'freeze':
      return freeze(scene, fault.target, fault.ms);
    case 'freeze-for-good':
      return freezeForGood(scene, fault.target);
    case 'kill-server':
      return killServer(scene);
    case 'machine-dies':
      return killMachine(scene);
    case 'files':
      return fault.code === 'EMFILE' ? exhaustFiles(scene, fault.ms) : troubleFiles(scene, fault.code, fault.ms);
    case 'remote-hangs':
      return hangRemote(scene, fault.ms);
    case 'remote-refuses':
      return hideRemote(scene, fault.ms);
    case 'remote-ahead':
      return pushAhead(scene);
    case 'clock-jumps':
      return jumpClock(scene, fault.ms);
    case 'taken-for-dead':
      return takeForDead(scene);
    case 'command': {
      await runCommand(scene, fault.command);
      return happened(`command ${fault.command}`, { isMeasured: false });
    }
  }
};

export const happened = (name: string, over: Partial<Happened> = {}): Happened => ({
  name,
  atMs: performance.now(),
  victims: null,
  by: null,
  isMeasured: true,
  ...over,
});

const rolesOf: Readonly<Record<Exclude<Target, 'lock-holder'>, readonly Running['role'][]>> = {
  scheduler: ['scheduler'],
  'scheduler-and-restarter': ['restarter', 'scheduler'],
  worker: ['worker'],
  stage: ['stage'],
  git: ['git'],
};

/** Whoever is hit; all of a pair, one of many. */
const choose = ({ world, random }: Scene, target: Target): readonly number[] => {
  if (target === 'lock-holder') return lockHolders(world).slice(0, 1);
  const found = processesOf(world).filter(({ role }) => rolesOf[target].includes(role));
  const busy = new Set(readState(world.project).held.keys());
  const wanted = target === 'worker' ? found.filter(({ command }) => busy.has(workerOf(command) ?? '')) : found;
  if (target === 'scheduler-and-restarter') return wanted.map(({ pid }) => pid);
  return wanted.length === 0 ? [] : [random.pick(wanted).pid];
};

const workerOf = (command: string): string | null => / (worker-\d+) /.exec(command)?.[1] ?? null;

/** What the hit processes are, or were, busy with, and whose slots it was. */
export const victimsOf = ({ world }: Scene, pids: readonly number[]): Victims | null => {
  const { held, workers } = readState(world.project);
  const seen = processesOf(world).filter(({ pid }) => pids.includes(pid));
  const hit = pids.flatMap((pid) => workers.get(pid) ?? []);
  const works = new Set([
    ...seen.flatMap(({ work }) => work ?? []),
    ...hit.flatMap((worker) => held.get(worker) ?? []),
  ]);
  const slots = [...held].flatMap(([worker, work]) => (works.has(work) ? [worker] : []));
  return works.size === 0 ? null : { works: [...works], slots: [...new Set([...hit, ...slots])] };
};

const kill = async (scene: Scene, target: Target): Promise<Happened | null> => {
  const pids = choose(scene, target);
  const victims = victimsOf(scene, pids);
  const hit = pids.filter((pid) => signal(pid, 'SIGKILL'));
  const by = target === 'scheduler' ? 'scheduler' : null;
  return hit.length === 0 ? null : happened(`kill ${target}`, { victims, by });
};

const freeze = async (scene: Scene, target: Target, ms: number): Promise<Happened | null> => {
  const pids = choose(scene, target);
  const victims = victimsOf(scene, pids);
  const hit = pids.filter((pid) => signal(pid, 'SIGSTOP'));
  if (hit.length === 0) return null;
  await delay(ms);
  for (const pid of hit) signal(pid, 'SIGCONT');
  return happened(`freeze ${target}`, { victims });
};

const freezeForGood = async (scene: Scene, target: Target): Promise<Happened | null> => {
  const pids = choose(scene, target);
  const victims = victimsOf(scene, pids);
  const hit = pids.filter((pid) => signal(pid, 'SIGSTOP'));
  return hit.length === 0 ? null : happened(`freeze ${target} for good`, { victims });
};

const killServer = async ({ world, lostBystanders }: Scene): Promise<Happened | null> => {
  if ((await world.tmux('kill-server')) === null) return null;
  lostBystanders.add('session');
  return happened('kill tmux server');
};

/** Frozen first, so that nobody sees another one die; then what no fsync has covered is cut off the journal. */
const killMachine = async ({ world, random, lostBystanders }: Scene): Promise<Happened | null> => {
  for (const name of ['SIGSTOP', 'SIGKILL'] as const) {
    for (let left = processesOf(world); left.length > 0; left = processesOf(world)) {
      for (const { pid } of left) signal(pid, name);
      if (name === 'SIGSTOP') break;
    }
  }
  lostBystanders.add('session');
  loseUnsynced(world, random);
  changeBoot(world);
  return happened('machine dies');
};

const changeBoot = ({ control }: World): void => writeFileSync(join(control, 'boot'), `boot-${performance.now()}`);

const takeForDead = async (scene: Scene): Promise<Happened | null> => {
  changeBoot(scene.world);
  const killed = await kill(scene, 'scheduler-and-restarter');
  // Whoever is held meanwhile comes back when another one has begun his work again.
  for (let looks = 0; countNotes(scene.world) < 3 && looks < 1500; looks++) await delay(20);
  return killed;
};

/** Lines that stages have noted of themselves. */
export const countNotes = ({ notes }: World): number => {
  const file = join(notes, 'ledger');
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0;
};

const loseUnsynced = ({ project, control }: World, random: Random): void => {
  const file = findJournal(project);
  if (file === null || !existsSync(file)) return;
  const { ino, size } = statSync(file);
  const lines = existsSync(join(control, 'synced')) ? readFileSync(join(control, 'synced'), 'utf8').split('\n') : [];
  const sizes = lines
    .map((line) => line.split(' '))
    .flatMap(([, inode, bytes]) => (Number(inode) === ino ? Number(bytes) : []));
  const synced = Math.min(size, Math.max(0, ...sizes));
  // Of what was on its way any part may have arrived.
  truncateSync(file, random.chance(0.5) ? synced : random.int(synced, size));
};

const troubleFiles = async ({ world }: Scene, code: string, ms: number): Promise<Happened> => {
  const file = join(world.control, 'trouble');
  writeFileSync(file, code);
  await delay(ms);
  rmSync(file, { force: true });
  return happened(`${code} for a while`);
};

/** A real limit on the processes that run just now. */
const exhaustFiles = async ({ world }: Scene, ms: number): Promise<Happened | null> => {
  const ours = processesOf(world).filter(({ role }) => role === 'scheduler' || role === 'worker');
  if (ours.length === 0) return null;
  const limit = (soft: string): Promise<unknown> =>
    Promise.allSettled(ours.map(({ pid }) => execute('prlimit', ['--pid', String(pid), `--nofile=${soft}:`])));
  await limit('20');
  await delay(ms);
  await limit('1024');
  return happened('EMFILE for a while');
};

/** So long that it is given up. */
const isLong = (ms: number): boolean => ms > 30_000;

/** A short one is over before anybody notices: what is measured begins at its end, or else at its beginning. */
const hangRemote = async ({ world }: Scene, ms: number): Promise<Happened> => {
  const file = join(world.folder, 'remote-hangs');
  const beganAt = performance.now();
  writeFileSync(file, '');
  await delay(ms);
  rmSync(file, { force: true });
  return isLong(ms) ? happened('remote hangs for a minute', { atMs: beganAt }) : happened('remote hangs');
};

const hideRemote = async ({ world }: Scene, ms: number): Promise<Happened | null> => {
  const away = `${world.remote}.away`;
  if (!existsSync(world.remote)) return null;
  renameSync(world.remote, away);
  await delay(ms);
  renameSync(away, world.remote);
  return happened('remote refuses');
};

/** To a branch that is not there yet: whoever comes second must see it. */
const pushAhead = async ({ world, works, random, foreign }: Scene): Promise<Happened | null> => {
  const { delivered } = readState(world.project);
  const id = random.pick(works);
  if (delivered.has(id) || foreign.has(id)) return null;
  const ref = `refs/heads/wf/${id}`;
  let commit = '';
  try {
    const tree = await world.git(world.project, 'rev-parse', 'main^{tree}');
    commit = await world.git(world.project, 'commit-tree', tree, '-m', `somebody else's ${id}`);
    await world.git(world.project, 'push', '--quiet', `--force-with-lease=${ref}:`, world.remote, `${commit}:${ref}`);
  } catch {
    // The work was faster, or the remote is away. One that the machine's death cut short may have come through.
    if (commit === '' || (await headOf(world, ref)) !== commit) return null;
  }
  foreign.set(id, commit);
  return happened('remote is ahead', { isMeasured: false });
};

/** Null: there is no such ref, or the remote does not say. */
const headOf = async ({ git, remote }: World, ref: string): Promise<string | null> => {
  try {
    return (await git(remote, 'for-each-ref', '--format=%(objectname)', ref)) || null;
  } catch {
    return null;
  }
};

const jumpClock = async ({ world }: Scene, ms: number): Promise<Happened> => {
  const file = join(world.control, 'clock');
  const before = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  writeFileSync(`${file}.new`, String(before + ms));
  renameSync(`${file}.new`, file);
  return happened('clock jumps');
};
