/** `show`, `edit`, `order`, `validate` and `clear` as a person sees them, screens compared whole. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { makeCommandLine, programFile, threeLines, type CommandLine, type Screen } from '../support/command-line.ts';

let line: CommandLine;
before(async () => {
  line = await makeCommandLine();
});
after(() => line.remove());

const file = (): string => join(line.project, '.wf', 'schedule.json');
const write = (schedule: object): Promise<unknown> =>
  line.write(line.project, '.wf', 'schedule.json', JSON.stringify(schedule));
const read = (): { readonly works: readonly Record<string, unknown>[]; readonly groups: unknown } =>
  JSON.parse(readFileSync(file(), 'utf8')) as never;
const one = (id: string): Record<string, unknown> => read().works.find((work) => work['id'] === id) ?? {};
const shows = (screen: Screen, wanted: Partial<Screen>): void => {
  const { code = 0, out = '', err = '' } = wanted;
  assert.deepEqual({ code: screen.code, out: line.mask(screen.out), err: line.mask(screen.err) }, { code, out, err });
};
const lines = (...list: readonly string[]): string => list.map((each) => `${each}\n`).join('');
/** Refused, and not a byte of the schedule is another. */
const refuses = async (
  args: readonly string[],
  code: number,
  ...said: readonly [string, string, string]
): Promise<void> => {
  const old = readFileSync(file(), 'utf8');
  shows(await line.schedule(args), { code, err: threeLines(...said) });
  assert.equal(readFileSync(file(), 'utf8'), old);
};

const schema = { id: '01-schema', title: 'The schema', group: 'db' };
const api = { id: '02-api', title: 'The API', group: 'web', dependencies: ['01-schema'], params: { version: '1.10' } };
const page = {
  id: '03-page',
  title: 'Seite für 漢字',
  group: 'web',
  dependencies: ['02-api'],
  body: '# Page\n\nDo it.\n',
};

beforeEach(async () => {
  await rm(join(line.project, '.wf'), { recursive: true, force: true });
  await write({ works: [schema, api, page] });
});

describe('show', () => {
  it('shows one work as a whole, or several', async () => {
    const screen = lines(
      '03-page  Seite für 漢字',
      '  source      local 03-page',
      '  group       web',
      '  priority    3',
      '  depends on  02-api',
      '',
      '# Page',
      '',
      'Do it.',
    );
    shows(await line.schedule(['show', '03-PAGE']), { out: screen });
    const both = await line.schedule(['show', '03-page', '02-api']);
    assert.match(
      both.out,
      /^03-page[^]*\n\n02-api {2}The API\n[^]* {2}params {6}version=1\.10\n {2}needed by {3}03-page\n$/,
    );
    const json = JSON.parse((await line.schedule(['show', '02-api', '--json'])).out) as object;
    await line.schedule(['edit', '02-api', 'priority=2']);
    assert.deepEqual({ ...json, priority: 2 }, one('02-api'));
  });

  it('says which fields were edited by hand', async () => {
    await line.schedule(['create', 'local=A,B']);
    await line.schedule(['edit', 'A', 'priority=1', 'labels=x,y']);
    shows(await line.schedule(['show', 'A']), {
      out: lines(
        'A',
        '  source    local A',
        '  priority  1',
        '  labels    x, y',
        '  edited    priority, labels (by hand)',
      ),
    });
  });

  it('draws the graph, in ASCII where the locale has no UTF-8', async () => {
    const legend = '│ leads down from a work ● to what depends on it; ○ leads on to nothing; L is the level';
    const out = lines(
      '3 works, 2 dependencies, 3 levels',
      'works by level: L0 1, L1 1, L2 1',
      '',
      '●  L0  01-schema  The schema',
      '●  L1  02-api     The API',
      '○  L2  03-page    Seite für 漢字',
      '',
      legend,
    );
    shows(await line.schedule(['show', '--graph'], { env: { LANG: 'de_DE.UTF-8' } }), { out });
    const plain = await line.schedule(['show', '--graph'], { env: { LC_ALL: 'C', COLUMNS: '40' } });
    assert.match(plain.out, /^\* {2}L0 {2}01-schema {2}The schema\n\* {2}L1.*\no {2}L2/m);
  });

  it('gives the graph to other programs', async () => {
    const json = JSON.parse((await line.schedule(['show', '--graph', '--json'])).out) as Record<string, unknown>;
    assert.deepEqual([json['levels'], json['cycle']], [[['01-schema'], ['02-api'], ['03-page']], null]);
    assert.equal((await line.schedule(['show', '--format', 'json'])).out, `${JSON.stringify(json, null, 2)}\n`);
    shows(await line.schedule(['show', '--graph', '--format', 'mermaid']), {
      out: lines(
        'flowchart LR',
        '  subgraph g0["db"]',
        '    n0["01-schema<br/>The schema"]',
        '  end',
        '  subgraph g1["web"]',
        '    n1["02-api<br/>The API"]',
        '    n2["03-page<br/>Seite für 漢字"]',
        '  end',
        '  n0 --> n1',
        '  n1 --> n2',
      ),
    });
    assert.match(
      (await line.schedule(['show', '--graph', '--format', 'dot'])).out,
      /^digraph schedule \{[^]*n1 -> n2;\n\}\n$/,
    );
  });

  it('refuses what does not go together', async () => {
    await refuses(
      ['show', '--graph', '02-api'],
      2,
      'the graph is of the whole schedule',
      'wf0-schedule show --graph 02-api',
      'leave the ids out, or look at one work: wf0-schedule show ID',
    );
    await refuses(
      ['show', '--json', '--format', 'dot'],
      2,
      '--json and --format dot are two formats',
      'wf0-schedule show',
      'give one of them',
    );
    await refuses(
      ['show', '02-apj'],
      1,
      'there is no work 02-apj in the schedule',
      'wf0-schedule show',
      'did you mean 02-api? See: wf0-schedule show',
    );
  });
});

