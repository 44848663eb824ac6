/**
 * Runs one git process through simple-git and says how it ended, as a value.
 *
 * simple-git is built to guard against hostile arguments and environments; everything that comes here was composed by
 * this folder, so its guard is opened, and what must not reach git is filtered in `environment.ts` instead.
 * Three of its habits are turned off, each measured: a process that prints nothing is reported 50 ms late; a process
 * whose output is still in the pipe 50 ms after its exit loses it; a failure that prints nothing counts as success.
 */
import { randomUUID } from 'node:crypto';
import { simpleGit } from 'simple-git';
import type { SimpleGitOptions } from 'simple-git';
import { Problem } from '../../ports/problem.ts';
import { plumbingEnvironment, userEnvironment } from './environment.ts';
import { endProcessesWith } from './processes.ts';

/** How a git process ended. */
export interface GitRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** It was ended because its time was over. */
  readonly timedOut: boolean;
}

export interface GitCall {
  readonly cwd: string;
  /**
   * `plumbing` (default) and `network` run no hook of the user; `network` and `user` are ended, with all that they
   * started, after `timeoutMs`; `user` runs hooks and sees the environment as under git.
   */
  readonly as?: 'plumbing' | 'network' | 'user';
  readonly timeoutMs?: number;
  /** Further variables. */
  readonly env?: Readonly<Record<string, string>>;
  /** Standard input. */
  readonly input?: string;
}

export type Git = (args: readonly string[], call: GitCall) => Promise<GitRun>;

/** Git for one environment. `token` lets a caller find every process of it by `WF_ATTEMPT_TOKEN`. */
export function makeGit(env: Readonly<Record<string, string>>, token: string | undefined): Git {
  const environments = { plumbing: plumbingEnvironment(env, token), user: userEnvironment(env, token) };
  return async (args, call) => {
    const as = call.as ?? 'plumbing';
    const variables = { ...(as === 'user' ? environments.user : environments.plumbing), ...call.env };
    const prefix = as === 'user' ? [] : as === 'network' ? [...noHooks, ...noHousekeeping] : noHooks;
    for (let asked = 1; ; asked++) {
      const run = await start([...prefix, ...args], { ...call, as, env: variables });
      if (run.code === -2) throw notFound(call.cwd, run.stderr);
      if (run.code !== endedByOthers || run.timedOut || !isQuestion(args)) return run;
      if (asked === askedAtMost) throw endedEarly(call.cwd, args);
    }
  };
}

/** A process that a signal of somebody else ended has no exit code. */
export const endedByOthers = -1;
const askedAtMost = 3;

const questions: ReadonlySet<string> = new Set([
  'cat-file',
  'check-ignore',
  'check-ref-format',
  'for-each-ref',
  'ls-files',
  'ls-remote',
  'ls-tree',
  'merge-base',
  'merge-tree',
  'reflog',
  'rev-list',
  'rev-parse',
  'show',
  'status',
  'write-tree',
]);

/**
 * Whether a command changes nothing that counts, and what it does not say would be taken for a no: a repository that is
 * none, a remote that is not configured, a commit that is not there. One that was ended early is asked again.
 */
const isQuestion = ([command, second, third]: readonly string[]): boolean =>
  (command !== undefined && questions.has(command)) ||
  (command === 'remote' && (second === undefined || second === 'get-url')) ||
  (command === 'worktree' && second === 'list') ||
  (command === 'config' && second === '--file' && third !== undefined) ||
  (command === 'symbolic-ref' && second === '--quiet');

const endedEarly = (cwd: string, args: readonly string[]): Problem =>
  new Problem({
    what: `git was ended by a signal before it could answer: git ${args.join(' ')}`,
    where: cwd,
    hint: 'something on this machine ends processes (out of memory?); try again',
    code: 'environment',
  });

/** Neither hooks nor a file monitor, which would stay behind in every worktree. */
const noHooks = ['-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false'];
/** A fetch must not leave a collection of garbage running behind it. */
const noHousekeeping = ['-c', 'gc.auto=0', '-c', 'maintenance.auto=false'];

interface StartCall extends GitCall {
  readonly as: 'plumbing' | 'network' | 'user';
  readonly env: Readonly<Record<string, string>>;
}

