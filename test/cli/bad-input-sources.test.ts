/** Lists of other tools that are broken or hostile: each is answered with three lines, and the old schedule stays as it was. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdir, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { makeCommandLine, threeLines, type CommandLine } from '../support/command-line.ts';

let line: CommandLine;
before(async () => {
  line = await makeCommandLine();
});
after(() => line.remove());

type Files = Readonly<Record<string, string | { readonly latin1: string } | { readonly bytes: number }>>;
type Lines = readonly [what: string, where: string, hint: string];

const old = '{"works": [{"id": "old"}]}\n';
let made = 0;
const folderWith = async (files: Files): Promise<string> => {
  const cwd = join(line.folder, `s${(made += 1)}`);
  await mkdir(cwd);
  await line.write(cwd, '.wf', 'schedule.json', old);
  for (const [name, content] of Object.entries(files)) {
    if (typeof content === 'string') await line.write(cwd, name, content);
    else if ('latin1' in content) {
      const path = await line.write(cwd, name, '');
      const { writeFile } = await import('node:fs/promises');
      await writeFile(path, Buffer.from(content.latin1, 'latin1'));
    } else await truncate(await line.write(cwd, name, ''), content.bytes);
  }
  return cwd;
};

const expectRefusal = async (files: Files, source: string, lines: Lines): Promise<void> => {
  const cwd = await folderWith(files);
  const { code, out, err } = await line.schedule(['create', ...source.split(' ')], { cwd });
  assert.deepEqual({ code, out, err: err.replaceAll(cwd, 'ROOT') }, { code: 1, out: '', err: threeLines(...lines) });
  assert.equal(readFileSync(join(cwd, '.wf/schedule.json'), 'utf8'), old);
};

/** Warnings of a creation that succeeds. */
const warningsOf = async (files: Files, source: string): Promise<readonly string[]> => {
  const cwd = await folderWith(files);
  const { code, err } = await line.schedule(['create', source], { cwd });
  assert.equal(code, 0, err);
  return err.split('\n').filter((each) => each.startsWith('warning: '));
};

const correct = 'correct this place and run the command again';
const huge = 100 * 1024 * 1024;

const table: Readonly<
  Record<string, readonly (readonly [name: string, files: Files, source: string, lines: Lines])[]>
