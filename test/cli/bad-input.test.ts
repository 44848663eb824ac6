/** What a person can get wrong, and the three lines that each of it is answered with. Nothing is changed by any of it. */
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { makeCommandLine, threeLines, type CommandLine } from '../support/command-line.ts';

let line: CommandLine;
let schedule = '';
before(async () => {
  line = await makeCommandLine();
  await line.task('01-schema', 'group: db');
  await line.task('02-api', 'depends_on: [01]');
  await line.schedule(['create', 'md=tasks']);
  schedule = await readFile(join(line.project, '.wf/schedule.json'), 'utf8');
});
after(() => line.remove());

interface Row {
  readonly words: string;
  readonly args: readonly string[];
  readonly code: 1 | 2 | 5;
  readonly lines: readonly [what: string, where: string, hint: string];
}

const keys =
  'priority, dependencies, add-dep, remove-dep, conflicts, group, workflow, title, labels, estimate_seconds, max_run_seconds, base, uses, params.NAME';
const long = 'x'.repeat(300);
const noBatch = [
  'there is no batch here',
  'ROOT',
  'begin one: wf0-schedule create md=tasks/, then wf0-batch start',
] as const;

const ofSchedule: readonly Row[] = [
  {
    words: 'a verb with a slip',
    args: ['crate'],
    code: 2,
    lines: ['there is no command crate', 'wf0-schedule crate', 'did you mean create? See: wf0-schedule --help'],
  },
  {
    words: 'no source',
    args: ['create'],
    code: 2,
    lines: ['no source is given', 'wf0-schedule create', 'for a folder of task files: wf0-schedule create md=tasks/'],
  },
  {
    words: 'a source without its kind',
    args: ['create', 'tasks'],
    code: 2,
    lines: [
      '"tasks" names no source',
      'wf0-schedule create',
      'for task files write md=tasks; for ids write local=ID,ID',
    ],
  },
  {
    words: 'md= without a path',
    args: ['create', 'md='],
    code: 2,
    lines: ['md= names no path', 'wf0-schedule create', 'name a folder of task files, or files: md=tasks/'],
  },
  {
    words: 'a kind with a slip',
    args: ['create', 'locl=A'],
    code: 2,
    lines: ['there is no kind of source locl=', 'locl=A', 'did you mean local=?'],
  },
  {
    words: 'an id with a path in it',
    args: ['create', 'local=../x'],
    code: 2,
    lines: [
      '"../x" is no id: an id begins with a letter or a digit (A–Z, a–z, 0–9)',
      'local=../x',
      'separate ids by commas: local=FEAT-1,FIX-2',
    ],
  },
  {
    words: 'an id twice',
    args: ['create', 'local=A,a'],
    code: 2,
    lines: [
      'the id a is given twice (ids are compared ignoring case)',
      'local=A,a',
      'separate ids by commas: local=FEAT-1,FIX-2',
    ],
  },
  {
    words: 'a file that is not there',
    args: ['create', 'md=gone.md'],
    code: 1,
    lines: [
      'no task file can be used',
      'gone.md does not exist; skipped',
      'give a folder of `.md` files, or the files themselves',
    ],
  },
  {
    words: 'sources of a config without any',
    args: ['create', '--all'],
    code: 1,
    lines: [
      'the config names no sources',
      'ROOT/.wf/config.json',
      'name them under batch.sources: ["md=tasks/"], or on the command line',
    ],
  },
  {
    words: 'an id with a slip',
    args: ['edit', '02-ap', 'priority=1'],
    code: 1,
    lines: [
      'there is no work 02-ap in the schedule',
      'wf0-schedule edit',
      'did you mean 02-api? See: wf0-schedule show',
    ],
  },
  {
    words: 'an id that is a path',
    args: ['edit', '../x', 'priority=1'],
    code: 1,
    lines: ['there is no work "../x" in the schedule', 'wf0-schedule edit', 'see: wf0-schedule show'],
  },
  {
    words: 'an id of two lines with colours',
    args: ['edit', 'a\n\u001b[31mb', 'priority=1'],
    code: 1,
    lines: ['there is no work "a b" in the schedule', 'wf0-schedule edit', 'see: wf0-schedule show'],
  },
  {
    words: 'an id of 300 characters',
    args: ['edit', long, 'priority=1'],
    code: 1,
    lines: [`there is no work "${'x'.repeat(79)}…" in the schedule`, 'wf0-schedule edit', 'see: wf0-schedule show'],
  },
  {
    words: 'an id that looks like a flag',
    args: ['edit', '-rf', 'priority=1'],
    code: 2,
    lines: ["unknown option '-rf'", 'wf0-schedule edit -rf priority=1', 'see: wf0-schedule --help'],
  },
  {
    words: 'an id that looks like a flag, after --',
    args: ['edit', '--', '-rf', 'priority=1'],
    code: 1,
    lines: ['there is no work -rf in the schedule', 'wf0-schedule edit', 'see: wf0-schedule show'],
  },
  {
    words: 'nothing to change',
    args: ['edit', '02-api'],
    code: 2,
    lines: [
      'nothing to change is given',
      'wf0-schedule edit 02-api',
      `give at least one of: ${keys.replaceAll(', ', '=, ')}=`,
    ],
  },
  {
    words: 'a change without =',
    args: ['edit', '02-api', 'priority'],
    code: 2,
    lines: ['"priority" is no change', 'wf0-schedule edit', `write key=value, with one of: ${keys}`],
  },
  {
    words: 'a key with a slip',
    args: ['edit', '02-api', 'titl=x'],
    code: 2,
    lines: ['there is no key "titl"', 'wf0-schedule edit', `did you mean title? The keys are: ${keys}`],
  },
  {
    words: 'a priority of 0',
    args: ['edit', '02-api', 'priority=0'],
    code: 2,
    lines: ['a priority is a whole number from 1', 'priority=0', '1 comes first, 3 is the default: priority=1'],
  },
  {
    words: 'a priority that is a word',
    args: ['edit', '02-api', 'priority=high'],
    code: 2,
    lines: ['a priority is a whole number from 1', 'priority=high', '1 comes first, 3 is the default: priority=1'],
  },
  {
    words: 'a dependency with a slip',
    args: ['edit', '02-api', 'add-dep=01-schem'],
    code: 1,
    lines: [
      'there is no work 01-schem in the schedule',
      'add-dep=01-schem',
      'did you mean 01-schema? See: wf0-schedule show',
    ],
  },
  {
    words: 'a dependency that it has not',
    args: ['edit', '02-api', 'remove-dep=07'],
    code: 1,
    lines: ['02-api does not depend on 07', 'remove-dep=07', 'it depends on: 01-schema'],
  },
  {
    words: 'a dependency on itself',
    args: ['edit', '02-api', 'add-dep=02-api'],
    code: 1,
    lines: [
      'the works depend on each other in a circle: 02-api -> 02-api',
      'the dependencies of 02-api',
      'nothing is changed; leave one of these dependencies out',
    ],
  },
  {
    words: 'a workflow that is not there',
    args: ['edit', '02-api', 'workflow=fast'],
    code: 1,
    lines: ['the config has no workflow fast', 'workflow=fast', 'workflows there are: wf'],
  },
  {
    words: 'an empty title',
    args: ['edit', '02-api', 'title='],
    code: 2,
    lines: ['a title has at least one character', 'title=', 'title="Add the API"'],
  },
  {
    words: 'a group that is not there',
    args: ['order', '--group', 'dbb'],
    code: 1,
    lines: ['no work is of the group dbb', 'wf0-schedule order', 'did you mean db? groups there are: db'],
  },
];

