/** The checker of the chaos runs must be able to fail: each promise is broken by hand, and only that one is named. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Evidence } from '../../scripts/chaos/check/evidence.ts';
import { judge, promises } from '../../scripts/chaos/check/judge.ts';
import { projectFolder } from '../../scripts/layers/load.ts';
import { deliver, goodEvidence, numbered } from './evidence.ts';

type Promised = keyof typeof promises;

const good = goodEvidence();
const lines = [...deliver('a'), ...deliver('b')];

const broken: readonly (readonly [title: string, promise: Promised, change: Partial<Evidence>])[] = [
  ['a batch that never ends', 'isSettled', { isSettled: false }],
  [
    'a line that is missing',
    'journalIsWhole',
    { journal: good.journal.map((line) => ({ ...line, seq: line.seq + 1 })) },
  ],
  ['a damaged journal', 'journalIsWhole', { damage: ['journal.corrupt-1'] }],
  [
    'a work that is delivered twice',
    'deliveredOnce',
    { journal: numbered([...lines, { type: 'work_completed', id: 'b', token: 'b-1', commit: 'b1' }]) },
  ],
  [
    'a finished stage that runs again',
    'stagesPassOnce',
    { journal: numbered([...lines, { type: 'stage_passed', id: 'b', token: 'b-1', stage: 'write' }]) },
  ],
  ['a remote that holds something else', 'remoteHolds', { remoteHeads: new Map([...good.remoteHeads, ['wf/b', 'x']]) }],
  ['a pin that is somewhere else', 'remoteHolds', { pins: new Map([...good.pins, ['b', 'x']]) }],
  [
    'a report of an attempt that was given up',
    'reportsAreFenced',
    { journal: numbered([...lines, { type: 'work_pushed', id: 'b', token: 'b-0' }]) },
  ],
  ["somebody's commit that is gone", 'noForeignCommitLost', { overwritten: ['wf/a'] }],
  ['a draft that is nowhere', 'noDraftLost', { drafts: [{ work: 'a', name: 'a.1.draft', foundIn: null }] }],
  [
    'a stage beside more others than may run',
    'neverTooMany',
    { starts: [{ work: 'a', stage: 'write', attempt: 1, others: 1, same: 0 }] },
  ],
  [
    'a work that runs twice at once',
    'neverTooMany',
    { parallel: 2, starts: [{ work: 'a', stage: 'write', attempt: 2, others: 1, same: 1 }] },
  ],
  ['something that is left', 'nothingLeft', { leftovers: ['left running: 1 sleep'] }],
  ['a bystander who was touched', 'bystandersUntouched', { trespasses: ['his file'] }],
  [
    'a tree with something missing',
    'treesAsWithoutFaults',
    { trees: new Map([...good.trees, ['b', new Map([['README', 'x']])]]) },
  ],
];

describe('the checker of chaos', () => {
  it('finds nothing where nothing went wrong', () => assert.deepEqual(judge(good), []));

  for (const [title, promise, change] of broken)
    it(`notices ${title}`, () => {
      const found = new Set(judge({ ...good, ...change }).map((violation) => violation.promise));
      assert.deepEqual([...found], [promise]);
    });

  it('notices a work that was begun before its dependency was delivered', () => {
    const journal = numbered([...deliver('b'), ...deliver('a')]);
    assert.deepEqual(
      judge({ ...good, journal }).map((violation) => violation.promise),
      ['dependenciesFirst'],
    );
  });

  it('has a broken case for every promise', () => {
    const covered = new Set<string>([...broken.map(([, promise]) => promise), 'dependenciesFirst']);
    assert.deepEqual(
      Object.keys(promises).filter((promise) => !covered.has(promise)),
      [],
    );
  });

  it('imports nothing of the program that it checks', () => {
    const folder = join(projectFolder(), 'scripts/chaos/check');
    const imported = readdirSync(folder).flatMap((name) =>
      [...readFileSync(join(folder, name), 'utf8').matchAll(/from '([^']+)'/g)].map(([, from]) => from ?? ''),
    );
    assert.ok(imported.length > 0);
    assert.deepEqual(
      imported.filter((from) => !from.startsWith('node:') && !/^\.\/[a-z-]+\.ts$/.test(from)),
      [],
    );
  });
});