async function start(args: readonly string[], call: StartCall): Promise<GitRun> {
  const mark = call.as === 'plumbing' ? null : randomUUID();
  const env = mark === null ? call.env : { ...call.env, WF_GIT_CALL: mark };
  const limit = makeLimit(call.timeoutMs, mark);
  const ended = { code: -1, stderr: '' };
  const options: Partial<SimpleGitOptions> = {
    baseDir: call.cwd,
    unsafe,
    allowEnvironment: Object.keys(env),
    abort: limit.signal,
    // What a hook left running may hold the pipes open for ever: the exit counts, after a moment for the rest.
    completion: { onClose: true, onExit: call.as === 'plumbing' ? false : 250 },
    // Always something, so that the standard input is closed.
    input: () => (call.input === undefined || call.input === '' ? '\n' : call.input),
    errors: (_error, result) => {
      ended.code = result.exitCode ?? -1;
      ended.stderr = Buffer.concat(result.stdErr).toString('utf8');
      return undefined;
    },
  };
  try {
    const git = open(options);
    if (git === null) return { code: 128, stdout: '', stderr: `fatal: no such folder: ${call.cwd}`, timedOut: false };
    const stdout = await git.env(env).raw([...args]);
    return { code: ended.code, stdout, stderr: ended.stderr, timedOut: limit.reached() };
  } finally {
    await limit.end();
  }
}

function open(options: Partial<SimpleGitOptions>): ReturnType<typeof simpleGit> | null {
  try {
    return simpleGit(options).outputHandler((_command, stdout) => hurry(stdout));
  } catch (error) {
    if (error instanceof Error && error.name === 'GitConstructError') return null;
    if (error instanceof Error && /directory that does not exist/.test(error.message)) return null;
    if ((error as NodeJS.ErrnoException).code === 'EACCES') throw notEntered(String(options.baseDir));
    throw error;
  }
}

function notEntered(folder: string): Problem {
  return new Problem({
    what: 'this folder may not be entered by this user',
    where: folder,
    hint: 'go on as its owner, or give yourself the right to read it and the folders above it',
    code: 'environment',
  });
}

/** Makes simple-git believe that there was output; it waits 50 ms for late output of a process that printed nothing. */
function hurry(stdout: NodeJS.ReadableStream): void {
  stdout.once('end', () => stdout.emit('data', Buffer.alloc(0)));
}

interface Limit {
  readonly signal: AbortSignal;
  readonly reached: () => boolean;
  readonly end: () => Promise<void>;
}

/** simple-git interrupts git alone; ssh, helpers and hooks would live on, so everything with our mark is ended too. */
function makeLimit(timeoutMs: number | undefined, mark: string | null): Limit {
  const controller = new AbortController();
  const { signal } = controller;
  let ending: Promise<void> | null = null;
  const expire = (): void => {
    controller.abort();
    ending = mark === null ? Promise.resolve() : endProcessesWith(`WF_GIT_CALL=${mark}`);
  };
  const timer = timeoutMs === undefined ? null : setTimeout(expire, timeoutMs);
  return {
    signal,
    reached: () => ending !== null,
    end: async () => {
      if (timer !== null) clearTimeout(timer);
      await ending;
    },
  };
}

const notFound = (cwd: string, stderr: string): Problem =>
  new Problem({
    what: 'git cannot be started',
    where: `in ${cwd}: ${stderr.split('\n')[0] ?? ''}`,
    hint: 'install git 2.38 or newer and see that it is in PATH',
    code: 'environment',
  });

const unsafe: NonNullable<SimpleGitOptions['unsafe']> = {
  allowAbbreviatedOptions: true,
  allowUnsafeAlias: true,
  allowUnsafeAskPass: true,
  allowUnsafeConfigEnvCount: true,
  allowUnsafeConfigPaths: true,
  allowUnsafeCredentialHelper: true,
  allowUnsafeDiffExternal: true,
  allowUnsafeDiffTextConv: true,
  allowUnsafeEditor: true,
  allowUnsafeExec: true,
  allowUnsafeFilter: true,
  allowUnsafeFsMonitor: true,
  allowUnsafeGitProxy: true,
  allowUnsafeGpgProgram: true,
  allowUnsafeHooksPath: true,
  allowUnsafeInclude: true,
  allowUnsafeMergeDriver: true,
  allowUnsafePack: true,
  allowUnsafePager: true,
  allowUnsafeProtocolOverride: true,
  allowUnsafeSshCommand: true,
  allowUnsafeSubmodule: true,
  allowUnsafeTemplateDir: true,
  allowUnsafeUrlRewrite: true,
  allowUnsafeCommandBinaries: true,
};