const ofBatch: readonly Row[] = [
  {
    words: 'a verb with a slip',
    args: ['statsu'],
    code: 2,
    lines: ['there is no command statsu', 'wf0-batch statsu', 'did you mean status? See: wf0-batch --help'],
  },
  { words: 'why without a batch', args: ['why'], code: 1, lines: noBatch },
  { words: 'logs without a batch', args: ['logs', '02-api'], code: 1, lines: noBatch },
  { words: 'attach without a batch', args: ['attach'], code: 1, lines: noBatch },
  { words: 'report without a batch', args: ['report'], code: 1, lines: noBatch },
  { words: 'watch without a batch', args: ['watch'], code: 1, lines: noBatch },
  {
    words: 'a batch that is not there',
    args: ['status', '--batch', '../../x'],
    code: 1,
    lines: ['there is no batch "../../x"', 'ROOT/.wf/batches', 'leave --batch out for the newest one'],
  },
  {
    words: 'logs of attempt 0',
    args: ['logs', '02-api', '--attempt', '0'],
    code: 2,
    lines: [
      "option '--attempt <n>' argument '0' is invalid. It must be a whole number from 1.",
      'wf0-batch logs 02-api --attempt 0',
      'see: wf0-batch --help',
    ],
  },
  {
    words: 'a format that never was',
    args: ['report', '--format', 'x'],
    code: 2,
    lines: ['there is no format "x"', '--format', 'one of: md, json, html, junit, trace'],
  },
  {
    words: 'plan without a word',
    args: ['plan'],
    code: 2,
    lines: [
      'plan needs to know what to do',
      'wf0-batch plan',
      'one of: wf0-batch plan save, wf0-batch plan list, wf0-batch plan show, wf0-batch plan load',
    ],
  },
  {
    words: 'plan with a slip',
    args: ['plan', 'lst'],
    code: 2,
    lines: ['there is no command plan lst', 'wf0-batch plan', 'did you mean: wf0-batch plan list?'],
  },
  {
    words: 'a plan that is not there',
    args: ['plan', 'show', 'night'],
    code: 1,
    lines: ['there is no plan night', 'ROOT/.wf/plans', 'save one: wf0-batch plan save NAME'],
  },
  {
    words: 'a plan name that is a path',
    args: ['plan', 'load', '../x'],
    code: 2,
    lines: [
      '"../x" cannot be the name of a plan.',
      'plan name',
      'Use letters, digits, dots, dashes and underscores, beginning with a letter or digit.',
    ],
  },
  {
    words: 'an agent that has no preset',
    args: ['init', '--agent', 'cluade'],
    code: 2,
    lines: [
      'there is no configuration for the agent "cluade"',
      '--agent',
      'known are claude, codex, gemini, aider, opencode, shell; for another one begin with plain commands (wf0-batch init) and put its call into .wf/config.json',
    ],
  },
  {
    words: 'a shell that is not there',
    args: ['completion', 'csh'],
    code: 2,
    lines: ['there is no completion for "csh"', 'wf0-batch completion', 'one of: bash, zsh, fish'],
  },
  {
    words: 'tell outside a stage',
    args: ['tell', 'waiting'],
    code: 1,
    lines: [
      'this is no stage of a batch',
      'WF_ATTEMPT_TOKEN, WF_REPO_ROOT and WF_BATCH_RUN_ID in the environment',
      'call it from a command of a workflow; they are set there',
    ],
  },
  {
    words: 'tell with a slip',
    args: ['tell', 'wating'],
    code: 2,
    lines: ['a stage cannot tell "wating"', 'wf0-batch tell', 'did you mean waiting?'],
  },
];

