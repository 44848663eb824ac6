import assert from 'node:assert/strict';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import type { Part } from '../../src/sources/combine.ts';
import { readManifest } from '../../src/sources/manifest/read-manifest.ts';
import { dependenciesOf, makeFolder, refusal } from '../support/source-folder.ts';

const read = async (t: TestContext, text: string | Buffer): Promise<Part> => {
  const cwd = await makeFolder(t, { 'tasks.yaml': text });
  return readManifest({ path: 'tasks.yaml', cwd, root: cwd });
};
const idsOf = ({ works }: Part): readonly string[] => works.map(({ id }) => id);

test('entries mix parameters; what is absent stays absent, comments say nothing', async (t) => {
  const { works, warnings, notices } = await read(
    t,
    '# all\ntasks:\n  - dataset: imagenet # one\n    root: animal.n.01\n    preset: smart\n  - dataset: coco\n  - {dataset: tencent, root: "", depth: 3}\n',
  );
  assert.deepEqual(
    works.map(({ id, group, params, workflow }) => ({ id, group, params, workflow })),
    [
      {
        id: 'imagenet-animal.n.01-smart',
        group: 'imagenet',
        params: { dataset: 'imagenet', root: 'animal.n.01', preset: 'smart' },
        workflow: null,
      },
      { id: 'coco', group: 'coco', params: { dataset: 'coco' }, workflow: null },
      { id: 'tencent-3', group: 'tencent', params: { dataset: 'tencent', root: '', depth: 3 }, workflow: null },
    ],
  );
  assert.equal(works[0]?.title, 'imagenet animal.n.01 smart');
  assert.deepEqual({ warnings, notices }, { warnings: [], notices: [] });
});

test('parameters keep their types where writing them out gives what stands in the file, else they are text', async (t) => {
  const { works } = await read(
    t,
    'tasks:\n  - {id: a, n: 12, f: 0.5, t: true, z: 001, v: 1.10, e: 1e3, q: "5", no: no, Yes: True, nil: ~, list: [1, 08, x], map: {a: 1.10}}\n',
  );
  assert.deepEqual(works[0]?.params, {
    ...{ n: 12, f: 0.5, t: true, z: '001', v: '1.10', e: '1e3', q: '5', no: 'no', Yes: 'True', nil: null },
    ...{ list: '[1,"08","x"]', map: '{"a":1.10}' },
  });
});

test("a work's own fields are no parameters, and ids in them are text", async (t) => {
  const { works } = await read(
    t,
    [
      'tasks:',
      '  - id: 001',
      '    title: First',
      '    group: g',
      '    priority: P1',
      '    workflow: quick',
      '    estimate_seconds: 10m',
      '    max_run_seconds: 90',
      '    uses: [gpu]',
      '  - {name: 1.10, depends_on: [001, 08], conflicts_with: 1.1}',
      '  - {id: 08, name: Eight, needs: 1}',
      '  - {id: 1.1, params: {id: x, root: y}}',
    ].join('\n'),
  );
  assert.deepEqual(idsOf({ works, warnings: [], notices: [] }), ['001', '1.10', '08', '1.1']);
  const [first, , eight, last] = works;
  assert.deepEqual(
    [first?.title, first?.group, first?.priority, first?.workflow, first?.estimate_seconds, first?.max_run_seconds],
    ['First', 'g', 1, 'quick', 600, 90],
  );
  assert.deepEqual([first?.uses, first?.params], [['gpu'], {}]);
  assert.deepEqual(dependenciesOf(works), { '001': [], '1.10': ['001', '08'], '08': ['001'], '1.1': [] });
  assert.deepEqual(works[1]?.conflicts, ['1.1']);
  assert.deepEqual([eight?.title, last?.params], ['Eight', { id: 'x', root: 'y' }]);
});

test('a matrix is the product of its sorted axes; axes win over the base, and it over the defaults', async (t) => {
  const { works } = await read(
    t,
    'defaults: {preset: fast, root: r, x: default}\nmatrix:\n  base: {root: b, preset: smart, x: base}\n  preset: [p1, p2]\n  dataset: [d2, d1]\n',
  );
  assert.deepEqual(
    works.map(({ id, params }) => [id, params]),
    [
      ['d2-p1', { preset: 'p1', root: 'b', x: 'base', dataset: 'd2' }],
      ['d2-p2', { preset: 'p2', root: 'b', x: 'base', dataset: 'd2' }],
      ['d1-p1', { preset: 'p1', root: 'b', x: 'base', dataset: 'd1' }],
      ['d1-p2', { preset: 'p2', root: 'b', x: 'base', dataset: 'd1' }],
    ],
  );
});

