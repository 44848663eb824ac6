/** Starting `child.ts` and hearing from it; all children of a test are ended with it. */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';

const suffix = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const program = new URL(`./child.${suffix}`, import.meta.url);

/** Starts a child in a role; it is killed when the test ends. */
export const startChild = (t: TestContext, ...args: readonly string[]): ChildProcess => {
  const child = fork(program, args, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'], execArgv: childArguments() });
  t.after(() => endChild(child));
  return child;
};

/** The child's next message. Rejects if it ends before. */
export const nextMessage = async (child: ChildProcess): Promise<Readonly<Record<string, unknown>>> => {
  const gone = new AbortController();
  const ended = once(child, 'exit', { signal: gone.signal }).then(([code, signal]) => {
    throw new Error(`the child ended (${code ?? signal}) before it said anything`);
  });
  try {
    const [message] = (await Promise.race([once(child, 'message', { signal: gone.signal }), ended])) as [object];
    return message as Readonly<Record<string, unknown>>;
  } finally {
    ended.catch(() => undefined);
    gone.abort();
  }
};

/** Kills a child and waits until it is gone. */
export const endChild = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
};

/** A folder of its own for a test, removed with it. */
export const makeFolder = (t: TestContext): string => {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'wf-store-')));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
};

/** What makes TypeScript run, if this very process needs it; none of the test runner's own flags. */
const childArguments = (): string[] => (suffix === 'ts' ? ['--import', 'tsx'] : []);