> = {
  'a manifest': [
    [
      'cut off',
      { 'm.yaml': 'tasks:\n  - dataset: "a\n' },
      'manifest=m.yaml',
      ['this is no YAML: missing closing "quote', 'm.yaml:3:1', correct],
    ],
    [
      'whose entries wait in a circle',
      { 'm.yaml': 'tasks: [{id: a, needs: b}, {id: b, needs: a}]' },
      'manifest=m.yaml',
      [
        'the works depend on each other in a circle: a -> b -> a',
        'the dependencies of a',
        'nothing is saved; take one of these dependencies out of its manifest',
      ],
    ],
    [
      'that waits in a circle with a task file',
      { 'm.yaml': 'tasks: [{id: a, needs: b}]', 't/b.md': '---\ndepends_on: [a]\n---\n# B\n' },
      'md=t manifest=m.yaml',
      [
        'the works depend on each other in a circle: a -> b -> a',
        'the dependencies of a',
        'nothing is saved; take one of these dependencies out of its manifest',
      ],
    ],
    [
      'of 100 MB',
      { 'm.yaml': { bytes: huge } },
      'manifest=m.yaml',
      ['the manifest is 100.0 MiB long, and 8 MiB is the limit', 'm.yaml', 'split it into several files'],
    ],
  ],
  'a list of task-master': [
    [
      'cut off',
      { 'tasks.json': '{"master": {"tasks": [{"id": 1,' },
      'taskmaster=tasks.json',
      ['tasks.json is no JSON: it ends too early', 'tasks.json:1:32: {"master": {"tasks": [{"id": 1,', correct],
    ],
    [
      'of the wrong type',
      { 'tasks.json': '{"master": {"tasks": [{"id": 1, "dependencies": "2"}]}}' },
      'taskmaster=tasks.json',
      [
        'the tasks cannot be used: `master.tasks[0].dependencies`: a list of ids is expected',
        'tasks.json:1:49: {"master": {"tasks": [{"id": 1, "dependencies": "2"}]}}',
        'correct this value',
      ],
    ],
    [
      'with a name twice',
      { 'tasks.json': '{"tasks": [{"id": 1, "id": 2}]}' },
      'taskmaster=tasks.json',
      [
        'tasks.json has the name "id" twice in one object: which one counts is anybody\'s guess',
        'tasks.json:1:22: {"tasks": [{"id": 1, "id": 2}]}',
        'take one of them out',
      ],
    ],
    [
      'that is something else',
      { 'tasks.json': '{"name": "x"}' },
      'taskmaster=tasks.json',
      ['this file holds no tasks of task-master', 'tasks.json', 'name its tasks.json: {"master": {"tasks": […]}}'],
    ],
    [
      'with another tag',
      { 'tasks.json': '{"a": {"tasks": []}}' },
      'taskmaster=tasks.json#b',
      ['the file has no tag b', 'tasks.json', 'name one: taskmaster=tasks.json#a'],
    ],
    [
      'in latin-1',
      { 'tasks.json': { latin1: '{"tasks": [{"id": 1, "title": "K\xf6ln"}]}' } },
      'taskmaster=tasks.json',
      ['the list of tasks is not UTF-8 at line 1', 'tasks.json', 'save it as UTF-8: iconv -f latin1 -t utf-8'],
    ],
    [
      'in a circle',
      { 'tasks.json': '{"tasks": [{"id": 1, "dependencies": [2]}, {"id": 2, "dependencies": [1]}]}' },
      'taskmaster=tasks.json',
      [
        'the works depend on each other in a circle: 1 -> 2 -> 1',
        'the dependencies of 1',
        'nothing is saved; take one of these dependencies out of its task in tasks.json',
      ],
    ],
    [
      'of 100 MB',
      { 'tasks.json': { bytes: huge } },
      'taskmaster=tasks.json',
      ['the list of tasks is 100.0 MiB long, and 32 MiB is the limit', 'tasks.json', 'split it into several files'],
    ],
    [
      'that is missing',
      {},
      'taskmaster=tasks.json',
      ['the list of tasks does not exist', 'tasks.json', 'check the path; it starts at the current folder'],
    ],
  ],
  'a list of beads': [
    [
      'of which no line is an issue',
      { 'i.jsonl': '{"id": \n[]\n' },
      'beads=i.jsonl',
      [
        'no line of the file is an issue of beads',
        'i.jsonl:1: this is no JSON: it ends too early; skipped',
        'name its issues.jsonl',
      ],
    ],
    [
      'that is binary',
      { 'i.jsonl': 'a\0b' },
      'beads=i.jsonl',
      ['the list of issues is binary: it holds NUL bytes', 'i.jsonl', 'name a file of text'],
    ],
    [
      'in a circle',
      {
        'i.jsonl':
          '{"id": "a", "dependencies": [{"depends_on_id": "b", "type": "blocks"}]}\n{"id": "b", "dependencies": [{"depends_on_id": "a", "type": "blocks"}]}\n',
      },
      'beads=i.jsonl',
      [
        'the works depend on each other in a circle: a -> b -> a',
        'the dependencies of a',
        'nothing is saved; take one of these dependencies out of its bead',
      ],
    ],
  ],
  'a list of spec-kit': [
    [
      'without a task',
      { 'tasks.md': '# Tasks\n- [ ] no number\n' },
      'speckit=tasks.md',
      ['this list holds no task', 'tasks.md', 'write tasks as `- [ ] T001 Do this`'],
    ],
    [
      'that is an empty folder',
      { 'specs/x.txt': '' },
      'speckit=specs',
      ['the folder holds no tasks.md', 'specs', 'name a feature: speckit=specs/001-feature/tasks.md'],
    ],
    [
      'in a circle',
      { 'tasks.md': '- [ ] T001 A (depends on T002)\n- [ ] T002 B\n' },
      'speckit=tasks.md',
      [
        'the works depend on each other in a circle: T001 -> T002 -> T001',
        'the dependencies of T001',
        'nothing is saved; take one of these dependencies out of its line in tasks.md',
      ],
    ],
  ],
  'an epic of CCPM': [
    [
      'without a task',
      { 'e/epic.md': '# E\n' },
      'ccpm=e',
      [
        'the folder holds no task of an epic',
        'e',
        'task files are named by their number: 001.md; name an epic: ccpm=.claude/epics/NAME',
      ],
    ],
    ['that is missing', {}, 'ccpm=e', ['there is no such folder', 'e', 'name an epic: ccpm=.claude/epics/NAME']],
    [
      'all of whose tasks are broken',
      { 'e/001.md': '---\nname: [\n---\n# A\n' },
      'ccpm=e',
      [
        'no task file can be used',
        'e/001.md:3:1: Flow sequence in block collection must be sufficiently indented and end with a ]; skipped',
        'name an epic: ccpm=.claude/epics/NAME',
      ],
    ],
  ],
  'a folder of Backlog.md': [
    [
      'without a file',
      { 'b/x.txt': '' },
      'backlog=b',
      ['the folder holds no task file', 'b', 'name the folder of tasks: backlog=backlog/tasks'],
    ],
    [
      'in a circle',
      {
        'b/1.md': '---\nid: B-1\ndependencies: [b-2]\n---\n# A\n',
        'b/2.md': '---\nid: B-2\ndependencies: [task-1]\n---\n# B\n',
      },
      'backlog=b',
      [
        'the works depend on each other in a circle: B-1 -> B-2 -> B-1',
        'the dependencies of B-1',
        'nothing is saved; take one of these dependencies out of its task file',
      ],
    ],
  ],
  'a catalogue': [
    [
      'cut off',
      { 'c.json': '{"products": {"a": {"brand": "A"' },
      'catalog=c.json',
      ['c.json is no JSON: it ends too early', 'c.json:1:33: {"products": {"a": {"brand": "A"', correct],
    ],
    [
      'without products',
      { 'c.json': '{"name": 1}' },
      'catalog=c.json',
      ['this file holds no products', 'c.json', 'a catalogue is {"products": {"ID": {"brand": "…", "model": "…"}}}'],
    ],
    [
      'of the wrong type',
      { 'c.json': '{"products": {"a": 1, "b": []}}' },
      'catalog=c.json',
      ['no product of the catalogue has a brand or a model', 'c.json', 'name another file'],
    ],
    [
      'with a product twice',
      { 'c.json': '{"products": {"a": {"brand": "A"},\n "a": {"brand": "B"}}}' },
      'catalog=c.json',
      [
        'c.json has the name "a" twice in one object: which one counts is anybody\'s guess',
        'c.json:2:2: "a": {"brand": "B"}}}',
        'take one of them out',
      ],
    ],
    [
      'that is an empty folder',
      { 'c/x.txt': '' },
      'catalog=c',
      ['the folder holds no catalogue and no product file', 'c', 'name a catalogue: catalog=products.json'],
    ],
  ],
};

