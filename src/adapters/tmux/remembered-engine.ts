import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeTmuxEngine, type TmuxEngine, type TmuxEngineOptions } from './tmux-engine.ts';

/**
 * A batch stays on the tmux server where it began: whoever asks for it later, from another terminal or another
 * server, finds its sessions there. The socket's path is kept in `<directory>/tmux-socket`.
 */
export const makeRememberedEngine = (directory: string, options: Omit<TmuxEngineOptions, 'socket'>): TmuxEngine => {
  const file = join(directory, 'tmux-socket');
  const socket = readSocket(file);
  const engine = makeTmuxEngine({ ...options, socket });
  return {
    ...engine,
    start: async (request) => {
      if (socket === null) writeFileSync(file, `${await engine.socketPath()}\n`, { mode: 0o600 });
      return engine.start(request);
    },
  };
};

/** Null if none is kept, or if its folder went with a restart of the machine. */
const readSocket = (file: string): string | null => {
  if (!existsSync(file)) return null;
  const socket = readFileSync(file, 'utf8').trim();
  return socket !== '' && existsSync(dirname(socket)) ? socket : null;
};
