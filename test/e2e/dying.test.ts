/** Whatever dies, and whenever: nothing is lost, nothing runs twice, nothing stays behind. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { makeCommandLine, type CommandLine } from '../support/command-line.ts';
import { eventually } from '../support/eventually.ts';

interface Status {
  readonly batch_run_id: string;
  readonly state: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly scheduler: { readonly running: boolean; readonly pid: number | null };
  readonly workers: readonly {
    readonly id: string;
    readonly state: string;
    readonly pid: number | null;
    readonly work_id: string | null;
  }[];
  readonly items: readonly {
    readonly id: string;
    readonly state: string;
    readonly pid: number | null;
    readonly attempts: number;
    readonly commit: string | null;
    readonly stage: string | null;
  }[];
}

interface Line {
  readonly type: string;
  readonly id?: string;
  readonly stage?: string;
}

const statusOf = async (line: CommandLine): Promise<Status> => {
  const { out, err, code } = await line.batch(['status', '--json']);
  assert.equal(code, 0, err);
  return JSON.parse(out) as Status;
};

const journalOf = (line: CommandLine): readonly Line[] => {
  const batches = join(line.project, '.wf', 'batches');
  const id = readFileSync(join(batches, 'latest'), 'utf8').trim();
  return readFileSync(join(batches, id, 'journal.jsonl'), 'utf8')
    .split('\n')
    .filter((text) => text.trim() !== '')
    .map((text) => JSON.parse(text) as Line);
};

/** Works of two stages: the first commits at once, the second waits until the test opens the gate. */
const makeBatch = async (
  ids: readonly string[],
  dependencies: Readonly<Record<string, string>> = {},
): Promise<CommandLine> => {
  const line = await makeCommandLine();
  await line.makeBareRemote({ from: line.project });
  await line.config({
    batch: { stop_grace: '1s' },
    retry: { initial: '50ms' },
    workflows: {
      wf: {
        stages: [
          { name: 'write', run: 'echo "$WF_WORK_ID" > "$WF_WORK_ID.txt" && git add . && git commit -qm "$WF_WORK_ID"' },
          { name: 'wait', run: `until [ -e "${line.folder}/gate" ]; do sleep 0.05; done` },
        ],
      },
    },
  });
  for (const id of ids) await line.task(id, dependencies[id] === undefined ? '' : `depends_on: [${dependencies[id]}]`);
  const created = await line.schedule(['create', 'md=tasks']);
  assert.equal(created.code, 0, created.err);
  return line;
};

const openGate = (line: CommandLine): Promise<unknown> => line.write(line.folder, 'gate', '');

/** Until so many works are in their second stage, their processes known. */
const untilWaiting = (line: CommandLine, count: number): Promise<Status> =>
  eventually(`${count} works wait`, async () => {
    const status = await statusOf(line);
    const waiting = status.items.filter(
      ({ stage, pid, state }) => state === 'running' && stage === 'wait' && pid !== null,
    );
    return waiting.length === count && status;
  });

/** Ends the batch well and looks from the outside: delivered once, on the remote, nothing left. */
const finish = async (line: CommandLine, ids: readonly string[]): Promise<void> => {
  await openGate(line);
  const waited = await line.batch(['wait', '--timeout', '60s']);
  assert.equal(waited.code, 0, `${waited.out}${waited.err}${JSON.stringify(await statusOf(line), null, 1)}`);
  const lines = journalOf(line);
  for (const id of ids) {
    assert.equal(
      lines.filter((each) => each.type === 'work_completed' && each.id === id).length,
      1,
      `${id} is delivered once`,
    );
    const passed = lines.filter(
      (each) => each.type === 'stage_passed' && each.id === id && each.stage === 'write',
    ).length;
    assert.equal(passed, 1, `the finished stage of ${id} is not run again`);
    const head = (await line.git(line.project, 'ls-remote', 'origin', `refs/heads/wf/${id}`)).split('\t')[0];
    assert.equal(head, await line.git(line.project, 'rev-parse', `refs/wf/delivered/${id}`));
    assert.equal(await line.git(line.project, 'show', `${head}:${id}.txt`), id);
  }
  await eventually('no process is left', () => leftovers(line).length === 0, 30_000);
  await line.remove();
};

/** Not there, or only waiting to be reaped. */
const isGone = (pid: number | null | undefined): boolean => {
  try {
    return / [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\)/, ')'));
  } catch {
    return true;
  }
};

/** Live processes with this sandbox in their environment, tmux servers aside. */
const leftovers = (line: CommandLine): readonly number[] =>
  readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) return [];
    try {
      const isOurs = readFileSync(`/proc/${name}/environ`, 'utf8').includes(`HOME=${line.folder}\0`);
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8');
      return isOurs && command !== '' && !command.startsWith('tmux') ? [Number(name)] : [];
    } catch {
      return [];
    }
  });

