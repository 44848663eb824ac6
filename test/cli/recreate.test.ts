/** `create` over a schedule that is there: what stays, what changes, what goes, and what is said of it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { makeCommandLine, threeLines, type CommandLine, type Screen } from '../support/command-line.ts';

let line: CommandLine;
before(async () => {
  line = await makeCommandLine();
});
after(() => line.remove());
beforeEach(async () => {
  for (const folder of ['.wf', 'tasks', 'more']) await rm(join(line.project, folder), { recursive: true, force: true });
  await line.task('01-schema', 'group: db', 'The schema');
  await line.task('02-api', 'depends_on: [01]\ngroup: web', 'The API');
  await line.task('03-page', 'depends_on: [02]\ngroup: web', 'The page');
  assert.equal((await line.schedule(['create', 'md=tasks'])).code, 0);
});

const shows = (screen: Screen, wanted: Partial<Screen>): void => {
  const { code = 0, out = '', err = '' } = wanted;
  assert.deepEqual({ code: screen.code, out: line.mask(screen.out), err: line.mask(screen.err) }, { code, out, err });
};
const lines = (...list: readonly string[]): string => list.map((each) => `${each}\n`).join('');

const next = 'next: wf0-batch start --dry-run shows the plan, wf0-batch start runs it';
const append = (...args: readonly string[]): Promise<Screen> => line.schedule(['create', '--append', ...args]);
const file = (): string => readFileSync(join(line.project, '.wf', 'schedule.json'), 'utf8');
const works = (): readonly Record<string, unknown>[] =>
  (JSON.parse(file()) as { readonly works: readonly Record<string, unknown>[] }).works;
const task = (name: string): string => join(line.project, 'tasks', `${name}.md`);

describe('create --append of the same source', () => {
  it('changes nothing, not a byte, if the source says the same, whatever was edited by hand', async () => {
    await line.schedule(['edit', '03-page', 'priority=1', 'dependencies=01-schema', 'title=Mine']);
    await line.schedule(['order', '--group', 'web']);
    const old = file();
    shows(await append('md=tasks'), {
      out: '3 works in 2 groups scheduled: nothing changed\n',
      err: lines('warning: 03-page has priority 1, but waits for 01-schema, which has 3', next),
    });
    shows(await line.schedule(['create', '--append', 'md=.'], { cwd: join(line.project, 'tasks') }), {
      out: '3 works in 2 groups scheduled: nothing changed\n',
      err: lines('warning: 03-page has priority 1, but waits for 01-schema, which has 3', next),
    });
    assert.equal(file(), old);
  });

  it('takes what the source changed, shows it as a difference, and keeps what a person edited', async () => {
    await line.schedule(['edit', '02-api', 'priority=2', 'title=Mine']);
    await line.task('02-api', 'depends_on: [01]\ngroup: backend', 'A better API');
    shows(await append('md=tasks'), {
      out: '3 works in 3 groups scheduled: 1 changed\n',
      err: lines(
        'warning: 02-api: your title stays (Mine), though its source says A better API now',
        'warning: 02-api has priority 2, but waits for 01-schema, which has 3',
        'changed 02-api',
        '-group: web',
        '+group: backend',
        '@@ body -1,3 +1,3 @@',
        '-# The API',
        '+# A better API',
        ' ',
        ' Do it.',
        next,
      ),
    });
    const { title, priority, group } = works()[1] ?? {};
    assert.deepEqual({ title, priority, group }, { title: 'Mine', priority: 2, group: 'backend' });
    assert.doesNotMatch((await append('md=tasks')).err, /your title/);
  });

  it('keeps edits that were made in an editor, too', async () => {
    const schedule = JSON.parse(file()) as { works: { priority: number }[] };
    (schedule.works[0] as { priority: number }).priority = 1;
    await line.write(line.project, '.wf', 'schedule.json', JSON.stringify(schedule));
    assert.match((await append('md=tasks')).out, /: nothing changed\n$/);
    assert.equal(works()[0]?.['priority'], 1);
  });

  it('keeps what is gone from its source with a warning, and takes it out with --prune', async () => {
    await rm(task('03-page'));
    await line.task('01-schema', 'group: db\nstatus: done', 'The schema');
    const gone = (id: string): string =>
      `warning: ${id} is no open work of its source any more (tasks/${id}.md); it stays, --prune takes it out`;
    const kept = await append('md=tasks');
    assert.equal(kept.code, 0);
    assert.ok(kept.err.includes(`${gone('01-schema')}\n${gone('03-page')}\n`), kept.err);
    assert.match(kept.out, /^3 works in 2 groups scheduled: 1 changed, 2 gone from the source but kept\n$/);
    assert.equal(works().length, 3);
    const pruned = await append('--prune', 'md=tasks');
    assert.match(pruned.err, /^removed 01-schema {2}The schema\nremoved 03-page {2}The page\n/m);
    assert.equal(pruned.out, '1 work in 1 group scheduled: 2 removed\n');
    assert.deepEqual(
      works().map(({ id }) => id),
      ['02-api'],
    );
  });

  it('calls nothing gone that other sources gave, or that this reading does not cover', async () => {
    await line.write(line.project, 'more', '07-extra.md', '# Extra\n');
    await append('md=more', 'local=FEAT-1');
    for (const source of ['md=tasks', 'md=more', 'md=tasks/01-schema.md', 'local=FEAT-1'])
      shows(await append('--prune', source), {
        out: '5 works in 2 groups scheduled: nothing changed\n',
        err: `${next}\n`,
      });
  });

  it('keeps ids: a renamed twin is known again, and a file that moved is the same work', async () => {
    await line.write(line.project, 'more', '02-api.md', '---\ndepends_on: [01-schema]\n---\n# Another\n');
    assert.match((await append('md=more')).err, /the schedule has another 02-api; the new one is 02-api-2/);
    shows(await append('md=more'), { out: '4 works in 2 groups scheduled: nothing changed\n', err: `${next}\n` });
    await rename(task('03-page'), task('late'));
    await line.task('late', 'id: 03-page\ndepends_on: [02]\ngroup: web', 'The page');
    const moved = await append('--prune', 'md=tasks');
    assert.match(
      moved.err,
      /changed 03-page\n-source: markdown tasks\/03-page\.md\n\+source: markdown tasks\/late\.md\n/,
    );
    assert.equal(moved.out, '4 works in 2 groups scheduled: 1 changed\n');
  });

  it('leads references to works that come later', async () => {
    await rm(join(line.project, '.wf'), { recursive: true });
    await line.schedule(['create', 'md=tasks/02-api.md']);
    assert.deepEqual(works()[0]?.['dependencies'], ['01']);
    const joined = await append('md=tasks/01-schema.md');
    assert.match(joined.err, /^changed 02-api\n-dependencies: 01\n\+dependencies: 01-schema\nadded {3}01-schema/m);
    assert.match((await append('md=tasks/02-api.md')).out, /: nothing changed\n/);
  });

  it('refuses a cycle that only both together have, and saves nothing', async () => {
    await line.schedule(['edit', '01-schema', 'dependencies=']);
    await line.write(line.project, 'more', '09-x.md', '---\ndepends_on: [03-page]\n---\n# X\n');
    await append('md=more');
    await line.task('01-schema', 'depends_on: [09-x]', 'The schema');
    const old = file();
    shows(await append('md=tasks/01-schema.md'), {
      code: 1,
      err: threeLines(
        'the works depend on each other in a circle: 01-schema -> 09-x -> 03-page -> 02-api -> 01-schema',
        'the dependencies of 01-schema',
        'nothing is saved; take one of these dependencies out of its task file',
      ),
    });
    assert.equal(file(), old);
  });

  it('names works that were delivered and have changed, and leaves a batch that runs as it was planned', async () => {
    const slow = { name: 'write', run: 'case $WF_WORK_ID in 01*) ;; *) sleep 600 ;; esac' };
    await line.config({ workflows: { wf: { worktree: false, stages: [slow] } } });
    assert.equal((await line.batch(['start', '--engine', 'process', '--parallel', '1'])).code, 0);
    try {
      for (let i = 0; ; i++) {
        const { counts } = JSON.parse((await line.batch(['status', '--json'])).out) as {
          counts: Record<string, number>;
        };
        if (counts['completed'] === 1 && counts['running'] === 1) break;
        assert.ok(i < 200, 'the first work did not end');
      }
      await line.task('01-schema', 'group: db', 'A new schema');
      await rm(task('02-api'));
      await rm(task('03-page'));
      await line.task('04-more');
      shows(await append('--prune', 'md=tasks'), {
        out: '3 works in 2 groups scheduled: 1 added, 1 changed, 1 removed, 1 gone from the source but kept\n',
        err: lines(
          'note: the batch BATCH is not finished and keeps its own plan; the change counts from the next start on',
          'note: as they were planned, it has 01-schema, 03-page',
          'note: new works join it only when asked: wf0-batch add 04-more',
          'warning: 02-api is not pruned: it is running',
          'warning: 01-schema was delivered and has changed since; it runs again only with start --rerun',
          'changed 01-schema',
          '-title: The schema',
          '+title: A new schema',
          '@@ body -1,3 +1,3 @@',
          '-# The schema',
          '+# A new schema',
          ' ',
          ' Do it.',
          'added   04-more',
          'removed 03-page  The page',
          next,
        ),
      });
      const frozen =
        'note: the batch BATCH is not finished and keeps its own plan; the change counts from the next start on\n';
      shows(await line.schedule(['edit', '02-api', 'priority=9']), { out: '02-api: priority 3 -> 9\n', err: frozen });
      const { items } = JSON.parse((await line.batch(['status', '--json'])).out) as { items: { id: string }[] };
      assert.deepEqual(
        items.map(({ id }) => id),
        ['01-schema', '02-api', '03-page'],
      );
    } finally {
      await line.batch(['stop', '--force']);
    }
  });
});

describe('create without --append', () => {
  it('replaces the schedule, and says what it changes, edits and order of groups included', async () => {
    await line.schedule(['edit', '02-api', 'priority=2']);
    await line.schedule(['order', '--group', 'web', '--pin', 'db']);
    await rm(task('03-page'));
    shows(await line.schedule(['create', 'md=tasks', 'local=FIX-1']), {
      out: '3 works in 2 groups scheduled: 1 added, 1 changed, 1 removed\n',
      err: lines(
        'warning: 02-api: priority as edited by hand is replaced; --append keeps edits',
        'warning: the order of groups goes with the old schedule; again: wf0-schedule order --group web --pin db',
        'changed 02-api',
        '-priority: 2',
        '+priority: 3',
        'added   FIX-1',
        'removed 03-page  The page',
        next,
      ),
    });
  });

  it('has no use for --prune', async () => {
    const old = file();
    shows(await line.schedule(['create', '--prune', 'md=tasks']), {
      code: 2,
      err: threeLines(
        '--prune goes with --append: without it the schedule is replaced as a whole',
        'wf0-schedule create --prune',
        'wf0-schedule create --append --prune md=tasks/',
      ),
    });
    assert.equal(file(), old);
  });

  it('shows of many changes the first ones, and counts the others', async () => {
    const ids = Array.from({ length: 30 }, (_, i) => `X-${i}`);
    const { err } = await line.schedule(['create', `local=${ids.join(',')}`]);
    assert.match(err, /^added {3}X-0\n(added .*\n){19}and 10 more works added\nremoved 01-schema/m);
  });

  it('reads the sources of the config with --all', async () => {
    await line.config({ batch: { sources: ['md=tasks', 'local=FEAT-1'] } });
    const { out } = await line.schedule(['create', '--all']);
    assert.match(out, /^4 works in 2 groups scheduled: 1 added\n$/);
    shows(await append('--all', '--prune'), {
      out: '4 works in 2 groups scheduled: nothing changed\n',
      err: `${next}\n`,
    });
  });
});