for (const [program, rows] of [
  ['wf0-schedule', ofSchedule],
  ['wf0-batch', ofBatch],
] as const)
  describe(`${program} answers with three lines`, { concurrency: 4 }, () => {
    for (const { words, args, code, lines } of rows)
      it(`to ${words}`, async () => {
        const screen = await line[program === 'wf0-batch' ? 'batch' : 'schedule'](args);
        assert.deepEqual(
          { code: screen.code, out: screen.out, err: line.mask(screen.err) },
          { code, out: '', err: threeLines(...lines) },
        );
      });
  });

describe('a schedule file that cannot be used', { concurrency: 4 }, () => {
  const inFolder = async (name: string, text: string): Promise<string> => {
    const folder = join(line.folder, name);
    await mkdir(join(folder, '.wf'), { recursive: true });
    await writeFile(join(folder, '.wf/schedule.json'), text);
    return folder;
  };

  it('is named with line and column when it is no JSON', async () => {
    const cwd = await inFolder('broken', '{"version": 1,\n "works": [{"id": "a",}]}\n');
    const { code, out, err } = await line.schedule(['show'], { cwd });
    const file = `${cwd}/.wf/schedule.json`;
    assert.deepEqual(
      { code, out, err },
      {
        code: 1,
        out: '',
        err: threeLines(
          `${file} is no JSON: a comma before "}"`,
          `${file}:2:23: "works": [{"id": "a",}]}`,
          'correct this place and run the command again',
        ),
      },
    );
  });

  it('is named with both versions when it is newer', async () => {
    const cwd = await inFolder('newer', '{"version": 2, "works": []}');
    const { code, err } = await line.schedule(['validate'], { cwd });
    assert.deepEqual(
      [code, err],
      [
        1,
        threeLines(
          'this schedule is of version 2, and this program knows version 1',
          `${cwd}/.wf/schedule.json`,
          'use the wf0-batch that wrote it, or a newer one',
        ),
      ],
    );
  });

  it('names the key that it does not know', async () => {
    const cwd = await inFolder('key', '{"works": [{"id": "a", "priorty": 1}]}');
    const { code, err } = await line.schedule(['show'], { cwd });
    assert.equal(code, 1);
    assert.match(
      err,
      /^error: the schedule cannot be used: unknown key `works\[0\]\.priorty`; did you mean `priority`\?\n {2}at: .*schedule\.json:1:24: /,
    );
  });

  it('does not hide the batch: status warns and goes on', async () => {
    const cwd = await inFolder('status', '{');
    const { code, out, err } = await line.batch(['status'], { cwd });
    assert.equal(code, 0);
    assert.match(out, /^📊 Batch Execution Status\n═+\nSchedule: none\nBatch: {4}none has been started\n/);
    assert.match(err, /^warning: .*schedule\.json is no JSON: it ends too early/);
  });
});

it('nothing of all this changed the schedule', async () => {
  assert.equal(await readFile(join(line.project, '.wf/schedule.json'), 'utf8'), schedule);
});

it('outside a repository and without .wf there is nothing to show, and a status that says so', async () => {
  const cwd = join(line.folder, 'nowhere');
  await mkdir(cwd, { recursive: true });
  const show = await line.schedule(['show'], { cwd });
  assert.deepEqual(
    [show.code, show.err],
    [
      1,
      threeLines(
        'not in a git repository, and there is no .wf',
        `${cwd}/.wf/schedule.json`,
        'make one, for example from a folder of task files: wf0-schedule create md=tasks/',
      ),
    ],
  );
  const status = await line.batch(['status', '--json'], { cwd });
  assert.equal(status.code, 0);
  const { batch_run_id, items, workers, activity } = JSON.parse(status.out) as Record<string, unknown>;
  assert.deepEqual(
    { batch_run_id, items, workers, activity },
    { batch_run_id: null, items: [], workers: [], activity: [] },
  );
});
