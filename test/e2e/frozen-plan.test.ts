/** What runs is the frozen plan: a plan.json that was changed under a running batch starts nothing more. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeCommandLine } from '../support/command-line.ts';
import { eventually } from '../support/eventually.ts';

test('a changed plan.json pauses the batch and says so; restored, the batch goes on', async () => {
  const line = await makeCommandLine();
  const gate = join(line.folder, 'gate');
  await line.config({
    workflows: {
      wf: { worktree: false, stages: [{ name: 'wait', run: `until [ -e "${gate}" ]; do sleep 0.05; done` }] },
    },
  });
  await line.schedule(['create', 'local=a,b']);
  assert.equal((await line.batch(['start', '--parallel', '1', '--engine', 'process'])).code, 0);
  const latest = (await readFile(join(line.project, '.wf', 'batches', 'latest'), 'utf8')).trim();
  const file = join(line.project, '.wf', 'batches', latest, 'plan.json');
  const plan = await readFile(file, 'utf8');
  await writeFile(file, plan.replace('do sleep 0.05', 'do sleep 0.06'));
  await writeFile(gate, '');
  const status = async () =>
    JSON.parse((await line.batch(['status', '--json'])).out) as {
      state: string;
      counts: Record<string, number>;
      activity: { text: string }[];
    };
  const paused = await eventually('it pauses', async () => {
    const now = await status();
    return now.state === 'paused' && now.counts['completed'] === 1 && now;
  });
  assert.equal(paused.counts['queued'], 1);
  assert.ok(paused.activity.some(({ text }) => text.includes('plan.json was changed')));
  await writeFile(file, plan);
  assert.equal((await line.batch(['resume'])).code, 0);
  assert.equal((await line.batch(['wait', '--timeout', '30s'])).code, 0);
  await line.remove();
});