describe('edit', () => {
  it('changes every field, of several works at once', async () => {
    shows(
      await line.schedule([
        ...['edit', '02-api', '03-PAGE', 'group=core', 'labels=a, b', 'uses=gpu', 'base=release/1.x'],
        ...['estimate_seconds=90', 'max-run-seconds=2h', 'params.retries=3', 'params.version=1.10', 'params.fast=true'],
      ]),
      {
        out: lines(
          '02-api: group web -> core',
          '02-api: labels none -> a, b',
          '02-api: params version=1.10 -> version=1.10, retries=3, fast=true',
          '02-api: estimate_seconds none -> 90',
          '02-api: max_run_seconds none -> 7200',
          '02-api: base none -> release/1.x',
          '02-api: uses none -> gpu',
          '03-page: group web -> core',
          '03-page: labels none -> a, b',
          '03-page: params none -> retries=3, version=1.10, fast=true',
          '03-page: estimate_seconds none -> 90',
          '03-page: max_run_seconds none -> 7200',
          '03-page: base none -> release/1.x',
          '03-page: uses none -> gpu',
        ),
      },
    );
    assert.deepEqual(one('03-page')['params'], { retries: 3, version: '1.10', fast: true });
    const empty = [
      'labels=',
      'uses=',
      'base=',
      'estimate_seconds=',
      'max_run_seconds=',
      'params.retries=',
      'params.fast=',
    ];
    await line.schedule(['edit', '02-api', 'group=web', ...empty]);
    assert.deepEqual(one('02-api')['params'], { version: '1.10' });
    assert.deepEqual(
      ['labels', 'uses', 'base', 'estimate_seconds', 'max_run_seconds'].map((field) => one('02-api')[field]),
      [[], [], null, null, null],
    );
  });

  it('understands numbers and cases of ids as task files do', async () => {
    shows(await line.schedule(['edit', '03-page', 'dependencies=01,02-API']), {
      out: '03-page: dependencies 02-api -> 01-schema, 02-api\n',
    });
    shows(await line.schedule(['edit', '03-page', 'remove-dep=02', 'conflicts=2']), {
      out: '03-page: dependencies 01-schema, 02-api -> 01-schema\n03-page: conflicts none -> 02-api\n',
    });
  });

  it('gives several works as a list with --json, and one as itself', async () => {
    const list = JSON.parse(
      (await line.schedule(['edit', '02-api', '03-page', 'priority=1', '--json'])).out,
    ) as object[];
    assert.equal(list.length, 2);
    const single = JSON.parse((await line.schedule(['edit', '02-api', 'priority=2', '--json'])).out) as object;
    assert.deepEqual(single, one('02-api'));
  });

  it('changes no work if one of them cannot be changed', async () => {
    await refuses(
      ['edit', '03-page', '01-schema', 'add-dep=02-api'],
      1,
      'the works depend on each other in a circle: 01-schema -> 02-api -> 01-schema',
      'the dependencies of 01-schema',
      'nothing is changed; leave one of these dependencies out',
    );
    await refuses(
      ['edit', '02-api', 'nope', 'priority=1'],
      1,
      'there is no work nope in the schedule',
      'wf0-schedule edit',
      'see: wf0-schedule show',
    );
    await refuses(
      ['edit', '03-page', '02-api', 'remove-dep=01-schema'],
      1,
      '03-page does not depend on 01-schema',
      'remove-dep=01-schema',
      'it depends on: 02-api',
    );
    await refuses(
      ['edit', '02-api', 'dependencies=02-api'],
      1,
      'the works depend on each other in a circle: 02-api -> 02-api',
      'the dependencies of 02-api',
      'nothing is changed; leave one of these dependencies out',
    );
  });

  const wrong: readonly (readonly [string, string, string])[] = [
    ['priority=0', 'a priority is a whole number from 1', '1 comes first, 3 is the default: priority=1'],
    [
      'estimate_seconds=-5',
      'it is a number of seconds, or a duration',
      'for ten minutes: estimate_seconds=600 or estimate_seconds=10m',
    ],
    [
      'max_run_seconds=soon',
      'it is a number of seconds, or a duration',
      'for ten minutes: max_run_seconds=600 or max_run_seconds=10m',
    ],
    ['base=-x', 'it is no name of a branch', 'name the branch to start from: base=main; base= takes it away'],
    ['uses=a/b', '"a/b" is no name of a resource', 'separate names by commas: uses=anthropic,gpu'],
    ['params.__proto__=1', 'a parameter cannot have this name', 'take another name'],
    ['title=', 'a title has at least one character', 'title="Add the API"'],
  ];
  for (const [word, what, hint] of wrong)
    it(`refuses ${word}`, async () => {
      await refuses(['edit', '02-api', 'group=x', word], 2, what, word, hint);
    });

  it('asks which work is meant where several could be', async () => {
    await write({ works: [{ id: '01-a' }, { id: '001-b' }, { id: 'c' }] });
    await refuses(
      ['edit', 'c', 'add-dep=1'],
      1,
      '1 could be several works',
      'add-dep=1',
      'write which one: 01-a, 001-b',
    );
  });
});

