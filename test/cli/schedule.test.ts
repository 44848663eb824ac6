/** `wf0-schedule` as a person sees it. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { makeCommandLine, threeLines, type CommandLine, type Screen } from '../support/command-line.ts';

let line: CommandLine;
before(async () => {
  line = await makeCommandLine();
});
after(() => line.remove());
beforeEach(async () => {
  await rm(join(line.project, '.wf'), { recursive: true, force: true });
  await rm(join(line.project, 'tasks'), { recursive: true, force: true });
});

const three = async (): Promise<void> => {
  await line.task('01-schema', 'group: db', 'The schema');
  await line.task('02-api', 'depends_on: [01]\ngroup: web\npriority: 3', 'The API');
  await line.task('03-page', 'depends_on: [02]\ngroup: web', 'The page');
};

const shows = (screen: Screen, wanted: Partial<Screen>): void => {
  const { code = 0, out = '', err = '' } = wanted;
  assert.deepEqual({ code: screen.code, out: line.mask(screen.out), err: line.mask(screen.err) }, { code, out, err });
};

const next = 'next: wf0-batch start --dry-run shows the plan, wf0-batch start runs it\n';
const file = (): string => join(line.project, '.wf', 'schedule.json');

describe('create', () => {
  it('makes a schedule of a folder of task files, and show draws it', async () => {
    await three();
    shows(await line.schedule(['create', 'md=tasks']), { out: '3 works in 2 groups scheduled\n', err: next });
    const table = [
      'id         group  priority  workflow  depends on  title',
      '01-schema  db     3         -         -           The schema',
      '02-api     web    3         -         01-schema   The API',
      '03-page    web    3         -         02-api      The page',
      '',
      '3 works',
      '',
    ].join('\n');
    shows(await line.schedule(['show']), { out: table });
    assert.match(readFileSync(join(line.project, '.git/info/exclude'), 'utf8'), /^\.wf\n\.worktrees\n/m);
  });

  it('prints with --json what it wrote, and show --json prints the same', async () => {
    await three();
    const { out, err, code } = await line.schedule(['create', 'md=tasks', '--json']);
    assert.deepEqual({ code, err }, { code: 0, err: '' });
    assert.equal(out, readFileSync(file(), 'utf8'));
    assert.equal((await line.schedule(['show', '--json'])).out, out);
  });

  it('takes several paths and lists, from a subfolder too', async () => {
    await three();
    const screen = await line.schedule(['create', 'md=01-schema.md', '02-api.md', 'local=FEAT-7,FIX-8'], {
      cwd: join(line.project, 'tasks'),
    });
    shows(screen, { out: '4 works in 2 groups scheduled\n', err: next });
  });

  it('takes stars in the last part of a path, which no shell expands behind md=', async () => {
    await three();
    shows(await line.schedule(['create', 'md=tasks/0[12]*.md', 'tasks/0?-s*.md']), {
      code: 0,
      out: '1 work in 1 group scheduled\n',
      err: `warning: tasks/0[12]*.md does not exist; skipped\n${next}`,
    });
    shows(await line.schedule(['create', 'md=tasks/*.md']), {
      out: '3 works in 2 groups scheduled: 2 added\n',
      err: `added   02-api  The API\nadded   03-page  The page\n${next}`,
    });
  });

  it('puts a schedule that cannot be read aside, and does not touch one of a newer program', async () => {
    await line.write(line.project, '.wf', 'schedule.json', '{ not json');
    const created = await line.schedule(['create', 'local=A']);
    assert.equal(created.code, 0);
    const aside = /^note: the old schedule could not be read; it is kept as (.*)$/m.exec(created.err)?.[1] ?? '';
    assert.equal(readFileSync(aside, 'utf8'), '{ not json');
    await line.write(line.project, '.wf', 'schedule.json', '{ not json');
    assert.match((await line.schedule(['clear'])).out, /^the schedule could not be read; it is kept as /);
    assert.equal(existsSync(file()), false);
    await line.write(line.project, '.wf', 'schedule.json', '{"version": 7}');
    for (const args of [['create', 'local=A'], ['clear']]) assert.equal((await line.schedule(args)).code, 1);
    assert.equal(readFileSync(file(), 'utf8'), '{"version": 7}');
  });

  it('leaves out what --exclude names, and says so', async () => {
    await three();
    await line.task('04-draft');
    const screen = await line.schedule(['create', 'md=tasks', '--exclude', '*draft*', '--exclude', '03-page.md']);
    assert.equal(screen.code, 0);
    assert.match(screen.out, /^2 works/);
    assert.match(screen.err, /note: tasks\/03-page\.md is excluded\nnote: tasks\/04-draft\.md is excluded/);
  });

  it('warns of references that lead nowhere', async () => {
    await line.task('01-a', 'depends_on: [99-gone]');
    shows(await line.schedule(['create', 'md=tasks']), {
      out: '1 work scheduled\n',
      err: `warning: 01-a depends on 99-gone, which is not in the schedule\n${next}`,
    });
  });

  it('refuses a cycle with its path and saves nothing', async () => {
    await three();
    await line.schedule(['create', 'local=OLD-1']);
    const old = readFileSync(file(), 'utf8');
    await line.task('01-schema', 'depends_on: [03]');
    shows(await line.schedule(['create', 'md=tasks']), {
      code: 1,
      err: threeLines(
        'the works depend on each other in a circle: 01-schema -> 03-page -> 02-api -> 01-schema',
        'the dependencies of 01-schema',
        'nothing is saved; take one of these dependencies out of its task file',
      ),
    });
    assert.equal(readFileSync(file(), 'utf8'), old);
  });

  it('refuses an empty folder, and makes an empty schedule of works that are all done', async () => {
    await mkdir(join(line.project, 'tasks'));
    const empty = await line.schedule(['create', 'md=tasks']);
    assert.equal(empty.code, 1);
    assert.match(empty.err, /^error: the folder holds no task file\n {2}at: tasks\n {2}try: /);
    assert.equal(existsSync(file()), false);
    await line.task('01-a', 'status: done');
    const done = await line.schedule(['create', 'md=tasks']);
    assert.deepEqual([done.code, done.out], [0, '0 works scheduled\n']);
    assert.match(done.err, /note: nothing open was found: the schedule is empty\n$/);
  });

  it('appends: the same source is read anew, another work of the same id gets its own', async () => {
    await three();
    await line.schedule(['create', 'md=tasks']);
    await line.task('01-schema', 'group: db', 'A better schema');
    await line.write(line.project, 'more', '02-api.md', '# Another API\n');
    const screen = await line.schedule(['create', '--append', 'md=tasks/01-schema.md', 'more']);
    shows(screen, {
      out: '4 works in 2 groups scheduled: 1 added, 1 changed\n',
      err: [
        'warning: the schedule has another 02-api; the new one is 02-api-2',
        'changed 01-schema',
        '-title: The schema',
        '+title: A better schema',
        '@@ body -1,3 +1,3 @@',
        '-# The schema',
        '+# A better schema',
        ' ',
        ' Do it.',
        'added   02-api-2  Another API',
        next,
      ].join('\n'),
    });
    assert.match((await line.schedule(['show'])).out, /A better schema[\s\S]*02-api-2 .*Another API/);
  });

  it('works outside a repository, with .wf in the current folder', async () => {
    const folder = join(line.folder, 'plain');
    await mkdir(folder, { recursive: true });
    assert.equal((await line.schedule(['create', 'local=A,B'], { cwd: folder })).code, 0);
    assert.equal(existsSync(join(folder, '.wf/schedule.json')), true);
    shows(
      await line
        .schedule(['show', '--json'], { cwd: join(folder, '.wf') })
        .then((screen) => ({ ...screen, out: String((JSON.parse(screen.out) as { works: object[] }).works.length) })),
      { out: '2' },
    );
  });

  it('takes flags from variables, and a switch that is off from none', async () => {
    await three();
    await line.schedule(['create', 'md=tasks']);
    const off = await line.schedule(['create', 'local=X'], { env: { WF_BATCH_APPEND: '0' } });
    assert.match(off.out, /^1 work scheduled/);
    const on = await line.schedule(['create', 'local=Y'], { env: { WF_BATCH_APPEND: '1' } });
    assert.match(on.out, /^2 works scheduled: 1 added/);
  });
});

describe('edit, order, validate, clear', () => {
  beforeEach(async () => {
    await three();
    await line.schedule(['create', 'md=tasks']);
  });

  it('edits several fields at once and says what changed', async () => {
    const screen = await line.schedule([
      'edit',
      '03-PAGE',
      'priority=1',
      'dependencies=01-schema',
      'group=',
      'title=Pages',
    ]);
    shows(screen, {
      out: '03-page: title The page -> Pages\n03-page: group web -> none\n03-page: priority 3 -> 1\n03-page: dependencies 02-api -> 01-schema\n',
    });
    shows(await line.schedule(['edit', '03-page', 'priority=1']), { err: 'note: 03-page is as wished already\n' });
  });

  it('adds and removes dependencies, and refuses a cycle', async () => {
    shows(await line.schedule(['edit', '03-page', 'add-dep=01-schema']), {
      out: '03-page: dependencies 02-api -> 02-api, 01-schema\n',
    });
    shows(await line.schedule(['edit', '03-page', 'remove-dep=02-api']), {
      out: '03-page: dependencies 02-api, 01-schema -> 01-schema\n',
    });
    shows(await line.schedule(['edit', '01-schema', 'add-dep=03-page']), {
      code: 1,
      err: threeLines(
        'the works depend on each other in a circle: 01-schema -> 03-page -> 01-schema',
        'the dependencies of 01-schema',
        'nothing is changed; leave one of these dependencies out',
      ),
    });
  });

  it('orders and pins groups', async () => {
    shows(await line.schedule(['order', '--pin', 'web', '--group', 'db,web']), {
      out: ['place  group  works', '1      web    2      pinned', '2      db     1      ordered', ''].join('\n'),
    });
    assert.match((await line.schedule(['show'])).out, /3 works; pinned groups: web; group order: db, web\n$/);
    shows(await line.schedule(['order', '--pin', '']), {
      out: ['place  group  works', '1      db     1      ordered', '2      web    2      ordered', ''].join('\n'),
    });
  });

  it('validates: errors and warnings apart, each with what mends it', async () => {
    shows(await line.schedule(['validate']), { out: 'the schedule can be started: 3 works, 0 errors, 0 warnings\n' });
    const schedule = JSON.parse(readFileSync(file(), 'utf8')) as { works: Record<string, unknown>[] };
    Object.assign(schedule.works[0] as object, { dependencies: ['03-page', '09-gone'], workflow: 'wff' });
    await writeFile(file(), JSON.stringify(schedule));
    shows(await line.schedule(['validate']), {
      code: 1,
      out: [
        'Errors',
        '  works depend on each other in a circle: 01-schema -> 03-page -> 02-api -> 01-schema',
        '    try: take one of these dependencies out, for example: wf0-schedule edit 01-schema remove-dep=03-page',
        '  01-schema has the workflow wff, which is not in the config',
        '    try: wf0-schedule edit 01-schema workflow=wf',
        '',
        'Warnings',
        '  01-schema depends on 09-gone, which is not in the schedule',
        '    try: wf0-schedule edit 01-schema remove-dep=09-gone',
        '',
        'the schedule cannot be started: 3 works, 2 errors, 1 warning',
        '',
      ].join('\n'),
    });
  });

  it('clears, and says when there is nothing to clear', async () => {
    shows(await line.schedule(['clear']), {
      out: 'the schedule is removed (3 works in 2 groups, from markdown tasks)\n',
    });
    shows(await line.schedule(['clear']), { err: 'note: there is no schedule\n' });
    assert.equal(existsSync(file()), false);
  });
});
