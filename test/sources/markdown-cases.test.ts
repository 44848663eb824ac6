import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { readMarkdown } from '../../src/sources/markdown/read-markdown.ts';

const cases = process.env['WF_CASES'];
if (cases === undefined)
  console.log('WF_CASES is unset: the real task files (tasks/markdown, tasks/backlog-md, tasks/ccpm) are left out');
const options = { skip: cases === undefined && 'WF_CASES is unset' };
const read = (folder: string) => readMarkdown({ paths: [folder], cwd: join(cases ?? '', 'tasks') });

test(
  'a real folder of task files gives every task, its index left out and its double numbers reported',
  options,
  async () => {
    const { works, warnings, notices } = await read('markdown');
    assert.equal(works.length, 23);
    assert.equal(works[0]?.id, '01-pyproject-toml');
    assert.equal(works[0].title, 'Task: Add pyproject.toml for Proper Python Packaging');
    assert.equal(works[0].priority, 1);
    assert.deepEqual(works.at(-1)?.dependencies, ['08']);
    assert.equal(warnings.length, 2);
    assert.match(
      warnings[0] ?? '',
      /08-batch-orchestration or 08-refactor-workflow-state-machine or 08-simplify-agent-identity/,
    );
    assert.equal(notices.length, 1);
    assert.match(notices[0] ?? '', /^markdown\/PHASES\.md lists 20 of the 23 tasks/);
  },
);

test('real files with front matter keep their ids, and prefixes that differ are seen through', options, async () => {
  const { works, warnings } = await read('backlog-md');
  assert.equal(works.length, 20);
  assert.deepEqual(works.find(({ id }) => id === 'BACK-544')?.dependencies, ['BACK-543']);
  assert.deepEqual(works.find(({ id }) => id === 'BACK-200')?.dependencies, ['task-24.1', 'BACK-208']);
  assert.deepEqual(warnings, []);
});

test('real ids such as 001 stay text, and what is done is satisfied', options, async () => {
  const { works } = await read('ccpm/client-hub');
  assert.deepEqual(works.find(({ id }) => id === '006')?.dependencies, ['005']);
  assert.deepEqual((await read('ccpm/project-setup')).works, []);
});
