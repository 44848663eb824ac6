/** One start of a stage: its process under a terminal, watched to its end, and the report of how it ended. */
import type { Stage, Workflow } from '../core/plan.ts';
import { judge } from '../core/policy.ts';
import type { StageReport } from '../core/request.ts';
import type { WorkRecord } from '../core/state.ts';
import { faultPoint } from '../ports/fault-point.ts';
import type { RunningTerminal, TerminalRun } from '../ports/terminal.ts';
import { makeLineReader } from '../protocol/output/readers.ts';
import { watchAttention } from './attention.ts';
import { fill, stageCommand, stageEnvironment, stageValues, type StageFacts } from './environment.ts';
import { makeOutputTail, type OutputTail } from './output.ts';
import { leasePorts } from './port-lease.ts';
import { pushBoundary } from './publish.ts';
import { nothingShown, type PulseBeat } from './pulse.ts';
import { findQuota } from './quota.ts';
import { report, type Standing } from './report.ts';
import { findMissing } from './requirements.ts';
import type { StopWatch } from './watch-stop.ts';
import type { Attempt, WorkerWorld } from './world.ts';

export interface StageRun {
  readonly stage: Stage;
  readonly record: WorkRecord;
  readonly count: number;
  readonly pulse: PulseBeat;
  readonly stop: StopWatch;
}

/** One log may grow to this; what is beyond is dropped and said. SPEC 15. */
const logLimitBytes = 64 * 1024 * 1024;

export const runStage = async (world: WorkerWorld, attempt: Attempt, run: StageRun): Promise<Standing> => {
  const ran = await runCommand(world, attempt, run);
  const outcome = await examine(world, attempt, { run, ...ran });
  if (world.hangup.aborted) return null;
  const { stage_index, visits } = run.record;
  const workflow = world.journal.plan.workflows[attempt.work.workflow] as Workflow;
  const hasPassed = judge(workflow, stage_index, visits, outcome).kind === 'passed';
  if (hasPassed) await pushBoundary(world, attempt, { record: run.record, commit: outcome.commit });
  const visit = visits[stage_index] ?? 1;
  return report(world, attempt, { type: 'report_stage', token: attempt.token, stage_index, visit, report: outcome });
};

/** What a command came to. */
export interface Ran {
  readonly facts: StageFacts;
  readonly tail: OutputTail;
  readonly end: StageReport['end'];
  readonly durationMs: number;
}

/** Runs a stage's command under a terminal to its end, shown, logged, typed into and stopped as a person wishes. */
export const runCommand = async (world: WorkerWorld, attempt: Attempt, run: StageRun): Promise<Ran> => {
  const startedAt = world.clock.elapsed();
  const facts = await gatherFacts(world, attempt, run);
  const { prompt } = run.stage;
  if (prompt !== undefined) world.files.writePrompt(facts.files.prompt, fill(prompt.text, stageValues(attempt, facts)));
  const tail = makeOutputTail(makeLineReader(run.stage.parser), world.mask);
  world.screen.write(`\r\n── ${attempt.work.id} · ${run.stage.name} (attempt ${attempt.number}) ──\r\n`);
  faultPoint('before-stage');
  const terminal = await world.terminals.run(makeTerminalRun(world, attempt, { run, facts, tail }));
  const end = await follow(world, terminal, { run, tail, attempt });
  faultPoint('after-stage');
  tail.end();
  return { facts, tail, end, durationMs: Math.round(world.clock.elapsed() - startedAt) };
};

const gatherFacts = async (
  world: WorkerWorld,
  attempt: Attempt,
  { stage, record, count }: StageRun,
): Promise<StageFacts> => ({
  stage,
  record,
  files: world.files.openStage({ id: attempt.work.id, attempt: attempt.number, count, stage: stage.name }),
  workFile: world.files.writeWork(attempt.work),
  firstPort: await leasePorts(world),
  cwd: record.place?.worktree ?? world.journal.plan.root,
  treeCommand: world.treeCommand,
});

