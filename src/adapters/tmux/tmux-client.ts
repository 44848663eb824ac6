/** One call of the `tmux` program, and what its answer means. */
import { execFile } from 'node:child_process';
import { clientEnvironment } from './client-environment.ts';

/** How a call of tmux ended. Its messages are read here and nowhere else. */
export type TmuxAnswer =
  | { readonly kind: 'done'; readonly stdout: string }
  /** No server runs, or it died while it was asked; `hungUp`: it took the call. */
  | { readonly kind: 'no-server'; readonly hungUp: boolean }
  /** The name of the new session is in use. */
  | { readonly kind: 'name-taken' }
  /** There is no such program. */
  | { readonly kind: 'no-tmux' }
  /** Anything else; `stdout` is what commands before the failing one printed. */
  | { readonly kind: 'failed'; readonly message: string; readonly stdout: string };

export type RunTmux = (commands: readonly (readonly string[])[], cwd?: string) => Promise<TmuxAnswer>;

/** A server that was stopped (SIGSTOP, a frozen machine) never answers; nobody waits longer than this. */
const ANSWER_MS = 10_000;

/**
 * Makes the caller of one server. The commands of a call run in the server one after another with nothing of
 * another client between them (unless a hook of the person's makes one wait); the first failure ends them.
 */
export const makeRunTmux =
  (socket: string | null, env: NodeJS.ProcessEnv): RunTmux =>
  (commands, cwd) =>
    new Promise((resolve) => {
      const args = commands.flatMap((command, index) => [...(index === 0 ? [] : [';']), ...command.map(escapeEnd)]);
      execFile(
        'tmux',
        ['-u', ...(socket === null ? [] : ['-S', socket]), ...args],
        {
          // tmux takes the new session's folder from PWD if that names the folder that it runs in.
          env: { ...clientEnvironment(env, socket === null), ...(cwd === undefined ? {} : { PWD: cwd }) },
          cwd: cwd ?? '/',
          timeout: ANSWER_MS,
          killSignal: 'SIGKILL',
          maxBuffer: 16 * 1024 * 1024,
        },
        (error, stdout, stderr) => resolve(toAnswer(error, stdout, stderr.trim())),
      );
    });

/** An argument that ends in `;` would end the command; tmux drops the backslash again. */
const escapeEnd = (argument: string): string => (argument.endsWith(';') ? `${argument.slice(0, -1)}\\;` : argument);

const NO_SERVER =
  /^no server running on |^error connecting to .* \((?:No such file or directory|Connection refused)\)$/m;
const HUNG_UP = /^(?:lost server|server exited(?: unexpectedly)?)$/m;

const toAnswer = (
  error: (Error & { code?: unknown; killed?: boolean }) | null,
  stdout: string,
  stderr: string,
): TmuxAnswer => {
  if (error === null) return { kind: 'done', stdout };
  if (error.code === 'ENOENT') return { kind: 'no-tmux' };
  const hungUp = HUNG_UP.test(stderr);
  if (hungUp || NO_SERVER.test(stderr)) return { kind: 'no-server', hungUp };
  if (stderr.startsWith('duplicate session: ')) return { kind: 'name-taken' };
  const late = error.killed === true ? `no answer within ${ANSWER_MS / 1000} s` : '';
  return { kind: 'failed', message: late || stderr || firstLine(error.message), stdout };
};

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? '';
