/** Schedules and readings by chance: what `create --append` may never do. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { givenFields, isSame } from '../../src/core/compare-works.ts';
import { asWorkId, type Schedule, type Work } from '../../src/core/work.ts';
import { joinWorks, type Joining } from '../../src/client/join-works.ts';
import { completeWork } from '../../src/protocol/schedule.ts';

type State = Pick<Schedule, 'works' | 'readings'>;

const letter = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
/** One file of a folder: its name, the id that it gives, what it says. Names are distinct; ids may not be. */
const read = fc
  .uniqueArray(
    fc.record({
      file: letter,
      id: fc.constantFrom('a', 'b', 'c', 'A', 'a-2'),
      folder: fc.constantFrom('x', 'y'),
      title: letter,
      priority: fc.integer({ min: 1, max: 3 }),
      dependencies: fc.uniqueArray(fc.constantFrom('a', 'b', '07', 'gone'), { maxLength: 2 }),
    }),
    { selector: ({ file, folder }) => `${folder}/${file}`, maxLength: 8 },
  )
  .map((files) => {
    const taken = new Set<string>();
    const free = files.filter(({ id }) => !taken.has(id.toLowerCase()) && taken.add(id.toLowerCase()));
    return free.map(({ file, folder, ...given }) =>
      completeWork({
        ...given,
        id: asWorkId(given.id),
        dependencies: given.dependencies.map(asWorkId),
        source: { type: 'markdown', ref: `${folder}/${file}.md` },
      }),
    );
  });
const marks = fc.constantFrom(['x'], ['y'], ['x', 'y']);
const step = fc.record({ read, marks, prune: fc.boolean(), edit: fc.record({ at: fc.nat(5), title: letter }) });

const joining = (given: Pick<Joining, 'read' | 'prune'>, list: readonly string[]): Joining => ({
  ...given,
  // A folder that is not read gives nothing.
  read: given.read.filter(({ source }) => list.includes(source.ref[0] as string)),
  marks: new Map([['markdown', list]]),
  running: new Set(),
  delivered: new Set(),
});
const fold = ({ id }: Work): string => id.toLowerCase();

describe('works that join a schedule, again and again', () => {
  test('are never lost without a wish, have distinct ids, and keep what a person edited', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 6 }), (steps) => {
        let state: State = { works: [], readings: {} };
        for (const { edit, ...given } of steps) {
          const wish = joining(given, given.marks);
          const before = state.works.map((work, i) =>
            i === edit.at ? { ...work, title: `mine ${edit.title}` } : work,
          );
          const joined = joinWorks({ ...state, works: before }, wish);
          const ids = joined.works.map(fold);
          assert.equal(new Set(ids).size, ids.length);
          for (const work of before) {
            const now = joined.works.find((each) => fold(each) === fold(work));
            if (now === undefined) {
              assert.ok(given.prune, `${work.id} was taken out without a wish`);
              assert.ok(!wish.read.some(({ source }) => source.ref === work.source.ref), `${work.id} is there still`);
            } else if (work.title.startsWith('mine')) assert.equal(now.title, work.title);
          }
          for (const { source } of wish.read)
            assert.equal(joined.works.filter((each) => each.source.ref === source.ref).length, 1, source.ref);
          state = joined;
        }
      }),
    );
  });

  test('change nothing when they are read a second time, edited or not', () => {
    fc.assert(
      fc.property(read, fc.nat(5), letter, (works, at, title) => {
        const wish = joining({ read: works, prune: true }, ['x', 'y']);
        const first = joinWorks({ works: [], readings: {} }, wish);
        const edited = first.works.map((work, i) => (i === at ? { ...work, title, priority: 9 } : work));
        const second = joinWorks({ works: edited, readings: first.readings }, wish);
        assert.deepEqual(second.works, edited);
        assert.deepEqual(second.readings, first.readings);
        assert.deepEqual(second.keptEdits, []);
      }),
    );
  });

  test('are as the source says in every field that nobody edited', () => {
    fc.assert(
      fc.property(read, read, (earlier, now) => {
        const first = joinWorks({ works: [], readings: {} }, joining({ read: earlier, prune: false }, ['x', 'y']));
        const { works } = joinWorks(first, joining({ read: now, prune: false }, ['x', 'y']));
        for (const source of now) {
          const work = works.find((each) => each.source.ref === source.source.ref) as Work;
          // References follow the ids that works have here.
          const fields = givenFields.filter((field) => field !== 'dependencies');
          for (const field of fields) assert.ok(isSame(work[field], source[field]), `${work.id} ${field}`);
        }
      }),
    );
  });
});

describe('pruning', () => {
  const work = (id: string): Work =>
    completeWork({ id: asWorkId(id), source: { type: 'markdown', ref: `x/${id}.md` } });
  const first = joinWorks(
    { works: [completeWork({ id: asWorkId('by-hand') })], readings: {} },
    joining({ read: [work('a'), work('b')], prune: false }, ['x']),
  );

  test('leaves what runs, what was put in by hand, and what was read by other queries', () => {
    const wish = { ...joining({ read: [], prune: true }, ['x']), running: new Set(['b']) };
    assert.deepEqual(joinWorks(first, wish).works.map(fold), ['by-hand', 'b']);
    assert.deepEqual(joinWorks(first, wish).vanished.map(fold), ['b']);
    const other = {
      ...wish,
      marks: new Map([
        ['markdown', ['z']],
        ['github', ['x']],
      ]),
    };
    assert.deepEqual(joinWorks(first, other).works, first.works);
  });

  test('knows a schedule without readings no source of, and takes nothing out of it', () => {
    const { works } = joinWorks({ works: first.works }, joining({ read: [work('a')], prune: true }, ['x']));
    assert.deepEqual(works.map(fold), ['by-hand', 'a', 'b']);
  });
});
