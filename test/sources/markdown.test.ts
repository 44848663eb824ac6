import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, link, mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { Problem } from '../../src/ports/problem.ts';

import type { Gathered } from '../../src/sources/gather.ts';
import { readMarkdown } from '../../src/sources/markdown/read-markdown.ts';

const makeFolder = async (t: TestContext, files: Readonly<Record<string, string | Buffer>>): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'wf-md-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
};

/** Works of a folder `tasks` with these files. */
const readFiles = async (t: TestContext, files: Readonly<Record<string, string | Buffer>>): Promise<Gathered> => {
  const cwd = await makeFolder(
    t,
    Object.fromEntries(Object.entries(files).map(([name, content]) => [`tasks/${name}`, content])),
  );
  return readMarkdown({ paths: ['tasks'], cwd });
};

const idsOf = ({ works }: Gathered): readonly string[] => works.map(({ id }) => id);
const refused = async (promise: Promise<unknown>): Promise<Problem> => {
  const error: unknown = await promise.then(
    () => null,
    (cause: unknown) => cause,
  );
  assert.ok(error instanceof Problem, String(error));
  return error;
};

test('every field of a task file reaches its work', async (t) => {
  const text = `---
id: 02-api
title: "Add the API: all of it"
depends_on: [01-schema]
conflicts_with: [03-ui]
group: backend
priority: 1
workflow: quick
estimate_seconds: 600
params: {module: api, count: 3, code: 001, version: 1.10, quoted: "3", on: true, none: null}
base: develop
max_run_seconds: 90
uses: [anthropic]
labels: [a, b]
---
# Another heading
The body, as written.\r
`;
  const { works, warnings } = await readFiles(t, { '01-schema.md': '# Schema\n', '02-x.md': text, '03-ui.md': '# UI' });
  assert.deepEqual(warnings, []);
  assert.deepEqual(works[1], {
    id: '02-api',
    title: 'Add the API: all of it',
    body: '# Another heading\nThe body, as written.\r\n',
    source: { type: 'markdown', ref: 'tasks/02-x.md' },
    group: 'backend',
    priority: 1,
    params: { module: 'api', count: 3, code: '001', version: '1.10', quoted: '3', on: true, none: null },
    labels: ['a', 'b'],
    dependencies: ['01-schema'],
    conflicts: ['03-ui'],
    estimate_seconds: 600,
    workflow: 'quick',
    base: 'develop',
    max_run_seconds: 90,
    uses: ['anthropic'],
  });
});

test('a file without front matter is titled by its heading, or by its stem', async (t) => {
  const { works } = await readFiles(t, {
    'a.md': 'Text\n```\n# no\n```\n## A heading ##\n',
    'b.md': 'only text',
    'c.md': 'Under\n=====\n',
  });
  assert.deepEqual(
    works.map(({ title }) => title),
    ['A heading', 'b', 'Under'],
  );
});

test('lines of the head give priority and dependencies', async (t) => {
  const head =
    '# T\n\n**Priority:** P0 (Critical)\n**Depends on:** 01, `02-b` (partly) and [three](03-c.md)\n- **Group**: core\n';
  const files = {
    '01-a.md': '# A',
    '02-b.md': '# B\n**Priority:** P2',
    '03-c.md': '# C\n**Depends On:** None\n',
    '04-d.md': head,
    '05-e.md': '# E\n\n## Later\n**Priority:** P1\n',
  };
  const { works } = await readFiles(t, files);
  assert.deepEqual(
    works.map(({ priority }) => priority),
    [3, 2, 3, 1, 3],
  );
  assert.deepEqual(works[3]?.dependencies, ['01-a', '02-b', '03-c']);
  assert.equal(works[3]?.group, 'core');
  assert.deepEqual(works[2]?.dependencies, []);
});