interface Under {
  readonly run: StageRun;
  readonly facts: StageFacts;
  readonly tail: OutputTail;
}

const makeTerminalRun = (world: WorkerWorld, attempt: Attempt, { run, facts, tail }: Under): TerminalRun => {
  const { stage, record, pulse } = run;
  const left = attempt.work.max_run_seconds === null ? Infinity : attempt.work.max_run_seconds * 1000 - record.run_ms;
  return {
    argv: stageCommand(attempt, facts),
    cwd: facts.cwd,
    env: stageEnvironment(world, attempt, facts),
    size: world.screen.size(),
    logFile: facts.files.log,
    logLimitBytes,
    onOutput: (chunk) => {
      world.screen.write(chunk);
      tail.push(chunk);
      pulse.show({ last_output: tail.lines(), phase: tail.phase(), progress: tail.progress() });
    },
    timeoutMs: Math.max(1, Math.min(stage.timeout_ms, left)),
    limit: left < stage.timeout_ms ? 'work' : 'stage',
    idleTimeoutMs: stage.idle_timeout_ms,
    graceMs: world.journal.plan.settings.stop_grace_ms,
    token: attempt.token,
  };
};

/** Until the process ends: typing goes in, the window's size is followed, a stop is passed on. */
const follow = async (
  world: WorkerWorld,
  terminal: RunningTerminal,
  { run, tail, attempt }: { readonly run: StageRun; readonly tail: OutputTail; readonly attempt: Attempt },
): Promise<StageReport['end']> => {
  run.pulse.show({ ...nothingShown, id: attempt.work.id, stage: run.stage.name, pid: terminal.process.pid });
  const undo = [
    world.screen.onInput((data) => terminal.write(data)),
    world.screen.onResize(() => terminal.resize(world.screen.size())),
    run.stop.listen((ending) => terminal.stop({ force: ending === 'force' })),
    onAbort(world.hangup, () => terminal.stop({ force: false })),
  ];
  const attention = watchAttention(world, attempt, { stage: run.stage, terminal, tail, pulse: run.pulse });
  try {
    const end = await terminal.ended;
    const question = attention.failedFor();
    return end.kind === 'stopped' && question !== null ? { kind: 'asked', question } : namingLimit(end, attempt);
  } finally {
    attention.end();
    for (const each of undo) each();
  }
};

const onAbort = (signal: AbortSignal, listener: () => void): (() => void) => {
  if (signal.aborted) listener();
  signal.addEventListener('abort', listener);
  return () => signal.removeEventListener('abort', listener);
};

/** What was left of the work's time ran out, but the limit that a person set is the whole of it. */
const namingLimit = (end: StageReport['end'], { work: { max_run_seconds } }: Attempt): StageReport['end'] =>
  end.kind === 'timed_out' && end.limit === 'work' && max_run_seconds !== null
    ? { ...end, limit_ms: max_run_seconds * 1000 }
    : end;

const examine = async (
  world: WorkerWorld,
  attempt: Attempt,
  { run, facts, tail, end, durationMs }: Ran & { readonly run: StageRun },
): Promise<StageReport> => {
  const result = world.files.readResult(facts.files.result);
  const place = run.record.place;
  const commit = place === null || world.repository === null ? null : await world.repository.headOf(place.worktree);
  const hasPassed = end.kind === 'exited' && end.code === 0;
  const missing =
    hasPassed && result.kind === 'none'
      ? await findMissing(world, { ...run, commit, tail, values: stageValues(attempt, facts) })
      : null;
  const quota = hasEndedBadly(end) ? findQuota(world, { work: attempt.work, stage: run.stage, tail }) : null;
  return {
    end,
    last_line: hasEndedBadly(end) ? tail.errorLine() : tail.lastLine(),
    duration_ms: durationMs,
    result,
    missing,
    quota,
    spent: tail.spent(),
    commit,
  };
};

const hasEndedBadly = (end: StageReport['end']): boolean => end.kind === 'exited' && end.code !== 0;
