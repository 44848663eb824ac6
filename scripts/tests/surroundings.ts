/** The folder and the environment that a run of tests gets for itself. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Surroundings {
  /** Ends up in the environment of everything that the tests start. */
  readonly runId: string;
  /** Everything of the run lies in it. */
  readonly folder: string;
  /** `TMPDIR` of the tests: must be empty after them. */
  readonly temporary: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Makes the folders. A short path: the socket of a tmux server has 107 bytes at most. */
export const makeSurroundings = (isLong: boolean): Surroundings => {
  const folder = mkdtempSync(join(tmpdir(), 'wf-'));
  const [home, temporary, sockets] = ['home', 'tmp', 'mux'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const each of [home, temporary, sockets]) mkdirSync(each, { mode: 0o700 });
  // Tests that act as another user must get through to their own folders.
  for (const each of [folder, temporary]) chmodSync(each, 0o711);
  const runId = folder.slice(folder.lastIndexOf('/') + 1);
  const env = {
    ...inherited(),
    ...{ HOME: home, TMPDIR: temporary, TMUX_TMPDIR: sockets, TZ: 'UTC', LANG: 'C.UTF-8', WF_TEST_RUN: runId },
    ...(isLong ? { WF_LONG: '1' } : {}),
  };
  return { runId, folder, temporary, env };
};

export const removeSurroundings = ({ folder }: Surroundings): void => rmSync(folder, { recursive: true, force: true });

/** Of our own variables only these reach the tests. */
const ours: ReadonlySet<string> = new Set(['WF_CASES', 'WF_LONG', 'WF_SEED']);
const foreign = /^(WF_|GIT_|TMUX|XDG_|LC_|npm_|NODE_OPTIONS|NODE_V8|FORCE_COLOR|NO_COLOR|EDITOR|VISUAL|PAGER|PORT$)/;

/** The caller's environment less what would make a test depend on who runs it. */
const inherited = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => ours.has(name) || !foreign.test(name)));