test('ids in lists stay text: 001, 1.10 and 08 are no numbers', async (t) => {
  const result = await readFiles(t, {
    '001.md': '# A',
    '008.md': '# B',
    '1.10.md': '# C',
    '1.1.md': '# D',
    'e.md': '---\ndepends_on: [001, 1.10, "008", 1.1]\n---\n',
  });
  assert.deepEqual(result.works.at(-1)?.dependencies, ['001', '1.10', '008', '1.1']);
  assert.deepEqual(result.warnings, []);
});

test('a reference finds its work by number, file name, stem, and in any case', async (t) => {
  const files = {
    '03-api.md': '# A',
    '12 - Big thing.md': '# B',
    'Log-in.md': '# C',
    'z.md': '---\ndepends_on: [3, "03", 03-API.md, "12 - Big thing", "#12", LOG-IN, docs/03-api.md]\n---\n',
  };
  const { works, warnings } = await readFiles(t, files);
  assert.deepEqual(works.at(-1)?.dependencies, ['03-api', '12-Big-thing', 'Log-in']);
  assert.deepEqual(warnings, []);
});

test('a reference that could be two works is left as written, and both are named', async (t) => {
  const { works, warnings } = await readFiles(t, {
    '08-a.md': '# A',
    '08-b.md': '# B',
    '09-c.md': '---\ndepends_on: 08\n---\n',
  });
  assert.deepEqual(works[2]?.dependencies, ['08']);
  assert.deepEqual(warnings, ['09-c: its dependency 08 could be 08-a or 08-b; it is kept as written']);
});

test('an unknown reference stays as it is, for validate to name', async (t) => {
  const { works, warnings } = await readFiles(t, { 'a.md': '---\ndepends_on: [nowhere, "#99"]\n---\n' });
  assert.deepEqual(works[0]?.dependencies, ['nowhere', '#99']);
  assert.deepEqual(warnings, []);
});

test('prose names dependencies, code and quotes do not', async (t) => {
  const body =
    '# T\nDepends on #1 and blocked by #2.\n> depends on #3\n`depends on #4`\n```\ndepends on #5\n```\nthereafter #6, unblocks #3\n';
  const files = {
    '1-a.md': '# A',
    '2-b.md': '# B',
    '3-c.md': '# C',
    '4-d.md': '# D',
    '5-e.md': '# E',
    '6-f.md': '# F',
    'x.md': body,
  };
  const { works } = await readFiles(t, files);
  assert.deepEqual(works.at(-1)?.dependencies, ['1-a', '2-b']);
});

test('works that are done are left out, and dependencies on them are satisfied', async (t) => {
  const files = {
    '1-a.md': '---\nstatus: Done\n---\n',
    '2-b.md': '# B\n**Status:** ✅ Completed\n',
    '3-c.md': '---\nstatus: in-progress\ndepends_on: [1-a, 2-b]\n---\n',
  };
  const result = await readFiles(t, files);
  assert.deepEqual(idsOf(result), ['3-c']);
  assert.deepEqual(result.works[0]?.dependencies, []);
  assert.deepEqual(result.notices, [
    'tasks/1-a.md is done; it is left out',
    'tasks/2-b.md is done; it is left out',
    '3-c: its dependency 1-a is satisfied: 1-a is done',
    '3-c: its dependency 2-b is satisfied: 2-b is done',
  ]);
  assert.deepEqual((await readFiles(t, { 'a.md': '---\nstatus: x\n---\n' })).works, []);
});

test('a folder gives its .md files in natural order, and nothing from below it', async (t) => {
  const result = await readFiles(t, {
    'task-10.md': 'x',
    'task-2.md': 'x',
    'Task-1.MD': 'x',
    'note.txt': 'x',
    '.hidden.md': 'x',
    'below/a.md': 'x',
    'dir.md/x.md': 'x',
  });
  assert.deepEqual(idsOf(result), ['Task-1', 'task-2', 'task-10']);
});

