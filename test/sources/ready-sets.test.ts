/** Task lists of other tools, as real projects left them: what is ready at once and what can ever run, as computed independently. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { levels } from '../../src/core/graph.ts';
import type { Work } from '../../src/core/work.ts';
import type { FileSourceType, SourceWorks } from '../../src/ports/sources.ts';
import { readSources } from '../../src/sources/read-sources.ts';

const noNetwork = (): Promise<never> => Promise.reject(new Error('no network here'));

const cases = process.env['WF_CASES'];
if (cases === undefined)
  console.log('WF_CASES is unset: the real lists (beads, taskmaster, ccpm, spec-kit, backlog, catalogue) are left out');
const options = { skip: cases === undefined && 'WF_CASES is unset' };
const tasks = join(cases ?? '', 'tasks');

interface Answer {
  readonly ready_if_unknown_dep_blocks: readonly string[];
  readonly ready_if_unknown_dep_ignored: readonly string[];
  readonly runnable_eventually_unknown_ignored: number;
  readonly runnable_eventually_unknown_blocks: number;
}

const answerOf = (name: string): Answer => {
  const all = JSON.parse(readFileSync(join(tasks, 'ready-sets.json'), 'utf8')) as Record<string, Answer>;
  const found = Object.entries(all).find(([key]) => key.startsWith(name));
  assert.ok(found, `no answer for ${name}`);
  return found[1];
};

const read = (type: FileSourceType, path: string): Promise<SourceWorks> =>
  readSources(
    { sources: [{ type, path }], exclude: [] },
    { cwd: tasks, root: tasks, patterns: [], openNetwork: noNetwork },
  );

/** With unknown dependencies left out, and with them in the way. */
const readyOf = (works: readonly Work[]) => {
  const ids = new Set<string>(works.map(({ id }) => id));
  const ready = (isMet: (id: string) => boolean): readonly string[] =>
    works.flatMap(({ id, dependencies }) => (dependencies.every(isMet) ? [id] : [])).sort();
  return { ignored: ready((id) => !ids.has(id)), blocks: ready(() => false) };
};

const lists: readonly (readonly [answer: string, type: FileSourceType, path: string])[] = [
  ['gastown', 'beads', 'beads/steveyegge-gastown.issues.jsonl'],
  ['taskmaster', 'taskmaster', 'taskmaster/AlexKucera-obsidian-typst-pdf-export.tasks.json'],
  ['ccpm client-hub', 'ccpm', 'ccpm/client-hub'],
  ['ccpm project-setup', 'ccpm', 'ccpm/project-setup'],
];

for (const [name, type, path] of lists)
  test(
    `${name}: the works that are ready at once, and the number that can ever run, are the known ones`,
    options,
    async () => {
      const answer = answerOf(name);
      const { works } = await read(type, path);
      const ready = readyOf(works);
      assert.deepEqual(ready.ignored, [...answer.ready_if_unknown_dep_ignored].sort());
      assert.deepEqual(ready.blocks, [...answer.ready_if_unknown_dep_blocks].sort());
      assert.equal(works.length, answer.runnable_eventually_unknown_ignored);
    },
  );

test('beads: a claim that holds up a chain is named, with what it holds up and how to end it', options, async () => {
  const { warnings, notices } = await read('beads', 'beads/steveyegge-gastown.issues.jsonl');
  const claim = warnings.find((warning) => warning.startsWith('gt-wisp-zc6gi ')) ?? '';
  assert.match(
    claim,
    /is in_progress by gastown\/polecats\/furiosa since 2026-02-28 \(if nobody works on it: bd update/,
  );
  assert.match(claim, /gt-wisp-jvhvm, gt-wisp-9a04v, gt-wisp-quc9h, gt-wisp-cy6kt, gt-wisp-x4n6r$/);
  assert.ok(
    notices.some((notice) => notice.includes('211 × epic, 1 × convoy, 21 × agent')),
    notices.join('\n'),
  );
});

test('spec-kit: every open task of six features, and no chain of all', options, async () => {
  const { works, warnings } = await read('speckit', 'spec-kit');
  assert.equal(works.length, 83);
  assert.deepEqual(warnings, []);
  const session = works.filter(({ id }) => id.startsWith('001-lightsession-chatgpt-'));
  assert.equal(session.length, 77);
  const depth = levels(
    session.map(({ id }) => id),
    (id) => session.find((work) => work.id === id)?.dependencies ?? [],
  );
  const deepest = Math.max(...depth.values());
  assert.ok(deepest < 50, `${deepest} levels for ${session.length} tasks`);
  const waits = (id: string): readonly string[] =>
    (session.find((work) => work.id === `001-lightsession-chatgpt-${id}`)?.dependencies ?? []).map((each) =>
      each.slice(-4),
    );
  assert.deepEqual(waits('T001'), []);
  assert.deepEqual(waits('T003'), ['T001']);
  assert.deepEqual(waits('T015'), waits('T016'));
});

test('backlog: prefixes and case that differ between definition and use are seen through', options, async () => {
  const { works, warnings } = await read('backlog', 'backlog-md');
  assert.equal(works.length, 20);
  assert.deepEqual(warnings, []);
  assert.deepEqual(works.find(({ id }) => id === 'BACK-544')?.dependencies, ['BACK-543']);
});

test('catalogue: every product with its brand, and files of products that it does not have', options, async () => {
  const { works, notices, warnings } = await read('catalog', 'catalogue');
  assert.equal(works.length, 342);
  assert.deepEqual(warnings, []);
  const first = works.find(({ id }) => id === 'mouse-alienware-aw610m');
  assert.deepEqual([first?.group, first?.title], ['Alienware', 'Alienware AW610M']);
  assert.deepEqual(
    [first?.params['category'], first?.params['variant'], first?.params['product_file']],
    ['mouse', '', 'catalogue/mouse-products/mouse-alienware-aw610m.json'],
  );
  assert.match(notices.join('\n'), /^\d+ product files are not in the catalogue and left out/m);
});
