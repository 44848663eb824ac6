/** Runs of the stages in test/fixtures/stages under real terminals, each with a log in a folder of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { randomUUID } from 'node:crypto';
import { makeProcesses } from '../../../src/adapters/system/processes.ts';
import { makeTerminals } from '../../../src/adapters/pty/terminals.ts';
import type { StageEnd } from '../../../src/core/failure.ts';
import type { RunningTerminal, TerminalRun } from '../../../src/ports/terminal.ts';
import { eventually } from '../../support/eventually.ts';

export const stages = join(
  dirname(fileURLToPath(import.meta.url)).replace(/\/dist\/test\//, '/test/'),
  '../../fixtures/stages',
);

export const processes = makeProcesses();

export const warnings: string[] = [];

export const terminals = makeTerminals({
  processes,
  log: { info: () => undefined, warn: (text) => void warnings.push(text), error: () => undefined },
});

export const folder = mkdtempSync(join(tmpdir(), 'wf-pty-'));

export const removeFolder = (): void => rmSync(folder, { recursive: true, force: true });

export interface StageRun {
  readonly running: RunningTerminal;
  readonly token: string;
  readonly logFile: string;
  output(): Buffer;
  /** Resolves when the output holds this text. */
  shows(text: string): Promise<unknown>;
}

/** Starts a stage by its name; `options` replace single settings. */
export const startStage = async (
  name: string,
  args: readonly string[] = [],
  options: Partial<TerminalRun> = {},
): Promise<StageRun> => {
  const token = randomUUID();
  const logFile = join(folder, `${token}.log`);
  const chunks: Buffer[] = [];
  const running = await terminals.run({
    argv: [name.includes('/') ? name : join(stages, name), ...args],
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', WF_ATTEMPT_TOKEN: token },
    size: { columns: 80, rows: 24 },
    logFile,
    logLimitBytes: 64 * 1024 * 1024,
    onOutput: (chunk) => void chunks.push(chunk),
    timeoutMs: 200_000,
    limit: 'stage',
    idleTimeoutMs: null,
    graceMs: 200,
    token,
    ...options,
  });
  const output = (): Buffer => Buffer.concat(chunks);
  const shows = (text: string): Promise<unknown> =>
    eventually(`the stage shows ${text}`, () => output().includes(text));
  return { running, token, logFile, output, shows };
};

/** Runs a stage to its end and ends what it left behind. */
export const runStage = async (
  ...request: Parameters<typeof startStage>
): Promise<StageRun & { readonly end: StageEnd }> => {
  const run = await startStage(...request);
  const end = await run.running.ended;
  return { ...run, end };
};

export const sweep = async ({ token, running }: StageRun): Promise<void> => {
  await processes.endAttempt({ token, roots: [running.process], graceMs: 0 });
};