test('exclude takes combinations out, include joins those it agrees with or stands alone', async (t) => {
  const { works } = await read(
    t,
    [
      'matrix:',
      '  axes: {os: [a, b], node: [1, 2]}',
      '  exclude: [{os: a, node: 2}]',
      '  include:',
      '    - {os: b, extra: yes}',
      '    - {color: red}',
      '    - {os: c, node: 3}',
    ].join('\n'),
  );
  assert.deepEqual(
    works.map(({ params }) => params),
    [
      { node: 1, os: 'a', color: 'red' },
      { node: 1, os: 'b', extra: 'yes', color: 'red' },
      { node: 2, os: 'b', extra: 'yes', color: 'red' },
      { os: 'c', node: 3 },
    ],
  );
});

test('a matrix in an entry multiplies it, and names and outputs are made of parameters', async (t) => {
  const { works, warnings } = await read(
    t,
    [
      'jobs:',
      '  build:',
      '    matrix: {os: [a, b]}',
      '    output: "{id}-{os}.bin"',
      '  report: {needs: [build-a, build-b], output: all.txt}',
      'tasks:',
      '  - {name: "gen-{dataset}", dataset: x, output: all.txt}',
    ].join('\n'),
  );
  assert.deepEqual(
    works.map(({ id, params }) => [id, params['output']]),
    [
      ['gen-x', 'all.txt'],
      ['build-a', 'build-a-a.bin'],
      ['build-b', 'build-b-b.bin'],
      ['report', 'all.txt'],
    ],
  );
  assert.deepEqual(works.at(-1)?.dependencies, ['build-a', 'build-b']);
  assert.deepEqual(warnings, [
    'tasks.yaml:5:11: report has the output all.txt of gen-x; write {id} or a parameter into it',
  ]);
});

test('anchors and merge keys are filled in: own names win, earlier maps win over later ones', async (t) => {
  const { works } = await read(
    t,
    'x-a: &a {preset: smart, root: a}\nx-b: &b {root: b, extra: 1}\ntasks:\n  - {<<: [*a, *b], dataset: d}\n  - <<: *a\n    root: own\n    id: two\n',
  );
  assert.deepEqual(
    works.map(({ params }) => params),
    [
      { dataset: 'd', preset: 'smart', root: 'a', extra: 1 },
      { root: 'own', preset: 'smart' },
    ],
  );
});

test('entries that would share an id get distinct ones, the same each time, and a cut id keeps a sum of all of it', async (t) => {
  const long = 'x'.repeat(100);
  const text = `tasks:\n  - {dataset: a}\n  - {dataset: a}\n  - {id: a}\n  - {dataset: ${long}1}\n  - {dataset: ${long}2}\n  - {id: "a b/c"}\n  - {depth: ~}\n`;
  const first = await read(t, text);
  const ids = idsOf(first);
  assert.deepEqual([ids[0], ids[1], ids[2], ids[5], ids[6]], ['a-2', 'a-3', 'a', 'a-b-c', 'task']);
  assert.match(ids[3] ?? '', /^x{71}-[0-9a-f]{8}$/);
  assert.notEqual(ids[3], ids[4]);
  assert.deepEqual(idsOf(await read(t, text)), ids);
  assert.equal(first.warnings[0], 'tasks.yaml:7:5: "a b/c" is no id; a-b-c is used');
  assert.equal(first.warnings[1], 'tasks.yaml:2:5: another entry has the id a; this one is a-2');
});

test('the command is carried with the works: that of an entry before the defaults, and they before the manifest', async (t) => {
  const { works, workflows } = await read(
    t,
    [
      'run: [gen, "{dataset}"]',
      'timeout: 20m',
      'max_attempts: 1',
      'tasks:',
      '  - {dataset: a}',
      '  - {dataset: b, run: other}',
      '  - {dataset: c, workflow: quick}',
    ].join('\n'),
  );
  assert.deepEqual(
    works.map(({ workflow }) => workflow),
    ['manifest:tasks.yaml', 'manifest:tasks.yaml#2', 'quick'],
  );
  const more = { timeout: '20m', retry: { max_attempts: 1 } };
  assert.deepEqual(workflows, {
    'manifest:tasks.yaml': { worktree: false, stages: [{ name: 'run', run: ['gen', '{dataset}'], ...more }] },
    'manifest:tasks.yaml#2': { worktree: false, stages: [{ name: 'run', run: 'other', ...more }] },
  });
});

