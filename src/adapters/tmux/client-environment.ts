/**
 * The variables that our tmux client is given.
 *
 * A tmux server keeps the environment of the client that started it, for every session that it will ever
 * have, and shows it to anyone who asks (`show-environment -g`). If that client is ours, the caller's keys
 * and tokens must not end there; but the server is the person's own, so what a login would have set for a
 * terminal or a desktop is passed on.
 */
const PASSED = new Set(
  [
    'PATH HOME USER LOGNAME SHELL TERM COLORTERM LANG LANGUAGE TZ TMPDIR TMUX_TMPDIR EDITOR VISUAL PAGER',
    'DISPLAY WAYLAND_DISPLAY XAUTHORITY DBUS_SESSION_BUS_ADDRESS SSH_AUTH_SOCK SSH_AGENT_PID SSH_CONNECTION',
  ].flatMap((line) => line.split(' ')),
);

/** What of `env` a tmux client may see. `TMUX` is kept only where it decides which server is meant. */
export const clientEnvironment = (env: NodeJS.ProcessEnv, keepTmux: boolean): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => isPassed(name) || (keepTmux && name === 'TMUX')));

const isPassed = (name: string): boolean => PASSED.has(name) || name.startsWith('LC_') || name.startsWith('XDG_');
