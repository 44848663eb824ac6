/** Faults by chance: what, and when. An instant is a line of the journal or the n-th pass of a named point. */
import type { Random } from '../../test/sim/random.ts';
import type { FaultPoint } from '../../src/ports/fault-point.ts';
import type { ArmedPoint } from './armed/fault-point.ts';

/** What is done from outside, some of it for a while. */
export type OutsideFault =
  | { readonly kind: 'kill'; readonly target: Target }
  | { readonly kind: 'freeze'; readonly target: Target; readonly ms: number }
  | { readonly kind: 'kill-server' }
  /** Everything at once, and what was not yet on the disk is gone. */
  | { readonly kind: 'machine-dies' }
  | { readonly kind: 'files'; readonly code: 'ENOSPC' | 'EACCES' | 'EMFILE'; readonly ms: number }
  | { readonly kind: 'remote-hangs'; readonly ms: number }
  | { readonly kind: 'remote-refuses'; readonly ms: number }
  /** Somebody else pushes to the branch of a work. */
  | { readonly kind: 'remote-ahead' }
  | { readonly kind: 'clock-jumps'; readonly ms: number }
  /** The scheduler dies, and all others seem to be of an earlier boot: a machine that was restored from a snapshot. */
  | { readonly kind: 'taken-for-dead' }
  | { readonly kind: 'command'; readonly command: Command };

/** `scheduler-and-restarter`: nobody starts it again but a person. `lock-holder`: whoever has a lock just then. */
export type Target = 'scheduler' | 'scheduler-and-restarter' | 'worker' | 'stage' | 'lock-holder' | 'git';

/** What a second terminal does; a pause and a stop are followed by a resume. */
export type Command = 'pause' | 'stop' | 'stop-force' | 'stop-one' | 'retry-from' | 'status';

export type PlannedFault =
  | {
      readonly id: string;
      readonly when: 'line';
      readonly line: number;
      readonly delayMs: number;
      readonly what: OutsideFault;
    }
  | ({ readonly when: 'point' } & ArmedPoint);

export interface FaultWish {
  readonly count: number;
  readonly engine: 'tmux' | 'process';
  readonly works: number;
}

export const randomFaults = (random: Random, wish: FaultWish): readonly PlannedFault[] =>
  Array.from({ length: wish.count }, (_, i) => {
    const id = `f${i}`;
    return random.chance(0.45) ? randomPoint(random, wish, id) : randomInstant(random, wish, id);
  });

/** A work leaves about this many lines in the journal. */
const linesEach = 8;

const randomInstant = (random: Random, wish: FaultWish, id: string): PlannedFault => ({
  id,
  when: 'line',
  line: random.int(2, wish.works * linesEach),
  delayMs: random.chance(0.5) ? 0 : random.int(1, 60),
  what: randomOutside(random, wish),
});

type Make = (random: Random) => OutsideFault;

const kill =
  (target: Target): Make =>
  () => ({ kind: 'kill', target });
const freeze =
  (target: Target): Make =>
  (random) => ({ kind: 'freeze', target, ms: random.int(50, 900) });
const command =
  (name: Command): Make =>
  () => ({ kind: 'command', command: name });
const files =
  (code: 'ENOSPC' | 'EACCES' | 'EMFILE'): Make =>
  (random) => ({ kind: 'files', code, ms: random.int(30, 400) });

const outside: readonly (readonly [weight: number, make: Make])[] = [
  [6, kill('scheduler')],
  [3, kill('scheduler-and-restarter')],
  [8, kill('worker')],
  [6, kill('stage')],
  [3, kill('lock-holder')],
  [3, kill('git')],
  [2, freeze('scheduler')],
  [3, freeze('worker')],
  [2, freeze('stage')],
  [2, freeze('lock-holder')],
  [4, () => ({ kind: 'machine-dies' })],
  [2, files('ENOSPC')],
  [2, files('EACCES')],
  [2, files('EMFILE')],
  [2, (random) => ({ kind: 'remote-hangs', ms: random.int(100, 800) })],
  [3, (random) => ({ kind: 'remote-refuses', ms: random.int(50, 600) })],
  [2, () => ({ kind: 'remote-ahead' })],
  [3, (random) => ({ kind: 'clock-jumps', ms: random.pick([-3_600_000, -5_000, 5_000, 90_000, 7_200_000]) })],
  [2, command('pause')],
  [2, command('stop')],
  [1, command('stop-force')],
  [2, command('stop-one')],
  [2, command('retry-from')],
  [1, command('status')],
];

const serverWeight = 6;

const randomOutside = (random: Random, { engine }: FaultWish): OutsideFault => {
  const list: typeof outside =
    engine === 'tmux' ? [...outside, [serverWeight, () => ({ kind: 'kill-server' })]] : outside;
  let share = random.next() * list.reduce((sum, [weight]) => sum + weight, 0);
  const found = list.find(([weight]) => (share -= weight) < 0) ?? list[0];
  return (found as (typeof outside)[number])[1](random);
};

/** Each point with how often a work passes it, and what may happen there. */
type Passed = readonly [point: FaultPoint, each: number, actions: readonly ArmedPoint['action'][]];

const anywhere = ['kill', 'kill', 'freeze', 'sleep'] as const;
const atFiles = [...anywhere, 'ENOSPC', 'EACCES', 'EMFILE'] as const;

export const points: readonly Passed[] = [
  ['lock-held', 7, anywhere],
  ['before-append', 6, atFiles],
  ['before-sync', 6, atFiles],
  ['after-sync', 6, anywhere],
  ['before-replace', 0, atFiles],
  ['after-commit', 1.5, anywhere],
  ['before-summon', 0.3, anywhere],
  ['after-summon', 0.3, anywhere],
  ['before-restart', 0, ['kill']],
  ['before-branch', 1, atFiles],
  ['after-branch', 1, atFiles],
  ['after-register', 1, atFiles],
  ['after-worktree', 1, atFiles],
  ['before-stage', 2, atFiles],
  ['after-stage', 2, anywhere],
  ['before-push', 1, anywhere],
  ['after-push', 1, anywhere],
  ['after-pin', 1, anywhere],
  ['after-completion', 1, anywhere],
  ['before-removal', 0.8, atFiles],
  ['after-aside', 0.8, anywhere],
  ['before-save', 0, atFiles],
  ['after-save', 0, atFiles],
];

const randomPoint = (random: Random, { works }: FaultWish, id: string): PlannedFault => {
  const [point, each, actions] = random.pick(points);
  const hit = random.int(1, Math.max(1, Math.floor(each * works)));
  return { when: 'point', id, point, hit, action: random.pick(actions), ms: random.int(5, 400) };
};
