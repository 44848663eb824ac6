/**
 * Notices that a stage waits for a person: it has printed nothing since the last look, and something of it reads its
 * terminal or its last line is one of `waiting_patterns`. The last line of its output is taken for the question. What follows is the stage's `on_waiting`.
 */
import type { Stage } from '../core/plan.ts';
import type { RunningTerminal } from '../ports/terminal.ts';
import type { OutputTail } from './output.ts';
import type { PulseBeat } from './pulse.ts';
import { report } from './report.ts';
import type { Attempt, WorkerWorld } from './world.ts';

/** Two looks in a row make a question: a shell that is just starting reads, too. */
const lookMs = 1000;
/** `answer:<text>` is typed at most so often in one stage; then it waits for a person. */
const maxAnswers = 3;

export interface AttentionOptions {
  readonly stage: Stage;
  readonly terminal: RunningTerminal;
  readonly tail: OutputTail;
  readonly pulse: PulseBeat;
}

export interface AttentionWatch {
  /** The question for which `on_waiting: fail` ended the stage; null if it did not. */
  failedFor(): string | null;
  end(): void;
}

export const watchAttention = (world: WorkerWorld, attempt: Attempt, options: AttentionOptions): AttentionWatch => {
  const { stage, terminal, tail, pulse } = options;
  let seen = '';
  let asked: string | null = null;
  let failedFor: string | null = null;
  let answers = 0;
  const patterns = (stage.waiting_patterns ?? []).map((pattern) => new RegExp(pattern, 'u'));
  const isQuestion = (line: string): boolean => line !== '' && patterns.some((pattern) => pattern.test(line));
  const tell = (question: string | null): void => {
    asked = question;
    terminal.holdIdleClock(question !== null);
    pulse.show({ question });
    void report(world, attempt, { type: 'report_attention', token: attempt.token, question });
  };
  const look = (): void => {
    const output = tail.lines().join('\n');
    const isWaiting = output === seen && (terminal.isReading() === true || isQuestion(tail.lastLine()));
    seen = output;
    if (!isWaiting && asked !== null) return tell(null);
    if (!isWaiting || asked !== null || failedFor !== null) return;
    const question = tail.lastLine() === '' ? 'it waits for input' : tail.lastLine();
    if (stage.on_waiting === 'fail') {
      failedFor = question;
      return terminal.stop({ force: false });
    }
    if (stage.on_waiting.startsWith('answer:') && answers < maxAnswers) {
      answers++;
      return terminal.write(`${stage.on_waiting.slice('answer:'.length)}\r`);
    }
    tell(question);
  };
  const timer = setInterval(look, lookMs);
  return {
    failedFor: () => failedFor,
    end: () => clearInterval(timer),
  };
};