test('files that are given are read in the order given, each once', async (t) => {
  const cwd = await makeFolder(t, { 'b.md': '# B', 'README.md': '# R', 'sub/a.md': '# A' });
  const { works } = await readMarkdown({ paths: ['sub/a.md', 'README.md', './b.md', 'sub', 'b.md'], cwd });
  assert.deepEqual(
    works.map(({ source }) => source.ref),
    ['sub/a.md', 'README.md', 'b.md'],
  );
  const { works: fromBelow } = await readMarkdown({ paths: ['a.md'], cwd: join(cwd, 'sub'), root: cwd });
  assert.equal(fromBelow[0]?.source.ref, 'sub/a.md');
});

test('two files that would share an id get distinct ones, the same each time, and written ids come first', async (t) => {
  const files = { 'a b.md': '# 1', 'a-b.md': '# 2', 'A-B.md': '# 3', 'z.md': '---\nid: a-b\n---\n' };
  const first = await readFiles(t, files);
  assert.equal(new Set(idsOf(first).map((id) => id.toLowerCase())).size, 4);
  assert.equal(first.works.at(-1)?.id, 'a-b');
  assert.deepEqual(idsOf(await readFiles(t, files)), idsOf(first));
  assert.equal(first.warnings.length, 3);
});

test('an id that breaks the rule is made one, and said', async (t) => {
  const result = await readFiles(t, { 'a.md': '---\nid: "../x y"\n---\n', 'b.md': '---\ndepends_on: "../x y"\n---\n' });
  assert.deepEqual(idsOf(result), ['x-y', 'b']);
  assert.deepEqual(result.works[1]?.dependencies, ['x-y']);
  assert.deepEqual(result.warnings, ['tasks/a.md:2:5: id: "../x y" is no id; x-y is used']);
});

test('an index is left out of a folder with the rule that made it one, and read when named', async (t) => {
  const files = {
    'tasks/01-a.md': '# A',
    'tasks/02-b.md': '# B',
    'tasks/03-c.md': '# C',
    'tasks/PHASES.md': '# Plan\n| 01 | first |\n| 02 | second |\n',
    'tasks/README.md': '# Read me',
    'tasks/links.md': '- [b](02-b.md)\n- [c](03-c.md)\n- [a](01-a.md)\n',
    'tasks/index.md': '---\ntitle: A task all the same\n---\n',
  };
  const cwd = await makeFolder(t, files);
  const result = await readMarkdown({ paths: ['tasks'], cwd, exclude: ['01-*'] });
  assert.deepEqual(idsOf(result), ['02-b', '03-c', 'index', 'PHASES'], 'PHASES names one of three');
  const whole = await readMarkdown({ paths: ['tasks'], cwd });
  assert.deepEqual(idsOf(whole), ['01-a', '02-b', '03-c', 'index']);
  assert.deepEqual(whole.notices, [
    'tasks/links.md lists 3 of the 4 tasks and has no front matter; it is left out (name the file to run it)',
    'tasks/PHASES.md lists 2 of the 4 tasks and has no front matter; it is left out (name the file to run it)',
    'tasks/README.md is a README or an index by its name; it is left out (name the file to run it)',
  ]);
  const named = await readMarkdown({ paths: ['tasks/README.md'], cwd });
  assert.deepEqual(idsOf(named), ['README']);
});