test('a byte order mark and CRLF are read, and a slip in a name is said', async (t) => {
  const { works, warnings } = await read(t, '\uFEFFtaks: 1\r\ntasks:\r\n  - dataset: a\r\n    root: b\r\n');
  assert.deepEqual(works[0]?.params, { dataset: 'a', root: 'b' });
  assert.deepEqual(warnings, ['tasks.yaml:1:1: unknown key `taks`; did you mean `tasks`?']);
});

test('a list alone stands for its tasks, and no tasks give no works', async (t) => {
  assert.deepEqual(idsOf(await read(t, '- {dataset: a}\n- {dataset: b}\n')), ['a', 'b']);
  for (const text of ['tasks: []\n', 'tasks:\n', 'matrix: {a: []}\n']) assert.deepEqual(idsOf(await read(t, text)), []);
});

const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]']
  .concat(
    'bcdefghi'.split('').map(
      (name, at) =>
        `${name}: &${name} [${Array(9)
          .fill(`*${'abcdefgh'[at] ?? ''}`)
          .join(', ')}]`,
    ),
  )
  .join('\n');

const hostile: readonly (readonly [
  name: string,
  text: string | Buffer,
  what: string | RegExp,
  where: string,
  hint: string,
])[] = [
  [
    'truncated in a quote',
    'tasks:\n  - dataset: "a',
    'this is no YAML: missing closing "quote',
    'tasks.yaml:2:16: - dataset: "a',
    'correct this place and run the command again',
  ],
  [
    'truncated in a list',
    'tasks:\n  - {dataset: [a, b',
    /^this is no YAML: flow (sequence|map) in block collection must be/,
    'tasks.yaml:2:20: - {dataset: [a, b',
    'correct this place and run the command again',
  ],
  [
    'a name twice',
    'tasks:\n  - dataset: a\n    dataset: b\n',
    'this is no YAML: map keys must be unique',
    'tasks.yaml:3:5: dataset: b',
    'take one of the two out',
  ],
  [
    'an unquoted @',
    'tasks:\n  - assignee: @name\n',
    /^this is no YAML: plain value cannot start with reserved character @/,
    'tasks.yaml:2:15: - assignee: @name',
    'put the text in quotes, or correct the line',
  ],
  [
    'a tab for indentation',
    'tasks:\n\t- dataset: a\n',
    /^this is no YAML/,
    'tasks.yaml:2:1: - dataset: a',
    'indent by spaces',
  ],
  [
    'tasks that are a text',
    'tasks: a\n',
    '`tasks` is a list of entries',
    'tasks.yaml:1:8: tasks: a',
    'write `tasks:` and below it `- dataset: a`',
  ],
  [
    'an entry that is a text',
    'tasks:\n  - 7\n',
    'an entry holds names with values, not "7"',
    'tasks.yaml:2:5: - 7',
    'write `- dataset: a`, or `- id: a`',
  ],
  [
    'a priority that is none',
    'tasks:\n  - id: a\n    priority: soon\n',
    '`priority`: a whole number from 1 is expected, not "soon"',
    'tasks.yaml:3:15: priority: soon',
    'correct this value',
  ],
  [
    'a dependency that is a map',
    'tasks:\n  - {id: a, depends_on: [{b: c}]}\n',
    '`depends_on`: an id is expected, not "{\\"b\\":\\"c\\"}"',
    'tasks.yaml:2:26: - {id: a, depends_on: [{b: c}]}',
    'correct this value',
  ],
  [
    'an axis without a list',
    'matrix: {a: 1}\n',
    'the axis `a` has no list of values',
    'tasks.yaml:1:13: matrix: {a: 1}',
    'write `a: [a, b]`; a value for all goes under `base`',
  ],
  [
    'a command of maps',
    'run: {a: b}\ntasks: []\n',
    '`run` is a text or a list of texts',
    'tasks.yaml:1:6: run: {a: b}',
    'write `run: make "$WF_PARAM_DATASET"`, or `run: [make, "{dataset}"]`',
  ],
  [
    'nothing of tasks',
    'task:\n  - a: b\n',
    'this manifest has neither `tasks` nor `jobs` nor `matrix`',
    'tasks.yaml:1:1: task:',
    'write `tasks:` and below it `- dataset: a`',
  ],
  [
    'a text alone',
    'hello\n',
    'this manifest is a text, not `tasks:` with a list',
    'tasks.yaml:1:1: hello',
    'write `tasks:` and below it `- dataset: a`',
  ],
  [
    'an unknown anchor',
    'tasks:\n  - {dataset: *x}\n',
    /^this is no YAML|^there is no anchor &x before this$/,
    'tasks.yaml:2:15: - {dataset: *x}',
    '',
  ],
  [
    'an alias inside itself',
    'tasks: &a\n  - {dataset: *a}\n',
    'an alias here leads to what it is part of',
    'tasks.yaml:2:3: - {dataset: *a}',
    'write the value out',
  ],
  [
    'a bomb of aliases',
    `${bomb}\ntasks:\n  - {dataset: *i}\n`,
    'this parameter is longer than 64 KiB',
    'tasks.yaml:9:7: i: &i [*h, *h, *h, *h, *h, *h, *h, *h, *h]',
    'put it into a file and give its name',
  ],
  [
    'a matrix without end',
    `matrix: {${'abcdef'
      .split('')
      .map((name) => `${name}: [1,2,3,4,5,6,7,8,9]`)
      .join(', ')}}\n`,
    'this matrix has 531,441 combinations, and 100,000 are the limit',
    '',
    'take values or an axis out',
  ],
  ['nested without end', `tasks: ${'['.repeat(20_000)}`, /nested too deep|^this is no YAML/, '', ''],
  [
    'two documents',
    'tasks: []\n---\ntasks: []\n',
    /^this is no YAML: source contains multiple documents/,
    'tasks.yaml:2:1: ---',
    'put one document into a file: take the second `---` out',
  ],
  ['no text', '  \n', 'the manifest is empty', 'tasks.yaml', 'write works into it, or name another file'],
  [
    'latin-1',
    Buffer.from('tasks:\n  - {dataset: K\xf6ln}\n', 'latin1'),
    'the manifest is not UTF-8 at line 2',
    'tasks.yaml',
    'save it as UTF-8: iconv -f latin1 -t utf-8',
  ],
  [
    'bytes',
    Buffer.from([0x74, 0, 1, 2]),
    'the manifest is binary: it holds NUL bytes',
    'tasks.yaml',
    'name a file of text',
  ],
];