describe('order', () => {
  const models = [
    { id: 'c-10', title: 'z', group: 'brio', params: { model: 'M10', variant: 'a' } },
    { id: 'c-2b', title: 'y', group: 'brio', params: { model: 'M2', variant: 'b' } },
    { id: 'c-2a', title: 'x', group: 'brio', params: { model: 'M2', variant: 'a10' } },
    { id: 'c-2c', title: 'w', group: 'brio', params: { model: 'M2', variant: 'a9' } },
    { id: 'a', group: 'acme' },
    { id: 'n' },
  ];

  it('prints how it is, with the works of each group, whether it is set or not', async () => {
    await write({ works: models });
    shows(await line.schedule(['order']), {
      out: lines(
        'place  group   works',
        '-      acme    1',
        '-      brio    4',
        '-      (none)  1',
        'no order is set: priorities decide, whatever the group',
      ),
    });
    shows(await line.schedule(['order', '--group', 'Brio']), {
      out: lines(
        'place  group   works',
        '1      brio    4      ordered',
        '2      acme    1      by name',
        '3      (none)  1      last',
      ),
    });
    const json = JSON.parse((await line.schedule(['order', '--pin', 'acme', '--json'])).out) as Record<string, unknown>;
    assert.deepEqual(json, {
      order: ['brio'],
      pinned: ['acme'],
      resolved: [
        { group: 'acme', standing: 'pinned', works: 1 },
        { group: 'brio', standing: 'ordered', works: 4 },
        { group: null, standing: 'other', works: 1 },
      ],
    });
    await write({ works: [{ id: 'a' }] });
    shows(await line.schedule(['order']), { out: 'no work has a group: priorities decide\n' });
  });

  it('decides the plan: groups as wished, inside one by model and variant, each place with its why', async () => {
    await write({ works: models });
    await line.config({ workflows: { wf: { worktree: false, stages: [{ name: 'a', run: 'true' }] } } });
    const plan = async (): Promise<{ readonly id: string; readonly why: string }[]> =>
      (JSON.parse((await line.batch(['start', '--dry-run', '--json'])).out) as { items: { id: string; why: string }[] })
        .items;
    const ids = async (): Promise<string> => (await plan()).map(({ id }) => id).join(' ');
    await line.schedule(['order', '--group', 'brio,acme']);
    assert.equal(await ids(), 'c-2c c-2a c-2b c-10 a n');
    await line.schedule(['order', '--pin', 'acme']);
    assert.equal(await ids(), 'a c-2c c-2a c-2b c-10 n');
    const whys = (await plan()).map(({ why }) => why.replace(/\d+ s of work.*chain/, 'PATH'));
    assert.deepEqual(whys, [
      'group acme is pinned, priority 3, PATH',
      'group brio is number 1 in the order, priority 3, PATH, model M2 variant a9',
      'group brio is number 1 in the order, priority 3, PATH, model M2 variant a10',
      'group brio is number 1 in the order, priority 3, PATH, model M2 variant b',
      'group brio is number 1 in the order, priority 3, PATH, model M10 variant a',
      'no group, so last, priority 3, PATH',
    ]);
    const text = (await line.batch(['start', '--dry-run'])).out;
    assert.match(
      text,
      /^Groups: acme \(pinned, 1\), brio \(4\), no group \(1\)\nOrder among works that are ready: a, c-2c, c-2a, c-2b, c-10, n$/m,
    );
  });

  it('names the nearest group for one that nobody has, and changes nothing', async () => {
    await refuses(
      ['order', '--group', 'web', '--pin', 'dbb'],
      1,
      'no work is of the group dbb',
      'wf0-schedule order',
      'did you mean db? groups there are: db, web',
    );
  });

  it('takes a name that holds a comma', async () => {
    await write({
      works: [
        { id: 'a', group: 'x, y' },
        { id: 'b', group: 'x' },
      ],
    });
    assert.match((await line.schedule(['order', '--pin', 'x, y'])).out, /^1 {6}x, y {3}1 {6}pinned$/m);
  });
});