test('a file that cannot be used is named with its place and skipped, and the others go on', async (t) => {
  const yaml = (text: string): string => `---\n${text}\n---\n# T\n`;
  const table: readonly (readonly [string, string | Buffer, string])[] = [
    [
      'assignee',
      yaml('title: x\nassignee: @name'),
      'tasks/bad.md:3:11: Plain value cannot start with reserved character @; skipped',
    ],
    [
      'unclosed',
      '---\ntitle: x\n# T\n',
      'tasks/bad.md:1:1: the front matter that begins here has no closing `---`; skipped',
    ],
    ['list', yaml('- a\n- b'), 'tasks/bad.md:2:1: front matter holds `name: value` lines; skipped'],
    [
      'deep',
      yaml('params: {a: {b: c}}'),
      'tasks/bad.md:2:9: `params` holds more than a text, a list of texts or named texts; skipped',
    ],
    [
      'map of dependencies',
      yaml('depends_on: {a: b}'),
      'tasks/bad.md:2:13: `depends_on`: a list of ids is expected, such as [01-schema, 02-api]; skipped',
    ],
    ['double key', yaml('id: a\nid: b'), 'tasks/bad.md:3:1: Map keys must be unique; skipped'],
    ['empty', '', 'tasks/bad.md is empty; skipped'],
    ['white space', ' \r\n\t', 'tasks/bad.md is empty; skipped'],
    ['binary', Buffer.from([0x23, 0x20, 0, 1, 2]), 'tasks/bad.md is binary: it holds NUL bytes; skipped'],
    ['long body', `# T\n${'x'.repeat(256 * 1024)}`, 'tasks/bad.md has a body longer than 256 KiB; skipped'],
    ['too long', Buffer.alloc(1024 * 1024 + 1, 'x'), 'tasks/bad.md is 1.0 MiB long, and 1 MiB is the limit; skipped'],
  ];
  for (const [name, content, warning] of table) {
    const result = await readFiles(t, { 'good.md': '# G', 'bad.md': content });
    assert.deepEqual([idsOf(result), result.warnings], [['good'], [warning]], name);
  }
});

test('a nested field of another tool is none of ours: the work is read without it', async (t) => {
  const { works, warnings } = await readFiles(t, {
    'a.md': '---\nlinks: [{url: "https://example.org", tags: [x]}]\ndepends_on: [b]\n---\n# A\n',
    'b.md': '# B\n',
  });
  assert.deepEqual(
    [works.map(({ id, dependencies }) => [id, dependencies]), warnings],
    [
      [
        ['a', ['b']],
        ['b', []],
      ],
      [],
    ],
  );
});

test('a number with # is the work of exactly that id, whatever others begin with it', async (t) => {
  const { works, warnings } = await readFiles(t, {
    '001.md': '# One\n',
    '001-more.md': '# More\n',
    '1.10x.md': '# Other\n',
    'z.md': 'depends on #001\n',
    'y.md': '---\ndepends_on: "#1.10"\n---\n# Y\n',
  });
  assert.deepEqual(works.find(({ id }) => id === 'z')?.dependencies, ['001']);
  assert.deepEqual(works.find(({ id }) => id === 'y')?.dependencies, ['#1.10'], '1.10x begins with no number');
  assert.deepEqual(warnings, []);
});

test('a value that is odd but harmless is said, and the default is used', async (t) => {
  const text = '---\npriority: soon\nestimate_seconds: a day\ndepend_on: [a]\ntitle: [x]\nworkflow: a/b\n---\n# T\n';
  const { works, warnings } = await readFiles(t, { 'a.md': text });
  assert.deepEqual(
    [works[0]?.priority, works[0]?.estimate_seconds, works[0]?.title, works[0]?.workflow],
    [3, null, 'T', null],
  );
  assert.deepEqual(warnings, [
    'tasks/a.md:5:8: title: one value is expected; it is passed over',
    'tasks/a.md:2:11: priority: a whole number from 1 is expected, not "soon"; 3 is used',
    'tasks/a.md:3:19: estimate_seconds: a number of seconds is expected, not "a day"; it is passed over',
    'tasks/a.md:6:11: workflow: "a/b" is no name; it is passed over',
    'tasks/a.md:4:12: unknown field `depend_on`; did you mean `depends_on`?',
  ]);
});

