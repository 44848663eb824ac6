import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allowed, breakages } from '../../scripts/layers/breakages.ts';
import { checkLayers } from '../../scripts/layers/check.ts';
import type { Sources } from '../../scripts/layers/check.ts';
import { tryBreakages } from '../../scripts/layers/red.ts';

const declared = new Set(['toposort', 'zod', 'simple-git', 'node-pty', 'chalk', 'commander']);
const empty: Sources = { texts: new Map(), declared };
const sourcesOf = (texts: Readonly<Record<string, string>>): Sources => ({
  texts: new Map(Object.entries(texts)),
  declared,
});

test('every breakage of the rule of arrows turns the check red for its own reason', () => {
  const wrong = tryBreakages(empty, breakages).filter(({ isAsExpected }) => !isAsExpected);
  assert.deepEqual(wrong, []);
});

test('what the rule of arrows allows stays green', () => {
  const wrong = tryBreakages(empty, allowed).filter(({ isAsExpected }) => !isAsExpected);
  assert.deepEqual(wrong, []);
});

test('every rule that the check knows is broken by some breakage', () => {
  const rules = [
    ...['folder', 'arrow', 'types', 'missing', 'package', 'undeclared'],
    ...['node', 'computed', 'cycle', 'global', 'async', 'throw', 'bundle'],
  ];
  assert.deepEqual([...new Set(breakages.map(({ expected }) => expected))].sort(), rules.sort());
});

test('a breakage that the check does not see is reported as not as expected', () => {
  const [result] = tryBreakages(empty, [
    { title: 'harmless', files: { 'core/red.ts': 'export {};' }, expected: 'throw' },
  ]);
  assert.equal(result?.isAsExpected, false);
});

test('a cycle of type imports is named by its whole path', () => {
  const cycle = sourcesOf({
    'core/a.ts': `import type { B } from './b.ts';\nexport type A = B;\n`,
    'core/b.ts': `import type { C } from './c.ts';\nexport type B = C;\n`,
    'core/c.ts': `import type { A } from './a.ts';\nexport type C = A;\n`,
  });
  const messages = checkLayers(cycle).map(({ message }) => message);
  assert.deepEqual(messages, ['import cycle: core/a.ts -> core/b.ts -> core/c.ts -> core/a.ts']);
});

test('a violation names the file and the line', () => {
  const [found] = checkLayers(sourcesOf({ 'core/a.ts': '\n\nexport const now = () => Date.now();\n' }));
  assert.deepEqual(found, { rule: 'global', file: 'core/a.ts', line: 3, message: 'reaches for Date' });
});