describe('validate', () => {
  it('has errors and warnings apart, each with a command that mends it', async () => {
    await line.config({ resources: { gpu: { slots: 1 } } });
    await write({
      groups: { order: ['web', 'gone'], pinned: [] },
      works: [
        { id: 'a', dependencies: ['b'] },
        { id: 'b', dependencies: ['a'] },
        { id: 'x', dependencies: ['y'], workflow: 'wff' },
        { id: 'y', dependencies: ['x'] },
        { id: 'w', group: 'web', estimate_seconds: 600, max_run_seconds: 300, uses: ['gpo'], conflicts: ['v', 'w'] },
        { id: 'v', dependencies: ['#9', 'w1'], conflicts: ['w'], priority: 1 },
        { id: 'w2', dependencies: ['v'], priority: 1, uses: ['license'], max_run_seconds: 0 },
      ],
    });
    const screen = await line.schedule(['validate']);
    shows(screen, {
      code: 1,
      out: lines(
        'Errors',
        '  works depend on each other in a circle: a -> b -> a',
        '    try: take one of these dependencies out, for example: wf0-schedule edit a remove-dep=b',
        '  works depend on each other in a circle: x -> y -> x',
        '    try: take one of these dependencies out, for example: wf0-schedule edit x remove-dep=y',
        '  x has the workflow wff, which is not in the config',
        '    try: wf0-schedule edit x workflow=wf',
        '',
        'Warnings',
        '  v depends on #9, which is not in the schedule',
        "    try: wf0-schedule edit v remove-dep='#9'",
        '  v depends on w1, which is not in the schedule',
        '    try: wf0-schedule edit v remove-dep=w1 add-dep=w',
        '  w conflicts with itself',
        '    try: wf0-schedule edit w conflicts=v',
        '  w is estimated at 600 s, but is ended after 300 s (max_run_seconds)',
        '    try: wf0-schedule edit w max_run_seconds=1200',
        '  w2 may run for 0 s (max_run_seconds): it fails at once',
        '    try: wf0-schedule edit w2 max_run_seconds=',
        '  no work is of the group gone',
        '    try: wf0-schedule order --group web',
        '  w uses gpo, which is no resource of the config: nothing bounds it',
        '    try: wf0-schedule edit w uses=gpu',
        '  w2 uses license, which is no resource of the config: nothing bounds it',
        '    try: name it in .wf/config.json: "resources": {"license": {"slots": 1}}',
        '',
        'the schedule cannot be started: 7 works, 3 errors, 8 warnings',
      ),
    });
    const json = JSON.parse((await line.schedule(['validate', '--json'])).out) as {
      errors: unknown[];
      warnings: unknown[];
    };
    assert.deepEqual([json.errors.length, json.warnings.length], [3, 8]);
  });

  it('names commands that do mend it, word by word', async () => {
    await line.config({ resources: { gpu: { slots: 1 } } });
    await write({
      groups: { order: ['gone', "it's"], pinned: ['gone'] },
      works: [
        { id: 'a', dependencies: ['b'], conflicts: ['a', 'zz'] },
        { id: 'b', dependencies: ['a', "it's #9", 'b1'], workflow: 'wff', uses: ['gpo'] },
        { id: 'c', dependencies: ['a'], priority: 1, estimate_seconds: 9, max_run_seconds: 1 },
      ],
    });
    for (let round = 0; ; round++) {
      assert.ok(round < 20, 'the fixes come to no end');
      const { errors, warnings } = JSON.parse((await line.schedule(['validate', '--json'])).out) as {
        errors: { fix: string }[];
        warnings: { fix: string }[];
      };
      const fix = [...errors, ...warnings][0]?.fix;
      if (fix === undefined) break;
      const words = /wf0-schedule (.*)$/.exec(fix)?.[1] ?? '';
      const shell = spawn('sh', ['-c', `exec "$NODE" "$PROGRAM" ${words}`], {
        cwd: line.project,
        env: { ...line.env, NODE: process.execPath, PROGRAM: programFile('wf0-schedule') },
        stdio: 'ignore',
      });
      assert.deepEqual(await once(shell, 'close'), [0, null], fix);
    }
    assert.match(
      (await line.schedule(['validate'])).out,
      /^the schedule can be started: 3 works, 0 errors, 0 warnings\n$/,
    );
  });

  it('takes a file that is no schedule for an error like others, and no schedule for a refusal', async () => {
    await line.write(line.project, '.wf', 'schedule.json', '{"works": [{"id": "a"}, {"id": "A"}]}');
    shows(await line.schedule(['validate']), {
      code: 1,
      out: lines(
        'Errors',
        '  the schedule cannot be used: `works[1].id`: an id of its own is expected, not "A", which works[0] has (ROOT/.wf/schedule.json:1:32: {"works": [{"id": "a"}, {"id": "A"}]})',
        '    try: correct this value, or make the schedule anew with `wf0-schedule create`',
        '',
        'the schedule cannot be started: 0 works, 1 error, 0 warnings',
      ),
    });
    const json = JSON.parse((await line.schedule(['validate', '--json'])).out) as { valid: boolean };
    assert.equal(json.valid, false);
    await rm(file());
    assert.equal((await line.schedule(['validate'])).code, 1);
  });
});

