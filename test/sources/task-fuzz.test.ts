import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isWorkId } from '../../src/protocol/id.ts';
import { parseTask } from '../../src/sources/task.ts';

test('no text of a task file makes reading it throw', async () => {
  const counts = { read: 0, refused: 0, withFields: 0 };
  const value = fc.oneof(
    fc.constantFrom(
      'a',
      '[a, b]',
      '001',
      '@x',
      '&a',
      '*a',
      '!!js/function x',
      '{a: b}',
      '"x',
      "'",
      '|',
      '>-',
      '~',
      '- x',
      '? y',
      '%',
      '[1.10, [2]]',
      '1',
      'P1',
      'true',
      '{__proto__: 1}',
      '\t',
    ),
    fc.string({ maxLength: 12 }),
  );
  const field = fc.constantFrom(
    'id',
    'title',
    'depends_on',
    'conflicts_with',
    'group',
    'priority',
    'workflow',
    'estimate_seconds',
    'params',
    'base',
    'uses',
    'labels',
    'status',
    '__proto__',
    'constructor',
    '<<',
  );
  const line = fc.tuple(field, value).map(([name, text]) => `${name}: ${text}`);
  const front = fc.array(line, { maxLength: 4 }).map((lines) => `---\n${lines.join('\n')}\n---\n`);
  const body = fc.oneof(
    fc.constantFrom('# T\n', '**Priority:** P9\n**Depends on:** 1, 2\n', '```\n', '---\n', '\r\n'),
    fc.string(),
  );
  const text = fc.oneof(
    { weight: 8, arbitrary: fc.tuple(front, body).map((parts) => parts.join('')) },
    { weight: 1, arbitrary: fc.string() },
  );
  await fc.assert(
    fc.asyncProperty(text, fc.string(), async (content, stem) => {
      const parsed = await parseTask(content, stem);
      if (!parsed.ok) {
        counts.refused++;
        assert.ok(parsed.line >= 1 && parsed.column >= 1 && parsed.why !== '', JSON.stringify(parsed));
        return;
      }
      counts.read++;
      if (parsed.task.hasFrontMatter) counts.withFields++;
      const { draft } = parsed.task;
      assert.ok(isWorkId(draft.id), draft.id);
      assert.ok(
        [...draft.dependencies, ...draft.conflicts, ...draft.labels, draft.title].every(
          (each) => typeof each === 'string',
        ),
      );
      assert.ok(Number.isSafeInteger(draft.priority) && draft.priority >= 1);
      assert.equal(Object.getPrototypeOf(draft.params), Object.prototype);
    }),
    { numRuns: 2000 },
  );
  console.log(`task files: ${JSON.stringify(counts)}`);
});

test('aliases that would grow without end are refused', async () => {
  const bomb = `---\na: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\ndepends_on: *c\n---\n`;
  const parsed = await parseTask(bomb, 'a');
  assert.equal(parsed.ok, false);
});
