import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { diffLines, type Hunk } from '../../src/view/line-diff.ts';

const show = (hunks: readonly Hunk[]): readonly string[] =>
  hunks.flatMap(({ oldStart, newStart, lines }) => [
    `@@ ${oldStart} ${newStart}`,
    ...lines.map(({ kind, text }) => `${{ same: ' ', removed: '-', added: '+' }[kind]}${text}`),
  ]);

/** What a reader of the hunks makes of the old text. */
const patch = (before: string, hunks: readonly Hunk[]): readonly string[] => {
  const old = before === '' ? [] : before.replace(/\n$/, '').split('\n');
  const made: string[] = [];
  let at = 0;
  for (const { oldStart, lines } of hunks) {
    while (at < oldStart - 1) made.push(old[at++] as string);
    for (const { kind, text } of lines) {
      if (kind !== 'added') assert.equal(old[at++], text);
      if (kind !== 'removed') made.push(text);
    }
  }
  return [...made, ...old.slice(at)];
};

describe('the difference of two texts', () => {
  test('is nothing for equal ones, and hunks with three lines around each change', () => {
    assert.deepEqual(diffLines('a\nb', 'a\nb\n'), []);
    const old = Array.from({ length: 30 }, (_, i) => `line ${i + 1}`);
    const now = old.map((text, i) => (i === 4 || i === 24 ? `${text}!` : text));
    assert.deepEqual(show(diffLines(old.join('\n'), now.join('\n'))), [
      ...['@@ 2 2', ' line 2', ' line 3', ' line 4', '-line 5', '+line 5!', ' line 6', ' line 7', ' line 8'],
      ...['@@ 22 22', ' line 22', ' line 23', ' line 24', '-line 25', '+line 25!', ' line 26', ' line 27', ' line 28'],
    ]);
  });

  test('leads from the old text to the new one, with the fewest lines for small ones', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 30 }).map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const hunks = diffLines(before, after);
        const wanted = after === '' ? [] : after.replace(/\n$/, '').split('\n');
        assert.deepEqual(patch(before, hunks), wanted);
        const edits = hunks.flatMap(({ lines }) => lines).filter(({ kind }) => kind !== 'same').length;
        assert.equal(edits, fewest(before, after));
      }),
    );
  });

  test('of texts that have little in common is the one and then the other, in no time', () => {
    const [a, b] = ['a', 'b'].map((letter) => Array.from({ length: 20_000 }, (_, i) => `${letter}${i}`).join('\n'));
    const [hunk, ...others] = diffLines(a as string, b as string);
    assert.equal(others.length, 0);
    assert.equal(hunk?.lines.length, 40_000);
  });
});

/** By the longest common subsequence. */
const fewest = (before: string, after: string): number => {
  const [a, b] = [before, after].map((text) => (text === '' ? [] : text.replace(/\n$/, '').split('\n'))) as [
    string[],
    string[],
  ];
  let row: number[] = new Array<number>(b.length + 1).fill(0);
  for (const x of a) {
    const next = [0];
    b.forEach((y, j) =>
      next.push(x === y ? (row[j] as number) + 1 : Math.max(row[j + 1] as number, next[j] as number)),
    );
    row = next;
  }
  return a.length + b.length - 2 * (row[b.length] as number);
};
