/** What a person can get wrong while a batch is there: three lines, and a batch that goes on as if nothing had been said. */
import assert from 'node:assert/strict';
import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { makeCommandLine, threeLines, type CommandLine, type Screen } from '../support/command-line.ts';
import { eventually } from '../support/eventually.ts';
import {
  batchFolder,
  expectCode,
  eventsOf,
  item,
  leaveNothing,
  ourProcesses,
  picture,
} from '../support/running-batch.ts';

type Lines = readonly [what: string, where: string, hint: string];
const isLinux = existsSync('/proc/self');
const long = 'x'.repeat(300);
const title = `A "title" with 'quotes', $(touch x), \`touch y\`, \\, %s, {id} and ;touch z`;
const waits = 'while [ ! -e "$WF_REPO_ROOT/go" ]; do sleep 0.05; done';
const config = {
  batch: { stop_grace: '1s' },
  workflows: {
    wf: {
      stages: [
        { name: 'env', run: 'printf %s "$WF_WORK_TITLE" > "$WF_REPO_ROOT/by-env-$WF_WORK_ID"' },
        { name: 'arg', run: ['sh', '-c', 'printf %s "$1" > "$WF_REPO_ROOT/by-arg-$WF_WORK_ID"', 'sh', '{title}'] },
        { name: 'go', run: waits },
      ],
    },
  },
};
const works = [{ id: 'feat-1', title }, { id: 'feat-2' }, { id: 'feat-3' }];

const makeBatch = async (only: readonly string[] = ['feat-1', 'feat-2']): Promise<CommandLine> => {
  const line = await makeCommandLine();
  await line.config(config);
  await line.write(line.project, '.wf/schedule.json', JSON.stringify({ works }));
  expectCode(await line.batch(['start', '--engine', 'process', '--parallel', '1', '--only', ...only]), 0);
  await eventually('the last stage runs', () => eventsOf(line, 'stage_started').some(({ stage }) => stage === 'go'));
  return line;
};

/** The command is refused, and the journal, the plan and the refs stay as they are. */
const expectRefusal = async (
  line: CommandLine,
  args: readonly string[],
  { code = 1, lines }: { readonly code?: number; readonly lines: Lines },
): Promise<void> => {
  const state = (): readonly string[] => [
    readFileSync(join(batchFolder(line), 'journal.jsonl'), 'utf8'),
    readFileSync(join(batchFolder(line), 'plan.json'), 'utf8'),
    readFileSync(join(line.project, '.wf/schedule.json'), 'utf8'),
    ...picture(join(line.project, '.git/refs')),
  ];
  const before = state();
  const { code: found, out, err } = await line.batch(args);
  assert.deepEqual({ code: found, out, err: line.mask(err) }, { code, out: '', err: threeLines(...lines) });
  assert.deepEqual(state(), before);
};

