/** Lists of tasks of other tools: fields, statuses, kinds of dependency, and the traps seen in real ones. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import type { FileSourceType, SourceRequest, SourceWorks } from '../../src/ports/sources.ts';
import { readSources } from '../../src/sources/read-sources.ts';
import { dependenciesOf, makeFolder } from '../support/source-folder.ts';

type Files = Readonly<Record<string, string>>;

const noNetwork = (): Promise<never> => Promise.reject(new Error('no network here'));

const readAll = async (t: TestContext, sources: readonly SourceRequest[], files: Files): Promise<SourceWorks> => {
  const cwd = await makeFolder(t, files);
  return readSources({ sources, exclude: [] }, { cwd, root: cwd, patterns: [], openNetwork: noNetwork });
};
const read = (t: TestContext, [type, path]: readonly [FileSourceType, string], files: Files): Promise<SourceWorks> =>
  readAll(t, [{ type, path }], files);
const idsOf = ({ works }: SourceWorks): readonly string[] => works.map(({ id }) => id);

const feature = `# Tasks: Shop

## Phase 1: Setup
- [x] T001 Make the folder
- [ ] T002 Install
- [ ] T003 [P] Lint
- [ ] T004 [P] Format

## Phase 2: Foundational
- [ ] T005 Types
  with a line more

## Phase 3: User Story 1 - Buy (Priority: P1)
- [ ] T006 [P] [US1] Model
- [ ] T007 [P] [US1] Test
- [ ] T008 [US1] Service (depends on T006, T007)
## Phase 4: User Story 2 - Return (Priority: P2)
- [ ] T009 [US2] Form
## Phase 5: User Story 3 - Report
- [ ] T010 [US3] Page; does not depend on T009
## Phase 6: Polish
- [ ] T011 Docs
- [ ] T012 Check (depends on T006-T008, T099)

## Dependencies
- **User Story 2 (P2)**: Can start after Foundational - independent of US1
- US3 (Phase 5): Depends on US1 AND US2 - integration
\`\`\`
- [ ] T020 Only an example
\`\`\`
> - [ ] T021 Quoted
- [ ] no number, no task
`;

test('spec-kit: stories run side by side after the foundation, [P] beside its neighbours, the text adds its own', async (t) => {
  const { works, notices, warnings } = await read(t, ['speckit', 'tasks.md'], { 'tasks.md': feature });
  assert.deepEqual(dependenciesOf(works), {
    ...{ T002: [], T003: ['T002'], T004: ['T002'], T005: ['T003', 'T004'] },
    ...{ T006: ['T005'], T007: ['T005'], T008: ['T006', 'T007'], T009: ['T005'] },
    ...{ T010: ['T005', 'T008', 'T009'], T011: ['T008', 'T009', 'T010'], T012: ['T011', 'T006', 'T007', 'T008'] },
  });
  assert.deepEqual({ notices, warnings }, { notices: ['1 done task is left out: T001'], warnings: [] });
  const [service, setup] = ['T008', 'T002'].map((id) => works.find((work) => work.id === id));
  assert.deepEqual([service?.group, service?.priority, setup?.group, setup?.priority], ['US1', 1, 'Setup', 1]);
  assert.equal(service?.title, 'T008 Service (depends on T006, T007)');
  assert.match(
    works.find(({ id }) => id === 'T005')?.body ?? '',
    /^Types\n {2}with a line more\n\nTask T005 of tasks\.md/,
  );
});

test('spec-kit: a folder of features gives ids with their names in front, and an order of their own', async (t) => {
  const files = {
    'specs/001-a/tasks.md': '- [ ] T001 A\n- [ ] T002 B\n',
    'specs/002-b/tasks.md': '- [ ] T001 C\n',
    'specs/x.md': '',
  };
  const { works } = await read(t, ['speckit', 'specs'], files);
  assert.deepEqual(dependenciesOf(works), { '001-a-T001': [], '001-a-T002': ['001-a-T001'], '002-b-T001': [] });
  assert.equal(works[1]?.source.ref, 'specs/001-a/tasks.md#T002');
});

const tags = (tasks: unknown): Files => ({ 'tasks.json': JSON.stringify({ master: { tasks } }) });

test('task-master: mixed lists are ids, a bare number in a subtask is a sibling, statuses and priorities are read', async (t) => {
  const text = `{"master": {"tasks": [
    {"id": 3, "title": "Three", "status": "done"},
    {"id": "5", "title": "Five", "status": "in-progress", "priority": "high"},
    {"id": 7, "title": "Seven", "status": "Done"},
    {"id": 21, "title": "T", "status": "pending", "dependencies": [3, "5"], "subtasks": [
      {"id": 4, "title": "Step", "status": "pending", "dependencies": [1, "21.2", "7.1"]}, {"id": 1, "title": "S", "status": "done"}]},
    {"id": 22, "title": "U", "dependencies": [3, "5", "21.4"]},
    {"id": 23, "title": "V", "subtasks": [{"id": 1, "dependencies": ["22.1"]}]}
  ]}}`;
  const { works, notices } = await read(t, ['taskmaster', 'tasks.json'], { 'tasks.json': text });
  assert.deepEqual(dependenciesOf(works), { '5': [], '21': ['5'], '22': ['5', '21'], '23': ['22'] });
  assert.equal(works[0]?.priority, 2);
  assert.match(works[1]?.body ?? '', /^## Steps\n\n- \[ \] 4\. Step\n- \[x\] 1\. S$/);
  assert.equal(notices[0], '2 done tasks are left out: 3, 7');
});

test('task-master: a number with a point stays as written, and cancelled tasks hold up who waits for them', async (t) => {
  const { works, warnings } = await read(t, ['taskmaster', 'tasks.json'], {
    'tasks.json':
      '{"tasks": [{"id": 1, "title": "A", "status": "cancelled"}, {"id": 2, "dependencies": [1.10]}, {"id": 3, "dependencies": [2]}, {"id": 4}]}',
  });
  assert.deepEqual(idsOf({ works, warnings, notices: [] }), ['4']);
  assert.deepEqual(warnings, ['1 is cancelled: it is left out, and so are the works that wait for it: 2, 3']);
});

test('task-master: steps that wait for each other across tasks make no circle of tasks', async (t) => {
  const { works, warnings } = await read(
    t,
    ['taskmaster', 'tasks.json'],
    tags([
      { id: 1, subtasks: [{ id: 1, dependencies: ['2.1'] }] },
      { id: 2, subtasks: [{ id: 1 }, { id: 2, dependencies: ['1.1'] }] },
    ]),
  );
  assert.deepEqual(dependenciesOf(works), { '1': ['2'], '2': [] });
  assert.deepEqual(warnings, ['task 2: its step 2 waits for task 1, which waits for task 2; this is left out']);
});

test('task-master: the tag of the path counts, else the current one, else master; others are named', async (t) => {
  const both = JSON.stringify({ master: { tasks: [{ id: 1 }] }, 'feat-x': { tasks: [{ id: 1 }, { id: 2 }] } });
  const files = { '.taskmaster/tasks/tasks.json': both };
  const path = '.taskmaster/tasks/tasks.json';
  const master = await read(t, ['taskmaster', path], files);
  assert.deepEqual(
    [idsOf(master), master.notices[0]],
    [['1'], `the tag master is read; other tags: feat-x (${path}#TAG reads another)`],
  );
  const named = await read(t, ['taskmaster', `${path}#feat-x`], files);
  assert.deepEqual([idsOf(named), named.works[0]?.group], [['1', '2'], 'feat-x']);
  const current = await read(t, ['taskmaster', path], {
    ...files,
    '.taskmaster/state.json': '{"currentTag": "feat-x"}',
  });
  assert.deepEqual(idsOf(current), ['1', '2']);
});

const issue = (id: string, more: object = {}): string =>
  JSON.stringify({ id, title: id, status: 'open', issue_type: 'task', ...more });
const needs = (type: string, ...ids: readonly string[]) => ({
  dependencies: ids.map((id) => ({ issue_id: '', depends_on_id: id, type })),
});

test('beads: only blocking kinds set an order, an epic stands for its open children, claims hold up their chain', async (t) => {
  const text = [
    issue('b-1', { status: 'closed' }),
    issue('b-2', { ...needs('blocks', 'b-1', 'b-3'), priority: 0, description: 'Depends on: b-9', design: 'So' }),
    issue('b-3', { ...needs('related', 'b-2') }),
    issue('b-4', { ...needs('discovered-from', 'b-2'), issue_type: 'bug', labels: ['ui'] }),
    issue('e-1', { issue_type: 'epic' }),
    issue('b-5', { ...needs('parent-child', 'e-1') }),
    issue('b-6', { ...needs('blocks', 'e-1') }),
    issue('b-7', { status: 'in_progress', assignee: 'ann', updated_at: '2026-01-02T00:00:00Z' }),
    issue('b-8', { ...needs('blocks', 'b-7') }),
    issue('b-9', { ...needs('waits-for', 'b-8') }),
    issue('b-10', { ...needs('blocks', 'gone-1') }),
  ].join('\n');
  const { works, warnings, notices } = await read(t, ['beads', '.'], { '.beads/issues.jsonl': `${text}\n` });
  assert.deepEqual(dependenciesOf(works), {
    'b-2': ['b-3'],
    'b-3': [],
    'b-4': [],
    'b-5': [],
    'b-6': ['b-5'],
    'b-10': ['gone-1'],
  });
  const [second] = works;
  assert.deepEqual(
    [second?.priority, second?.body, works[3]?.group, works[2]?.labels],
    [1, 'Depends on: b-9\n\n## Design\n\nSo', 'e-1', ['ui', 'bug']],
  );
  assert.deepEqual(warnings, [
    'b-7 is in_progress by ann since 2026-01-02 (if nobody works on it: bd update b-7 --status open): it is left out, and so are the works that wait for it: b-8, b-9',
  ]);
  assert.equal(notices[0], 'no work by their type and left out: 1 × epic');
});

const ccpm = (name: string, more = ''): string =>
  `---\nname: ${name}\nstatus: open\n${more}---\n\n# Task: ${name}\n\nDepends on: 009\n`;

test('CCPM: numbers are file names, other files are no tasks, parallel: false is never beside another of its epic', async (t) => {
  const { works, notices, warnings } = await read(t, ['ccpm', 'epic'], {
    'epic/epic.md': '---\nname: e\n---\n',
    'epic/001-analysis.md': 'x',
    'epic/001.md': ccpm('One').replace('open', 'closed'),
    'epic/008.md': ccpm('Eight', 'depends_on: [001]\nparallel: true\nconflicts_with: [010]\n'),
    'epic/009.md': ccpm('Nine', 'depends_on: [008]\nparallel: false\ngithub: https://github.com/o/r/issues/77\n'),
    'epic/010.md': ccpm('Ten', 'depends_on: [001, 008, 77]\nparallel: true\n').replace('open', 'in-progress'),
    'epic/updates/001/progress.md': 'x',
  });
  assert.deepEqual(dependenciesOf(works), { '008': [], '009': ['008'], '010': ['008', '009'] });
  assert.deepEqual(
    works.map(({ conflicts }) => conflicts),
    [['010'], ['008', '010'], []],
  );
  assert.deepEqual(
    [works[1]?.title, works[1]?.group, works[1]?.source.url],
    ['Nine', 'epic', 'https://github.com/o/r/issues/77'],
  );
  assert.deepEqual(warnings, []);
  assert.deepEqual(notices.slice(0, 2), [
    'epic/001-analysis.md is not named by a number; it is no task',
    'epic/epic.md is not named by a number; it is no task',
  ]);
});

test('CCPM: several epics keep their numbers apart', async (t) => {
  const { works } = await read(t, ['ccpm', 'epics'], {
    'epics/a/001.md': ccpm('A', 'depends_on: []\n'),
    'epics/a/002.md': ccpm('B', 'depends_on: [001]\n'),
    'epics/b/001.md': ccpm('C', 'depends_on: []\n'),
    'epics/b/002.md': ccpm('D', 'depends_on: [001]\n'),
  });
  assert.deepEqual(dependenciesOf(works), { 'a-001': [], 'a-002': ['a-001'], 'b-001': [], 'b-002': ['b-001'] });
});

const back = (id: string, more = '', status = 'To Do'): string =>
  `---\nid: ${id}\ntitle: ${id}\nstatus: ${status}\n${more}---\n\n## Description\nText\n`;

test('Backlog.md: case and prefix of ids are seen through, one bad file stops no other, done ones may stand in a circle', async (t) => {
  const { works, warnings, notices } = await read(t, ['backlog', 'backlog'], {
    'backlog/tasks/back-1 - Ünder way.md': back(
      'BACK-1',
      'dependencies: [task-2, BACK-3.10]\nmilestone: m1\npriority: high\n',
      'In Progress',
    ),
    'backlog/tasks/back-2 - B.md': back('task-2', 'dependencies: [BACK-3.1]\nparent_task_id: task-1\n'),
    'backlog/tasks/back-3.1 - C.md': back('BACK-3.1', 'dependencies: [back-3.10]\n', 'Done'),
    'backlog/tasks/back-3.10 - D.md': back('BACK-3.10', 'dependencies: [back-3.1]\n', '✔ Done'),
    'backlog/tasks/back-4 - bad.md': back('BACK-4', 'assignee: @name\n'),
    'backlog/tasks/readme.md': '# Tasks\n',
    'backlog/completed/back-9 - E.md': back('BACK-9', '', 'whatever'),
    'backlog/tasks/back-5 - F.md': back('BACK-5', 'dependencies: [task-9, TASK-77]\n'),
    'backlog/tasks/back-6 - G.md': back('BACK-6', '', 'Draft'),
  });
  assert.deepEqual(dependenciesOf(works), { 'BACK-1': ['task-2'], 'task-2': [], 'BACK-5': ['TASK-77'] });
  assert.deepEqual([works[0]?.group, works[0]?.priority, works[1]?.params], ['m1', 2, { parent: 'task-1' }]);
  assert.equal(warnings.length, 1);
  assert.match(
    warnings[0] ?? '',
    /^backlog\/tasks\/back-4 - bad\.md:5:11: Plain value cannot start with reserved character @; skipped$/,
  );
  assert.ok(notices.includes('backlog/tasks/readme.md has no id in its front matter; it is no task'));
  assert.ok(notices.includes('BACK-6 is Draft; it is left out'));
});

test('catalogue: brand is the group, ids stay as written, what is not active is left out', async (t) => {
  const { works, notices, warnings } = await read(t, ['catalog', 'mouse.product_catalog.json'], {
    'mouse.product_catalog.json': JSON.stringify({
      _version: 1,
      products: {
        'a-1': { brand: 'A', model: 'One', variant: '', status: 'active', id: 1, seeds: [] },
        '001': { brand: 'B', model: 'Two', variant: 'Pro' },
        'c-1': { brand: 'C', model: 'X', status: 'archived' },
        'd-1': { note: 'nothing' },
      },
    }),
    'mouse-products/a-1.json': '{"productId": "a-1"}',
    'mouse-products/z-9.json': '{"productId": "z-9"}',
  });
  assert.deepEqual(
    works
      .map(({ id, title, group, params }) => ({ id, title, group, params }))
      .sort((a, b) => b.id.localeCompare(a.id)),
    [
      {
        id: 'a-1',
        title: 'A One',
        group: 'A',
        params: {
          status: 'active',
          id: 1,
          category: 'mouse',
          product_id: 'a-1',
          brand: 'A',
          model: 'One',
          variant: '',
          product_file: 'mouse-products/a-1.json',
        },
      },
      {
        id: '001',
        title: 'B Two Pro',
        group: 'B',
        params: { category: 'mouse', product_id: '001', brand: 'B', model: 'Two', variant: 'Pro', status: '' },
      },
    ],
  );
  assert.deepEqual(warnings, ['mouse.product_catalog.json: d-1 has no brand and no model; skipped']);
  assert.deepEqual(notices, [
    '1 product files are not in the catalogue and left out: z-9',
    '1 done product is left out: c-1',
  ]);
});

test('catalogue: a folder of product files alone is a catalogue, too', async (t) => {
  const { works, warnings } = await read(t, ['catalog', 'p'], {
    'p/x.json': '{"productId": "x", "category": "mouse", "identityLock": {"brand": "A", "model": "M", "variant": ""}}',
    'p/y.json': '{"productId": ',
    'p/z.json': '[]',
  });
  assert.deepEqual(
    [works[0]?.id, works[0]?.group, works[0]?.title, works[0]?.params['category']],
    ['x', 'A', 'A M', 'mouse'],
  );
  assert.deepEqual(warnings, [
    'p/y.json:1:15: p/y.json is no JSON: it ends too early; skipped',
    'p/z.json holds no product with an id; skipped',
  ]);
});

test('several sources: references cross them, shared ids become distinct, and a list of ids means what is there', async (t) => {
  const { works, warnings, notices } = await readAll(
    t,
    [
      { type: 'manifest', path: 'm.yaml' },
      { type: 'speckit', path: 'tasks.md' },
      { type: 'local', list: 'T001,new' },
      { type: 'markdown', paths: ['t'] },
    ],
    {
      'm.yaml': 'tasks:\n  - {id: a, needs: [T001, done-1]}\n  - {id: b, needs: a}\n',
      'tasks.md': '- [ ] T001 X\n',
      't/a.md': '# A\n\nDepends on: T001, b\n',
      't/done-1.md': '---\nstatus: done\n---\n# D\n',
    },
  );
  assert.deepEqual(dependenciesOf(works), { a: ['T001', 'b'], 'a-2': ['T001'], b: ['a-2'], T001: [], new: [] });
  assert.deepEqual(warnings, ['another source has a work a; that of manifest is a-2']);
  assert.ok(notices.includes('T001 is given twice; the first one counts'));
  assert.ok(notices.includes('a-2: done-1 is satisfied: done-1 is done'));
});
