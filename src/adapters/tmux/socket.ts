/** Which server a plain `tmux` would talk to. */
import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * The socket of a plain `tmux` typed in this environment: the server that the caller sits in, else `default`
 * in TMUX_TMPDIR or /tmp, as tmux's own start-up code looks for it.
 */
export const plainSocket = (env: NodeJS.ProcessEnv): string =>
  surroundingSocket(env) ?? join(socketFolder(env), `tmux-${process.getuid?.() ?? 0}`, 'default');

/** The socket of the server in one of whose panes the caller sits; null outside tmux. */
export const surroundingSocket = (env: NodeJS.ProcessEnv): string | null => env['TMUX']?.split(',')[0] || null;

/** Whether two paths name one socket, links in their folders resolved. The socket itself need not exist. */
export const isSameSocket = (one: string, other: string): boolean => resolved(one) === resolved(other);

const socketFolder = (env: NodeJS.ProcessEnv): string =>
  [env['TMUX_TMPDIR'], '/tmp'].flatMap((folder) => (folder ? realpathOf(folder) : [])).at(0) ?? '/tmp';

const resolved = (path: string): string => join(realpathOf(dirname(path)).at(0) ?? dirname(path), basename(path));

const realpathOf = (path: string): readonly string[] => {
  try {
    return [realpathSync(path)];
  } catch {
    return [];
  }
};