describe('clear', () => {
  const onTerminal = async (answer: string): Promise<readonly [number, string]> => {
    const child = spawn('script', ['-qec', '"$NODE" "$PROGRAM" clear', '/dev/null'], {
      cwd: line.project,
      env: { ...line.env, NODE: process.execPath, PROGRAM: programFile('wf0-schedule'), SHELL: '/bin/sh' },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let shown = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      shown += text;
      if (shown.includes('[y/N] ')) child.stdin.end(`${answer}\n`);
    });
    const [code] = (await once(child, 'close')) as [number];
    return [code, shown];
  };

  it('asks on a terminal, and removes nothing without a yes', async () => {
    const [no, shown] = await onTerminal('n');
    assert.equal(no, 1, shown);
    assert.match(shown, /Remove the schedule \(3 works in 2 groups\)\? \[y\/N\] /);
    assert.match(shown, /error: nothing was removed/);
    assert.equal(existsSync(file()), true);
    const [yes, answer] = await onTerminal('y');
    assert.equal(yes, 0, answer);
    assert.match(answer, /the schedule is removed \(3 works in 2 groups\)/);
    assert.equal(existsSync(file()), false);
  });

  it('says what it removed, edits by hand included', async () => {
    await line.schedule(['create', 'local=A,B']);
    await line.schedule(['edit', 'A', 'priority=1']);
    shows(await line.schedule(['clear', '--yes']), {
      out: 'the schedule is removed (2 works, 1 edited by hand, from local A,B)\n',
    });
  });
});