test('a byte order mark, CRLF and latin-1 are read', async (t) => {
  const files = {
    'a.md': '\uFEFF---\r\ntitle: Ä\r\ndepends_on:\r\n  - b\r\n---\r\n# T\r\n',
    'b.md': Buffer.from('# Gr\xfcn\n', 'latin1'),
    'c.md': Buffer.from('\uFEFF# Wide\n', 'utf16le'),
  };
  const { works, warnings } = await readFiles(t, files);
  assert.deepEqual(
    works.map(({ title }) => title),
    ['Ä', 'Gr\uFFFDn', 'Wide'],
  );
  assert.deepEqual(works[0]?.dependencies, ['b']);
  assert.deepEqual(warnings, ['tasks/b.md is not UTF-8 at line 1; what cannot be read there became \uFFFD']);
});

test('missing files, dangling links, pipes and huge files are skipped unread', async (t) => {
  const cwd = await makeFolder(t, { 'good.md': '# G' });
  await symlink(join(cwd, 'nowhere'), join(cwd, 'dangling.md'));
  await symlink(join(cwd, 'loop.md'), join(cwd, 'loop.md'));
  execFileSync('mkfifo', [join(cwd, 'pipe.md')]);
  await writeFile(join(cwd, 'huge.md'), '');
  await truncate(join(cwd, 'huge.md'), 1024 ** 3);
  const result = await readMarkdown({ paths: ['missing.md', '.'], cwd });
  assert.deepEqual(idsOf(result), ['good']);
  assert.deepEqual(result.warnings, [
    'missing.md does not exist; skipped',
    'dangling.md is a link that leads nowhere; skipped',
    'huge.md is 1024.0 MiB long, and 1 MiB is the limit; skipped',
    'loop.md is a link that leads to itself; skipped',
    'pipe.md is no regular file; skipped',
  ]);
});

test(
  'a file without permission is skipped',
  { skip: process.getuid?.() === 0 && 'root may read everything' },
  async (t) => {
    const cwd = await makeFolder(t, { 'good.md': '# G', 'secret.md': '# S' });
    await chmod(join(cwd, 'secret.md'), 0);
    assert.deepEqual((await readMarkdown({ paths: ['.'], cwd })).warnings, [
      'secret.md cannot be read: no permission; skipped',
    ]);
  },
);

test('an empty folder, or one of which nothing is left, is refused', async (t) => {
  const cwd = await makeFolder(t, {
    'empty/x.txt': 'x',
    'bad/a.md': '',
    'bad/b.md': '---\n@: x\n---\n',
    'only/README.md': '# R',
  });
  const empty = await refused(readMarkdown({ paths: ['empty'], cwd }));
  assert.deepEqual(
    [empty.what, empty.where, empty.hint, empty.code],
    [
      'the folder holds no task file',
      'empty',
      'put one `.md` file a task into it; folders below it are not searched',
      'refused',
    ],
  );
  const bad = await refused(readMarkdown({ paths: ['bad'], cwd }));
  assert.equal(bad.what, 'no task file can be used');
  assert.match(bad.where, /^bad\/a\.md is empty; skipped · bad\/b\.md:2:1: /);
  assert.match(
    (await refused(readMarkdown({ paths: ['only'], cwd }))).where,
    /README\.md is a README or an index by its name/,
  );
  assert.equal(
    (await refused(readMarkdown({ paths: ['no.md', 'nor.md'], cwd }))).where,
    'no.md does not exist; skipped · nor.md does not exist; skipped',
  );
});

test('a file that is given twice by a symbolic link is one work, and a hard link to it is another', async (t) => {
  const cwd = await makeFolder(t, { 'a.md': '# A\n' });
  await symlink(join(cwd, 'a.md'), join(cwd, 'b.md'));
  await link(join(cwd, 'a.md'), join(cwd, 'c.md'));
  const { works } = await readMarkdown({ paths: ['a.md', 'b.md', 'c.md'], cwd });
  assert.deepEqual(
    works.map(({ source }) => source.ref),
    ['a.md', 'c.md'],
  );
});
