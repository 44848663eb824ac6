/** What every part of this folder works with. */
import type { Failure } from '../../core/failure.ts';
import type { Layout } from './layout.ts';
import type { Git, GitCall, GitRun } from './run.ts';
import { setTimeout as pause } from 'node:timers/promises';

export type Lock = <T>(body: () => Promise<T>) => Promise<T>;

export interface Context extends Layout {
  readonly git: Git;
  /** Held for milliseconds around all that registers worktrees or changes local branches and refs. */
  readonly lock: Lock;
  /** Held while one process asks the remote for all. */
  readonly fetchLock: Lock;
  readonly networkTimeoutMs: number;
  /** What `withAbsoluteUrl` has learnt, by remote. */
  readonly pushPrefixes: Map<string, Promise<readonly string[]>>;
}

/** Where commands that talk to the remote run: a relative URL is meant from there. */
export const networkFolder = ({ bare, commonDir, root }: Context): string => (bare ? commonDir : root);

/** git failed where it should not have; the message has its words. */
export class GitError extends Error {
  override readonly name = 'GitError';
}

/** A full disk, a folder without permission: what the system says, not a bug. */
export const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'code' in error && 'syscall' in error;

/** The output of a command that has no expected failure. */
export async function output(context: Context, args: readonly string[], call: GitCall): Promise<string> {
  const run = await context.git(args, call);
  if (run.code !== 0) throw new GitError(`git ${args.join(' ')}: ${complaint(run)}`);
  return run.stdout;
}

/** What git complained of, one line. */
export function complaint(run: GitRun): string {
  const lines = run.stderr.split('\n').map((line) => line.trim());
  const telling = lines.filter((line) => /^(fatal|error): /.test(line));
  const line = telling.at(0) ?? lines.findLast((each) => each !== '') ?? '';
  return withoutCredentials(line.replace(/^(fatal|error): /, '')) || `exit code ${run.code}`;
}

/** A URL in git's words may hold the password that the person configured. */
export const withoutCredentials = (text: string): string => text.replace(/(\w:\/\/)[^/@\s]+@/g, '$1');

/** Words of git that mean: another git process is at it just now. */
const busy =
  /could not lock config file|index\.lock|\.lock': File exists|failed to read [^\n]*worktrees\/|unable to read [^\n]*worktrees\/|could not (create|open) [^\n]*worktrees\/\S*: (File exists|No such file)|bad object worktrees\/[^\n]*\/HEAD|Another git process seems to be running/;

const pausesMs = [5, 10, 20, 40, 80, 160, 320, 640];

/** Repeats a command while git says that another one is in its way, for 1.3 s at most. The caller holds the lock; what is in the way is not ours. */
export async function persist(attempt: () => Promise<GitRun>): Promise<GitRun> {
  for (const pauseMs of pausesMs) {
    const run = await attempt();
    if (run.code === 0 || !busy.test(run.stderr)) return run;
    await pause(pauseMs);
  }
  return attempt();
}

export const failed = <F extends Failure>(failure: F): { readonly ok: false; readonly failure: F } => ({
  ok: false,
  failure,
});
export const succeeded = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value });