describe('with tmux', { skip: process.platform !== 'linux' ? 'looks at /proc' : false }, () => {
  test('a scheduler that is killed is started again by its session, and running works go on', async () => {
    const line = await makeBatch(['a', 'b', 'c']);
    assert.equal((await line.batch(['start', '--parallel', '2'])).code, 0);
    const before = await untilWaiting(line, 2);
    process.kill(before.scheduler.pid ?? 0, 'SIGKILL');
    const after = await eventually('a new scheduler', async () => {
      const status = await statusOf(line);
      return status.scheduler.running && status.scheduler.pid !== before.scheduler.pid && status;
    });
    assert.deepEqual(
      after.items.map(({ attempts }) => attempts),
      before.items.map(({ attempts }) => attempts),
    );
    await finish(line, ['a', 'b', 'c']);
  });

  test('a worker that is killed gives its work back within 5 s, at its last stage boundary', async () => {
    const line = await makeBatch(['a']);
    await line.batch(['start', '--parallel', '1']);
    const before = await untilWaiting(line, 1);
    const killedAt = performance.now();
    process.kill(before.workers[0]?.pid ?? 0, 'SIGKILL');
    const after = await eventually('the work runs again', async () => {
      const status = await statusOf(line);
      return status.items[0]?.attempts === 2 && status.items[0].stage === 'wait' && status;
    });
    const takenMs = performance.now() - killedAt;
    assert.ok(takenMs < 10_000, `${takenMs} ms`);
    assert.notEqual(after.items[0]?.pid, before.items[0]?.pid);
    assert.ok(isGone(before.items[0]?.pid), 'the old stage is gone');
    await finish(line, ['a']);
  });

  test('a stage that is killed is a failure by signal and is tried again', async () => {
    const line = await makeBatch(['a']);
    await line.batch(['start', '--parallel', '1']);
    const before = await untilWaiting(line, 1);
    process.kill(before.items[0]?.pid ?? 0, 'SIGKILL');
    await eventually('a second attempt', async () => (await statusOf(line)).items[0]?.attempts === 2);
    assert.ok(journalOf(line).some((each) => each.type === 'stage_failed' && JSON.stringify(each).includes('SIGKILL')));
    await finish(line, ['a']);
  });

  test('after the tmux server died, resume starts a new one and finishes the batch', async () => {
    const line = await makeBatch(['a', 'b', 'c'], { c: 'a' });
    await line.batch(['start', '--parallel', '2']);
    const before = await untilWaiting(line, 2);
    for (const { pid } of before.workers) assert.ok(pid !== null);
    await line.tmux('kill-server');
    await eventually('scheduler and workers are gone', async () => {
      const status = await statusOf(line);
      return !status.scheduler.running && status.workers.every(({ state }) => state === 'dead');
    });
    const resumed = await line.batch(['resume']);
    assert.equal(resumed.code, 0, resumed.err);
    await finish(line, ['a', 'b', 'c']);
  });

  test('scheduler, workers, a stage and the server killed in turn: every work is delivered once', async () => {
    const line = await makeBatch(['a', 'b', 'c', 'd'], { d: 'c' });
    await line.batch(['start', '--parallel', '3']);
    const first = await untilWaiting(line, 3);
    process.kill(first.scheduler.pid ?? 0, 'SIGKILL');
    process.kill(first.workers[0]?.pid ?? 0, 'SIGKILL');
    await eventually('a second worker-1', async () => (await statusOf(line)).workers[0]?.pid !== first.workers[0]?.pid);
    const second = await untilWaiting(line, 3);
    process.kill(second.workers[1]?.pid ?? 0, 'SIGKILL');
    process.kill(second.items.find(({ pid }) => pid !== null)?.pid ?? 0, 'SIGKILL');
    await line.tmux('kill-server');
    assert.equal((await line.batch(['resume', '--parallel', '3'])).code, 0);
    await finish(line, ['a', 'b', 'c', 'd']);
  });

  test('a stopped worker that comes back late is refused and pushes nothing', async () => {
    const line = await makeBatch(['a']);
    await line.batch(['start', '--parallel', '1']);
    const before = await untilWaiting(line, 1);
    const zombie = before.workers[0]?.pid ?? 0;
    process.kill(zombie, 'SIGSTOP');
    // A silent worker is given up after a minute; a stop does not wait for that.
    const stopped = await line.batch(['stop', '--force']);
    assert.equal(stopped.code, 0, stopped.err);
    assert.ok(isGone(zombie), 'the stopped process was ended');
    assert.equal((await line.batch(['resume'])).code, 0);
    await finish(line, ['a']);
  });

  test('a removal of a worktree that was cut short is brought to its end by clean', async () => {
    const line = await makeBatch(['a']);
    await openGate(line);
    assert.equal((await line.batch(['start', '--engine', 'process', '--follow'])).code, 0);
    const [place, aside] = ['a', '.wf0-removed-a-0badc0de'].map((name) => join(line.project, '.worktrees', name));
    await line.git(line.project, 'worktree', 'add', '--quiet', place as string, 'wf/a');
    renameSync(place as string, aside as string);
    const { code, out, err } = await line.batch(['clean', '--yes']);
    assert.deepEqual([code, err], [0, ''], out);
    assert.doesNotMatch(await line.git(line.project, 'worktree', 'list'), /worktrees\/a/);
    assert.deepEqual(readdirSync(join(line.project, '.worktrees')), []);
    await finish(line, ['a']);
  });

  test('an environment that a dead scheduler handed to nobody is removed: it holds secrets', async () => {
    const line = await makeBatch(['a']);
    assert.equal((await line.batch(['start', '--engine', 'process'])).code, 0);
    const status = await untilWaiting(line, 1);
    const folder = join(line.project, '.wf', 'batches', status.batch_run_id);
    writeFileSync(join(folder, 'env-00000000-0000-4000-8000-000000000000.json'), '{}', { mode: 0o600 });
    process.kill(status.scheduler.pid ?? 0, 'SIGKILL');
    const untaken = (): readonly string[] => readdirSync(folder).filter((name) => name.startsWith('env-'));
    await eventually('nothing is handed over', () => untaken().length === 0);
    await finish(line, ['a']);
  });
});