for (const [kind, rows] of Object.entries(table))
  describe(kind, { concurrency: 3 }, () => {
    for (const [name, files, source, lines] of rows) it(name, () => expectRefusal(files, source, lines));
  });

describe('what is read all the same', { concurrency: 3 }, () => {
  it('a list of beads with bad lines: each is named, the others go on, a byte order mark and CRLF do no harm', async () => {
    const text =
      '\uFEFF{"id": "a", "title": "A"}\r\n<<<<<<< HEAD\r\n{"id": 7}\r\n{"id": "b"}\r\n{"id": "b", "title": "again"}\r\n{"id": "c", "dep';
    assert.deepEqual(await warningsOf({ 'i.jsonl': text }, 'beads=i.jsonl'), [
      'warning: i.jsonl:2: this is no JSON: "<" is not expected here; skipped',
      'warning: i.jsonl:3: `id`: text is expected; skipped',
      'warning: i.jsonl:5: b is also on line 4; the later line counts',
      'warning: i.jsonl:6: this is no JSON: this text has no closing double quote; skipped',
    ]);
  });
  it('references that no schedule can hold, and numbers of spec-kit that stand twice', async () => {
    const strange = JSON.stringify({ tasks: [{ id: 1, dependencies: ['x'.repeat(300)] }] });
    assert.deepEqual(await warningsOf({ 'tasks.json': strange }, 'taskmaster=tasks.json'), [
      `warning: tasks.json: task 1: "${'x'.repeat(60)}" is no reference to a work; it is passed over`,
    ]);
    const twice = '\uFEFF## Phase 1\r\n- [ ] T001 A\r\n- [ ] T001 B\r\n';
    assert.deepEqual(await warningsOf({ 'tasks.md': twice }, 'speckit=tasks.md'), [
      'warning: tasks.md:3: another task has the id T001; this one is T001-2',
    ]);
  });
  it('a list in which everything is done: an empty schedule, and a notice', async () => {
    const cwd = await folderWith({ 'tasks.md': '- [x] T001 A\n' });
    const { code, out, err } = await line.schedule(['create', 'speckit=tasks.md'], { cwd });
    assert.deepEqual(
      { code, out, err },
      {
        code: 0,
        out: '0 works scheduled: 1 removed\n',
        err: 'note: 1 done task is left out: T001\nremoved old\nnote: nothing open was found: the schedule is empty\n',
      },
    );
  });
});
