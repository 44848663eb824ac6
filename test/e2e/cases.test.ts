/** Folders of task files that others wrote, scheduled and run to the end with plain commands. */
import assert from 'node:assert/strict';
import { cp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { makeCommandLine } from '../support/command-line.ts';

const cases = process.env['WF_CASES'];

/** Folder below the cases, and how many of its files are tasks. */
const folders: readonly (readonly [string, number])[] = [
  ['markdown', 22],
  ['ccpm/client-hub', 1],
  ['backlog-md', 0],
];

describe(
  'task files by others',
  { skip: cases === undefined ? 'WF_CASES is not set: real folders are left out' : false },
  () => {
    for (const [folder, least] of folders) {
      test(`${folder}: every open work runs to its end, in dependency order`, async (context) => {
        const line = await makeCommandLine();
        try {
          await cp(join(cases ?? '', 'tasks', folder), join(line.project, 'tasks'), { recursive: true });
          const stage = 'test -n "$WF_WORK_TITLE" && test -s "$WF_WORK_FILE" && echo "$WF_WORK_ID"';
          await line.config({ workflows: { wf: { worktree: false, stages: [{ name: 'read', run: stage }] } } });
          const created = await line.schedule(['create', 'md=tasks']);
          assert.equal(created.code, 0, created.err);
          const run = await line.batch([
            'start',
            '--follow',
            '--engine',
            'process',
            '--allow-missing',
            '--parallel',
            '4',
          ]);
          assert.equal(run.code, 0, run.err + run.out);
          const { counts } = JSON.parse((await line.batch(['status', '--json'])).out) as {
            counts: Record<string, number>;
          };
          const files = (await readdir(join(line.project, 'tasks'))).length;
          context.diagnostic(`${files} files, ${counts['total']} works, all completed`);
          assert.ok((counts['total'] ?? 0) > 0 && (counts['total'] ?? 0) >= least);
          assert.equal(counts['completed'], counts['total']);
        } finally {
          await line.remove();
        }
      });
    }
  },
);
