import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { makeSandbox } from '../../support/git.ts';
import type { Sandbox } from '../../support/git.ts';
import { makeRequest, openIn, valueOf } from '../../support/repository.ts';

const rounds = process.env['WF_LONG'] === '1' ? 150 : 6;
const compiled = import.meta.url.endsWith('.js');
const program = fileURLToPath(new URL(compiled ? './dies-preparing.js' : './dies-preparing.ts', import.meta.url));

describe('a worker killed at any instant of preparing', () => {
  let sandbox: Sandbox;
  before(async () => {
    sandbox = await makeSandbox();
  });
  after(() => sandbox.remove());

  /** Starts the worker in a group of its own, and kills the group within its first worktrees. Gives the one it was at. */
  const killOne = async (root: string, base: string, prefix: string, afterMs: number): Promise<number> => {
    const loader = compiled ? [] : ['--import', import.meta.resolve('tsx')];
    const child = spawn(process.execPath, [...loader, program, root, base, prefix], {
      env: sandbox.env,
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: child.stdout });
    let last = -1;
    lines.on('line', (line) => (last = line === 'ready' ? -1 : Number(line)));
    const exit = once(child, 'exit');
    await once(lines, 'line');
    await pause(afterMs);
    process.kill(-(child.pid ?? 0), 'SIGKILL');
    await exit;
    return last;
  };

  it('leaves nothing that the next attempt of the same work cannot go on from', async (test) => {
    const root = await sandbox.makeRepository();
    for (let number = 0; number < 300; number += 1) await sandbox.write(root, 'src', `f${number}`, `${number}\n`);
    const base = await sandbox.commit(root, 'last', 'l');
    const repository = await openIn(sandbox, root);
    await mkdir(join(root, '.wf'));
    await repository.exclude(['.wf', '.worktrees']);
    const states = new Map<string, number>();
    for (let round = 0; round < rounds; round += 1) {
      const afterMs = (round * 7.3) % 60;
      const last = await killOne(root, base, `r${round}`, afterMs);
      if (last < 0) continue;
      const request = makeRequest(root, `r${round}-${last}`, base, { stateLink: join(root, '.wf') });
      const state = await describeState(request.path, request.branch);
      states.set(state, (states.get(state) ?? 0) + 1);
      valueOf(await repository.prepareWorktree(request));
      assert.deepEqual(await repository.worktreeStatus(request.path), { head: base, changed: [], ignored: 0 }, state);
    }
    test.diagnostic(`${rounds} kills; found: ${[...states].map(([state, count]) => `${state} ${count}`).join(', ')}`);

    async function describeState(path: string, branch: string): Promise<string> {
      const hasBranch = (await sandbox.git(root, 'for-each-ref', `refs/heads/${branch}`)) !== '';
      if (!hasBranch) return 'nothing';
      const list = await sandbox.git(root, 'worktree', 'list', '--porcelain').catch(() => null);
      if (list === null) return 'every git worktree dies';
      const listed = list.includes(`worktree ${path}\n`);
      if (!listed) return 'branch';
      const status = await sandbox.git(path, 'status', '--porcelain').catch(() => 'broken');
      return status === '' ? 'whole' : 'half';
    }
  });
});