for (const [name, text, what, where, hint] of hostile)
  test(`a manifest with ${name} is refused with its place`, async (t) => {
    const [foundWhat, foundWhere, foundHint] = await refusal(() => read(t, text));
    if (typeof what === 'string') assert.equal(foundWhat, what);
    else assert.match(foundWhat, what);
    if (where !== '') assert.equal(foundWhere, where);
    if (hint !== '') assert.equal(foundHint, hint);
  });

test('a manifest of 100 MB is refused unread, and a missing one named', async (t) => {
  const cwd = await makeFolder(t, { 'tasks.yaml': '' });
  const file = await open(join(cwd, 'tasks.yaml'), 'r+');
  await file.truncate(100 * 1024 * 1024);
  await file.close();
  const started = performance.now();
  const lines = await refusal(() => readManifest({ path: 'tasks.yaml', cwd, root: cwd }));
  assert.deepEqual(lines, [
    'the manifest is 100.0 MiB long, and 8 MiB is the limit',
    'tasks.yaml',
    'split it into several files',
  ]);
  assert.ok(performance.now() - started < 1000);
  assert.deepEqual(await refusal(() => readManifest({ path: 'no.yaml', cwd, root: cwd })), [
    'the manifest does not exist',
    'no.yaml',
    'check the path; it starts at the current folder',
  ]);
});

test('the manifest of README.md is what it says there', async (t) => {
  const { readFileSync } = await import('node:fs');
  const { projectFolder } = await import('../../scripts/layers/load.ts');
  const readme = readFileSync(join(projectFolder(), 'README.md'), 'utf8');
  const text = /```yaml\n(run: python[\s\S]*?)```/.exec(readme)?.[1] ?? '';
  const part = await read(t, text);
  assert.deepEqual(idsOf(part), [
    ...['imagenet-animal.n.01', 'coco-fast', 'report'],
    ...['coco-1', 'tencent-1-yes', 'tencent-08-yes'],
  ]);
  assert.deepEqual(part.warnings, []);
  assert.deepEqual(part.works[2]?.dependencies, ['imagenet-animal.n.01']);
  assert.equal(part.works[3]?.params['output'], 'out/coco-1.yaml');
});