describe('bad input beside a batch', { concurrency: 2 }, () => {
  describe('a batch that runs', { concurrency: 1 }, () => {
    let line: CommandLine;
    before(async () => {
      line = await makeBatch();
    });
    after(() => leaveNothing(line));

    describe('refuses', { concurrency: 3 }, () => {
      for (const args of [['start'], ['start', '--parallel', '3'], ['start', '--follow']])
        it(`a second ${args.join(' ')}`, () =>
          expectRefusal(line, args, {
            lines: [
              'a batch is already running',
              'BATCH',
              'look at it: wf0-batch status; end it: wf0-batch stop (wf0-batch resume goes on with it later); or leave it behind: --fresh',
            ],
          }));
      it('what it cannot do to a running work', async () => {
        const stopFirst = 'stop it first: `wf0-batch stop feat-1`';
        await expectRefusal(line, ['retry', 'feat-1'], {
          lines: ['feat-1 is running, and must be not running', 'work feat-1', stopFirst],
        });
        await expectRefusal(line, ['skip', 'FEAT-1'], {
          lines: ['feat-1 is running, and must be queued, failed or stopped', 'work feat-1', stopFirst],
        });
        await expectRefusal(line, ['remove', 'feat-1'], {
          lines: ['feat-1 is running, and must be queued', 'work feat-1', stopFirst],
        });
        await expectRefusal(line, ['add', 'feat-1'], {
          lines: ['feat-1 is in this batch already', 'work feat-1', 'to run it again: `wf0-batch retry feat-1`'],
        });
      });
      for (const verb of ['stop', 'retry', 'skip', 'remove', 'logs', 'why']) {
        it(`${verb} of an id with a slip, naming the nearest`, () =>
          expectRefusal(line, [verb, 'feat-11'], {
            lines: [
              'there is no work feat-11 in the batch',
              'batch BATCH',
              'did you mean feat-1? See: wf0-batch status',
            ],
          }));
        it(`${verb} of a work that is only in the schedule`, () =>
          expectRefusal(line, [verb, 'feat-3'], {
            lines: [
              'feat-3 is in the schedule, but not in this batch',
              'batch BATCH',
              'it is delivered already, or was added later: wf0-batch add feat-3',
            ],
          }));
        it(`${verb} of what is no id`, async () => {
          for (const [id, shown] of noIds)
            await expectRefusal(line, [verb, '--', id], {
              lines: [`there is no work ${shown} in the batch`, 'batch BATCH', 'see: wf0-batch status'],
            });
        });
      }
      it('add of what is not in the schedule', async () => {
        const where = 'ROOT/.wf/schedule.json';
        await expectRefusal(line, ['add', 'feat-33'], {
          lines: ['there is no work feat-33 in the schedule', where, 'did you mean feat-3? See: wf0-schedule show'],
        });
        for (const [id, shown] of noIds)
          await expectRefusal(line, ['add', '--', id], {
            lines: [`there is no work ${shown} in the schedule`, where, 'see: wf0-schedule show'],
          });
      });
      it('attach without sessions', () =>
        expectRefusal(line, ['attach', 'feat-1'], {
          lines: [
            'the processes of this batch have no sessions to attach to',
            'batch BATCH (--engine process)',
            'read along: wf0-batch logs feat-1 -f',
          ],
        }));
      it('an id that looks like a flag', () =>
        expectRefusal(line, ['why', '-rf'], {
          code: 2,
          lines: ["unknown option '-rf'", 'wf0-batch why -rf', 'see: wf0-batch --help'],
        }));
    });

    it('is the one that status --batch latest shows', async () => {
      const newest = expectCode(await line.batch(['status', '--batch', 'latest', '--json']), 0);
      const { batch_run_id } = JSON.parse(newest.out) as { readonly batch_run_id: string };
      assert.equal(batch_run_id, readFileSync(join(line.project, '.wf/batches/latest'), 'utf8').trim());
    });

    it('names resume and --fresh at a start beside it while it is paused', async () => {
      expectCode(await line.batch(['pause']), 0);
      await expectRefusal(line, ['start'], {
        lines: [
          'a batch of this repository is paused',
          'BATCH',
          'go on with it: wf0-batch resume; or leave it behind and begin anew: wf0-batch start --fresh',
        ],
      });
      expectCode(await line.batch(['resume']), 0);
    });

    it('hands a title over as it is, executes nothing of it, and shows it', async () => {
      for (const way of ['env', 'arg'])
        assert.equal(await readFile(join(line.project, `by-${way}-feat-1`), 'utf8'), title);
      for (const name of ['x', 'y', 'z'])
        for (const folder of [line.project, join(line.project, '.worktrees/feat-1')])
          assert.equal(existsSync(join(folder, name)), false, `${name} was made in ${folder}`);
      assert.equal((await item(line, 'feat-1')).title, title);
    });

    it('starts nothing more once its plan was changed, says so, and goes on when it is put back', async () => {
      const plan = join(batchFolder(line), 'plan.json');
      await copyFile(plan, `${line.folder}/plan.json`);
      await writeFile(plan, (await readFile(plan, 'utf8')).replaceAll('sleep 0.05', 'sleep 0.06'));
      await writeFile(join(line.project, 'go'), '');
      expectCode(await line.batch(['wait']), 4);
      assert.equal((await item(line, 'feat-1')).state, 'completed');
      const said = 'plan.json was changed after the batch began; nothing new starts from it';
      const hint = 'put it back as it was, then wf0-batch resume; or leave the batch behind: wf0-batch start --fresh';
      for (const verb of ['status', 'why'])
        assert.equal(
          line.mask((await line.batch([verb])).err),
          `warning: ${said} (ROOT/.wf/batches/BATCH/plan.json); ${hint}\n`,
        );
      for (const args of [['resume'], ['retry', 'feat-1', '--rerun'], ['add', 'feat-3']])
        await expectRefusal(line, args, { lines: [said, 'ROOT/.wf/batches/BATCH/plan.json', hint] });
      assert.equal((await item(line, 'feat-2')).state, 'queued');
      await copyFile(`${line.folder}/plan.json`, plan);
      expectCode(await line.batch(['resume']), 0);
      expectCode(await line.batch(['wait']), 0);
    });

    for (const [words, name, kind] of [
      ['a plan', 'plan.json', 'plan'],
      ['a journal', 'journal.jsonl', 'journal'],
    ] as const)
      it(`${words} of a newer version is refused, and stays`, async () => {
        const file = join(batchFolder(line), name);
        const text = await readFile(file, 'utf8');
        const newer =
          name === 'plan.json'
            ? text.replace('"version":1', '"version":7')
            : text.replace(/\{("seq":\d+,[^\n]*)\n$/, '{"version":7,$1\n');
        assert.notEqual(newer, text);
        await writeFile(file, newer);
        await rm(join(batchFolder(line), 'snapshot.json'), { force: true });
        for (const args of [['status'], ['resume'], ['start'], ['stop'], ['retry', 'feat-1']])
          await expectRefusal(line, args, {
            lines: [
              `this ${kind} is of version 7, and this program knows version 1`,
              `ROOT/.wf/batches/BATCH/${name}`,
              'use the wf0-batch that wrote it, or a newer one',
            ],
          });
        await writeFile(file, text);
      });
  });

  /** With how a message shows them. */
  const noIds: readonly (readonly [id: string, shown: string])[] = [
    ['../x', '"../x"'],
    ['-rf', '-rf'],
    ['a\nb', '"a b"'],
    ['\u001b[31mx', '"x"'],
    [long, `"${'x'.repeat(79)}…"`],
    ['😀', '"😀"'],
    ['', '""'],
  ];

  describe(
    'a batch whose scheduler and workers died',
    { concurrency: 1, skip: isLinux ? false : 'processes are found by /proc' },
    () => {
      let line: CommandLine;
      let following: Promise<Screen>;
      before(async () => {
        line = await makeCommandLine();
        await line.config(config);
        await line.write(line.project, '.wf/schedule.json', JSON.stringify({ works }));
        following = line.batch(['start', '--engine', 'process', '--parallel', '1', '--follow']);
        await eventually('the last stage runs', () => existsSync(join(line.project, 'by-arg-feat-1')));
        const daemons = /wf0-(supervisor|scheduler|worker)\.js/;
        const found = ourProcesses(line).filter(({ command }) => daemons.test(command));
        assert.ok(found.length >= 3, JSON.stringify(found));
        for (const { pid } of found.sort(
          (a, b) => Number(b.command.includes('supervisor')) - Number(a.command.includes('supervisor')),
        ))
          process.kill(pid, 'SIGKILL');
      });
      after(() => leaveNothing(line));
      const dead: Lines = [
        'the batch is unfinished and its scheduler is not running',
        'batch BATCH',
        'go on: wf0-batch resume',
      ];

      it('is refused by start', () =>
        expectRefusal(line, ['start', '--engine', 'process'], {
          lines: [
            'a batch of this repository is unfinished',
            'ROOT/.wf/batches/latest',
            'go on with it: wf0-batch resume; or leave it behind and begin anew: wf0-batch start --fresh',
          ],
        }));
      it('ends wait with 5 and names resume', () => expectRefusal(line, ['wait'], { code: 5, lines: dead }));
      it('ends start --follow with 5 and names resume', async () => {
        const { code, err } = await following;
        assert.equal(code, 5);
        assert.ok(line.mask(err).endsWith(threeLines(...dead)), err);
      });
      it('is resumed with fewer workers than wished, said with a warning', async () => {
        await writeFile(join(line.project, 'go'), '');
        const { code, err } = await line.batch(['resume', '--parallel', '9']);
        assert.deepEqual([code, err], [0, 'warning: 9 workers are more than batch.max_parallel (5); 5 are started\n']);
        expectCode(await line.batch(['wait']), 0);
      });
    },
  );
});
