import { makeRunTmux } from './tmux-client.ts';

/** The tmux session that this process runs in, by `TMUX` and `TMUX_PANE` of its environment; null outside tmux. */
export const findOwnSession = async (env: NodeJS.ProcessEnv): Promise<string | null> => {
  const socket = env['TMUX']?.split(',')[0];
  const pane = env['TMUX_PANE'];
  if (socket === undefined || socket === '' || pane === undefined) return null;
  const answer = await makeRunTmux(socket, env)([['display-message', '-p', '-t', pane, '#{session_name}']]);
  return answer.kind === 'done' ? answer.stdout.trim() : null;
};
