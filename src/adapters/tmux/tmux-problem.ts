/** Why tmux cannot be used here. */
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { RunTmux } from './tmux-client.ts';

export const NO_TMUX =
  'tmux is not installed: try `apt-get install tmux` (macOS: `brew install tmux`), or --engine process';
export const SERVER_LEAVES =
  'this tmux server ends when nobody is attached: try `tmux set-option -s exit-unattached off`, or --engine process';

const OLDEST = [3, 0] as const;

/** Null, or one sentence with what to try. Starts no server. */
export const findTmuxProblem = async (run: RunTmux, socket: string | null): Promise<string | null> => {
  const version = await run([['-V']]);
  if (version.kind === 'no-tmux') return NO_TMUX;
  if (version.kind !== 'done')
    return `tmux does not run: ${'message' in version ? version.message : version.kind}; try --engine process`;
  if (isTooOld(version.stdout)) {
    return `${version.stdout.trim()} is too old, ${OLDEST.join('.')} is needed: try \`apt-get install tmux\`, or --engine process`;
  }
  const answer = await run([['display-message', '-p', '#{exit-unattached}']]);
  if (answer.kind === 'failed') return `the tmux server cannot be used (${answer.message}): try --engine process`;
  if (answer.kind === 'done' && isOn(answer.stdout)) return SERVER_LEAVES;
  if (answer.kind === 'no-server' && socket !== null && !(await isFolder(dirname(socket)))) {
    return `the folder of the tmux socket ${socket} does not exist: create it, or try --engine process`;
  }
  return null;
};

/** Whether a flag printed by a format is set. */
export const isOn = (flag: string): boolean => ['1', 'on'].includes(flag.trim());

/** `tmux 3.3a`, `tmux next-3.6`; builds that carry no number of tmux's own (`master`, `openbsd-7.4`) pass. */
const isTooOld = (version: string): boolean => {
  const found = /^tmux (?:next-)?(\d+)\.(\d+)/.exec(version);
  if (found === null) return false;
  const [major, minor] = [Number(found[1]), Number(found[2])];
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
};

const isFolder = async (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
