/** How a simulated stage ends: every row of the policy table, by chance. */
import type { Workflow } from '../../src/core/plan.ts';
import type { StageReport } from '../../src/core/request.ts';
import { formatTime } from '../../src/core/time.ts';
import type { World } from './world.ts';

interface About {
  readonly workflow: Workflow | undefined;
  readonly isStopped: boolean;
  readonly durationMs: number;
  readonly commit: string | null;
}

export const randomReport = (world: World, { workflow, isStopped, durationMs, commit }: About): StageReport => {
  const { random } = world;
  const passed: StageReport = {
    ...{ end: { kind: 'exited', code: 0 }, last_line: 'said', duration_ms: durationMs, result: { kind: 'none' } },
    ...{ missing: null, quota: null, spent: null, commit },
  };
  if (isStopped && random.chance(0.7)) return { ...passed, end: { kind: 'stopped' } };
  if (random.chance(0.7)) return passed;
  const gate = (outcome: 'next' | 'repeat' | 'goto' | 'complete' | 'fail' | 'blocked'): StageReport => ({
    ...passed,
    result: {
      kind: 'read',
      value: { outcome, to: random.chance(0.9) ? random.pick(workflow?.stages ?? []).name : 'nowhere' },
    },
  });
  const quota = {
    resource: random.pick([null, 'tokens']),
    until: random.pick([null, formatTime(world.now + 90_000)]),
    message: 'quota',
  };
  return random.pick<() => StageReport>([
    ...['next', 'repeat', 'repeat', 'goto', 'goto', 'complete', 'fail', 'blocked'].map(
      (outcome) => () => gate(outcome as 'next'),
    ),
    ...[1, 2, 7, 75, 75, 75].map((code) => (): StageReport => ({ ...passed, end: { kind: 'exited', code } })),
    () => ({ ...passed, end: { kind: 'exited', code: 1 }, quota }),
    () => ({ ...passed, end: { kind: 'timed_out', limit_ms: 1_000, limit: random.pick(['stage', 'work']) } }),
    () => ({ ...passed, end: { kind: 'idle', limit_ms: 1_000 } }),
    () => ({ ...passed, end: { kind: 'signalled', signal: 'SIGSEGV' } }),
    () => ({ ...passed, end: { kind: 'asked', question: 'which?' } }),
    () => ({ ...passed, end: { kind: 'not_started', message: 'no such file' } }),
    () => ({ ...passed, result: { kind: 'bad', message: 'not JSON' } }),
    () => ({ ...passed, missing: 'clean' }),
  ])();
};
