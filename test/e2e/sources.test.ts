/** Each kind of list, run to a finished batch with plain commands: real ones where the cases are there, small ones else. */
import assert from 'node:assert/strict';
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { makeCommandLine, type CommandLine } from '../support/command-line.ts';
import { events, leaveNothing } from '../support/running-batch.ts';

const cases = process.env['WF_CASES'];
if (cases === undefined) console.log('WF_CASES is not set: real lists are left out, small ones of the same shape run');

interface List {
  readonly kind: string;
  /** Below the cases. */
  readonly real: string;
  readonly small: Readonly<Record<string, string>>;
  /** From the folder of the list. */
  readonly path: string;
  readonly realPath: string;
  readonly works: number;
  readonly realWorks: number;
  readonly more?: readonly string[];
}

const front = (text: string): string => `---\n${text}\n---\n\n# Task\n`;

const lists: readonly List[] = [
  {
    kind: 'speckit',
    real: 'spec-kit',
    realPath: '005-voice-orchestrator.tasks.md',
    realWorks: 5,
    path: 'tasks.md',
    works: 3,
    small: { 'tasks.md': '## Phase 1\n- [x] T001 A\n- [ ] T002 B\n- [ ] T003 [P] C\n- [ ] T004 [P] D\n' },
  },
  {
    kind: 'taskmaster',
    real: 'taskmaster',
    realPath: 'AlexKucera-obsidian-typst-pdf-export.tasks.json',
    realWorks: 0,
    path: 'tasks.json',
    works: 2,
    small: {
      'tasks.json': '{"master": {"tasks": [{"id": 1}, {"id": 2, "dependencies": [1]}, {"id": 3, "status": "done"}]}}',
    },
  },
  {
    kind: 'beads',
    real: 'beads',
    realPath: '11me-light-session.issues.jsonl',
    realWorks: 1,
    path: 'issues.jsonl',
    works: 2,
    small: {
      'issues.jsonl':
        '{"id": "x-1"}\n{"id": "x-2", "dependencies": [{"depends_on_id": "x-1", "type": "blocks"}]}\n{"id": "x-3", "status": "closed"}\n',
    },
  },
  {
    kind: 'ccpm',
    real: 'ccpm',
    realPath: 'client-hub',
    realWorks: 3,
    path: 'epic',
    works: 2,
    small: {
      'epic/epic.md': '# E\n',
      'epic/001.md': front('name: A\nstatus: open'),
      'epic/002.md': front('name: B\nstatus: open\ndepends_on: [001]'),
    },
  },
  {
    kind: 'backlog',
    real: 'backlog-md',
    realPath: '.',
    realWorks: 20,
    path: '.',
    works: 2,
    small: {
      'back-1 - A.md': front('id: BACK-1\nstatus: To Do'),
      'back-2 - B.md': front('id: task-2\nstatus: To Do\ndependencies: [task-1]'),
    },
    more: ['--allow-missing'],
  },
  {
    kind: 'catalog',
    real: 'catalogue',
    realPath: '.',
    realWorks: 5,
    path: '.',
    works: 2,
    small: {
      'products.catalog.json':
        '{"products": {"a-1": {"brand": "Alienware", "model": "A"}, "a-2": {"brand": "Alienware", "model": "B"}, "b-1": {"brand": "B", "model": "C"}}}',
    },
    more: ['--group', 'Alienware'],
  },
];

const place = async (line: CommandLine, { real, small }: List): Promise<void> => {
  const folder = join(line.project, 'list');
  if (cases !== undefined) return cp(join(cases, 'tasks', real), folder, { recursive: true });
  await mkdir(folder);
  for (const [name, text] of Object.entries(small))
    await line.write(folder, ...(name.split('/') as [string, ...string[]]), text);
};

const stage = 'test -n "$WF_WORK_TITLE" && test -s "$WF_WORK_FILE" && grep -q "\\"id\\"" "$WF_WORK_FILE"';

describe('a list of', { concurrency: 2 }, () => {
  for (const list of lists)
    it(`${list.kind}: its dry run and its run have every open work, none before what it waits for`, async (context) => {
      const line = await makeCommandLine();
      try {
        await place(line, list);
        await line.config({ workflows: { wf: { worktree: false, stages: [{ name: 'read', run: stage }] } } });
        const [path, count] = cases === undefined ? [list.path, list.works] : [list.realPath, list.realWorks];
        const source = `${list.kind}=${join('list', path)}`;
        const created = await line.schedule(['create', source]);
        assert.equal(created.code, 0, created.err);
        const more = ['--engine', 'process', '--parallel', '4', ...(list.more ?? [])];
        const dry = await line.batch(['start', '--dry-run', '--json', ...(count === 0 ? [] : more)]);
        assert.equal(dry.code, 0, dry.err);
        const { items } = JSON.parse(dry.out) as { items: { id: string; dependencies: string[] }[] };
        context.diagnostic(`${source}: ${created.out.trim()}, ${items.length} in the dry run`);
        assert.equal(items.length, count);
        if (count === 0) return;
        const run = await line.batch(['run', source, ...more]);
        assert.equal(run.code, 0, run.err + run.out);
        const seen = events(line);
        const placeOf = (type: string, id: string): number =>
          seen.findIndex((event) => event.type === type && 'id' in event && event.id === id);
        for (const { id, dependencies } of items) {
          assert.ok(placeOf('work_completed', id) > 0, `${id} is not completed`);
          for (const dependency of dependencies)
            assert.ok(
              placeOf('work_completed', dependency) < placeOf('stage_started', id),
              `${id} ran before ${dependency}`,
            );
        }
      } finally {
        await leaveNothing(line);
      }
    });
});
