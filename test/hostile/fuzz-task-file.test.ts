/** Task files: whatever stands in them, each is a work, or is passed over with its place and reason. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { parseSchedule, writeSchedule } from '../../src/protocol/schedule.ts';
import { isWorkId } from '../../src/protocol/id.ts';
import { readMarkdown } from '../../src/sources/markdown/read-markdown.ts';
import { Problem } from '../../src/ports/problem.ts';
import { hostileBytes, hostileWholes, hunt, type Hostile } from '../support/hostile.ts';

const folder = mkdtempSync(join(tmpdir(), 'wf0-hostile-'));
after(() => rmSync(folder, { recursive: true }));

const full = `---
id: 02-api
title: Add the API
depends_on: [01-schema, "#12"]
conflicts_with: []
group: backend
priority: 1
workflow: wf
estimate_seconds: 600
params: {module: api, 'n-1': "1.10"}
labels: [a, b]
uses: [anthropic]
---
# Add the API

**Priority:** P1
**Depends on:** 03, 05 and #7

Depends on: 01-schema. Blocked by #12, requires PROJ-7.
`;
const plain = '# Title\n\n| 01 | a |\n\n```\n# no\n```\n- [ ] 02 x\n';

const bomb = [
  'a: &a [x, x, x, x]',
  ...'bcdefghij'.split('').map((name, n) => `${name}: &${name} [*${'abcdefghi'[n]}, *${'abcdefghi'[n]}]`),
  'depends_on: *j',
].join('\n');
/** Values of YAML that have broken programs. */
const values = [
  ...[
    '*a',
    '&a x',
    '*x',
    '!!js/function "x"',
    '!!binary aGk=',
    '!!timestamp 2026-01-01',
    '!<tag:x> y',
    '<<: *a',
    '|',
    '>-',
    '? x',
    '- - - x',
  ],
  ...[
    '001',
    '1.10',
    '0x10',
    '1e999',
    '.inf',
    '.nan',
    '~',
    'null',
    'yes',
    '1_000',
    '190:20:30',
    '2026-01-01',
    '""',
    "''",
    '"\\ud800"',
    '"\\0"',
    '"\\u202e"',
  ],
  ...[
    '{__proto__: 1}',
    '{constructor: {a: 1}}',
    '{a: {b: c}}',
    '[[a]]',
    '[a, [b]]',
    '{a: 1, a: 2}',
    '../../etc',
    '.git',
    'a.lock',
    '-rf',
    '@{',
    '"a\\nb"',
    '%',
    '@x',
    '`x`',
    '\t',
  ],
  '['.repeat(3000),
  '{a: '.repeat(1000),
  `${'[a, '.repeat(2000)}x${']'.repeat(2000)}`,
  '- '.repeat(4000),
  '&a '.repeat(500),
  `"${'x'.repeat(300_000)}"`,
  `[${'a,'.repeat(40_000)}a]`,
  '!'.repeat(10_000),
  '#'.repeat(10_000),
];
const names = [
  'id',
  'title',
  'depends_on',
  'conflicts_with',
  'group',
  'priority',
  'params',
  'labels',
  'uses',
  'status',
  'estimate_seconds',
  '__proto__',
  'constructor',
  '<<',
  '? [a]',
  '{a: b}',
  'a'.repeat(2000),
];
const bodies = [
  '',
  plain,
  '---\n',
  `${'Depends on: '.repeat(5000)}\n`,
  `${'#'.repeat(20_000)}\n`,
  `${'*'.repeat(20_000)}a\n`,
  `${'**Priority:** '.repeat(3000)}\n`,
  `${'| 1 '.repeat(20_000)}\n`,
  `${'requires A-1, '.repeat(8000)}\n`,
  `${' '.repeat(100_000)}x\n`,
  `${'`'.repeat(50_000)}\n`,
  `${'a'.repeat(262_145)}`,
  `blocked by ${'#1, '.repeat(20_000)}`,
  `${'- [ ] 0'.repeat(9000)}\n`,
  `# ${'\t'.repeat(40_000)}#\n`,
  'after: '.repeat(9000),
];

const fields = fc.array(fc.tuple(fc.constantFrom(...names), fc.constantFrom(...values)), {
  minLength: 1,
  maxLength: 4,
});
const structured: fc.Arbitrary<Hostile> = fc.tuple(fields, fc.constantFrom(...bodies)).map(([list, body]) => ({
  kind: 'fields',
  text: `---\n${list.map(([name, value]) => `${name}: ${value}`).join('\n')}\n---\n${body}`,
}));
const bombs: fc.Arbitrary<Hostile> = fc
  .constantFrom(...names)
  .map((name) => ({ kind: 'aliases that grow', text: `---\n${bomb}\n${name}: *j\n---\n` }));

test('every task file is a work or is passed over with its place', async (t) => {
  const file = join(folder, '01-a.md');
  await hunt(t, {
    inputs: fc.oneof(
      { weight: 6, arbitrary: structured },
      { weight: 2, arbitrary: hostileBytes([full, plain]) },
      { weight: 2, arbitrary: hostileWholes([full, plain], [...values, ...bodies]) },
      { weight: 1, arbitrary: bombs },
    ),
    cases: 500,
    read: async ({ text }) => {
      writeFileSync(file, text);
      try {
        const { works } = await readMarkdown({ paths: [file], cwd: folder });
        for (const { id } of works) assert.ok(isWorkId(id));
        const schedule = { version: 1, created_at: '', sources: [], groups: { order: [], pinned: [] }, works } as const;
        parseSchedule(writeSchedule(schedule), 'written.json');
        return 'accepted';
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        assert.match(error.where, /^01-a\.md(:\d+:\d+: \S| (is|has) )/);
        assert.ok(error.where.length < 3000, `a refusal of ${error.where.length} characters`);
        return 'refused';
      }
    },
  });
});
