/** Memory and load: while the machine lacks them nothing begins, every work says why, and none is failed for it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { makeCommandLine, type CommandLine } from '../support/command-line.ts';
import { eventually } from '../support/eventually.ts';

interface Status {
  readonly counts: Readonly<Record<string, number>>;
  readonly items: readonly { readonly id: string; readonly reason: string | null }[];
}

const start = async (batch: Readonly<Record<string, unknown>>): Promise<CommandLine> => {
  const line = await makeCommandLine();
  const workflows = { wf: { worktree: false, stages: [{ name: 'one', run: 'true' }] } };
  await line.config({ batch: { stop_grace: '1s', ...batch }, workflows });
  await line.schedule(['create', 'local=a,b,c']);
  assert.equal((await line.batch(['start', '--engine', 'process', '--parallel', '2'])).code, 0);
  return line;
};

const statusOf = async (line: CommandLine): Promise<Status> =>
  JSON.parse((await line.batch(['status', '--json'])).out) as Status;

const reasonsOf = (line: CommandLine): Promise<readonly string[]> =>
  eventually('every work is held by the machine', async () => {
    const { items } = await statusOf(line);
    const reasons = items.flatMap(({ reason }) => reason ?? []);
    return reasons.length === 3 && reasons.every((reason) => reason.includes('looked at again')) ? reasons : null;
  });

describe('a machine', () => {
  test('with less free memory than batch.min_free_memory begins nothing; a stop ends the waiting', async () => {
    const line = await start({ min_free_memory: '900000GB' });
    for (const reason of await reasonsOf(line))
      assert.match(reason, /^only \d+ MB of memory are free, and batch\.min_free_memory is \d+ MB; looked at again at/);
    assert.equal((await line.batch(['stop'])).code, 0);
    assert.equal((await statusOf(line)).counts['failed'], 0);
    await line.remove();
  });

  test('with more load than batch.max_load waits, and with less it does not', async () => {
    const busy = await start({ max_load: 0.01 });
    // A machine that rests has no load to wait for: the other half of the test still holds.
    const outcome = await eventually('it waits, or has nothing to wait for', async () => {
      const { counts, items } = await statusOf(busy);
      if (counts['completed'] === 3) return 'rests';
      return items.some(({ reason }) => reason?.includes('and batch.max_load is 0.01') === true) ? 'waits' : null;
    });
    console.log(`# the machine ${outcome}`);
    assert.equal((await busy.batch(['stop'])).code, 0);
    await busy.remove();
    const idle = await start({ max_load: 1000, min_free_memory: '1MB' });
    assert.equal((await idle.batch(['wait', '--timeout', '30s'])).code, 0);
    await idle.remove();
  });
});
