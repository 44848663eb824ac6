/** The builder's selection: what travels and what is drawn are the same choice, whatever is done to it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { makeSelector, type SelectionRule } from '../../src/protocol/selection.ts';
import {
  applyRule,
  chooseAll,
  chooseBy,
  chooseNone,
  invertChosen,
  setPlaces,
  type Chosen,
} from '../../src/web/builder/chosen.ts';

const makeWorks = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    id: `w${i}`,
    title: `title ${i % 10}`,
    group: i % 4 === 0 ? null : `g${i % 4}`,
    model: i % 3 === 0 ? null : `m${i % 3}`,
    variant: i % 2 === 0 ? null : 'v',
  }));

const works = makeWorks(60);

/** What the server would find from the selection alone. */
const found = (chosen: Chosen): readonly number[] => {
  const isChosen = makeSelector(chosen.selection);
  return works.map((work) => (isChosen(work) ? 1 : 0));
};

const filter = fc.oneof(
  fc.record({ text: fc.constantFrom('title 3', 'g1', 'w1 v', 'nothing of it') }),
  fc.record({ groups: fc.subarray(['', 'g1', 'g2', 'g3'], { minLength: 1 }) }),
  fc.record({ models: fc.subarray(['', 'm1', 'm2'], { minLength: 1 }), variants: fc.constant(['v']) }),
);

const step = fc.oneof(
  fc.constant((): Chosen => chooseAll(works)),
  fc.constant((): Chosen => chooseNone(works)),
  fc.option(filter).map((one) => (chosen: Chosen) => invertChosen(works, chosen, one)),
  fc
    .record({ set: fc.constantFrom<SelectionRule['set'][]>('include', 'exclude', 'invert'), filter })
    .map((rule) => (chosen: Chosen) => applyRule(works, chosen, rule)),
  fc.tuple(fc.array(fc.nat(59), { maxLength: 40 }), fc.boolean()).map(
    ([places, isWanted]) =>
      (chosen: Chosen) =>
        setPlaces(works, chosen, places, isWanted),
  ),
);

describe('what is chosen in the builder', () => {
  it('is the same in the rows that are drawn and in the selection that is sent, after any steps', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let chosen = chooseNone(works);
        for (const next of steps) {
          chosen = next(chosen);
          assert.deepEqual([...chosen.bits], found(chosen));
          assert.equal(chosen.count, found(chosen).filter((bit) => bit === 1).length);
        }
      }),
    );
  });

  it('is read back from what was kept, less works that are gone', () => {
    const before = setPlaces(works, chooseNone(works), [1, 2, 59], true);
    const after = chooseBy(works.slice(0, 10), before.selection);
    assert.equal(after.count, 2);
    assert.deepEqual(after.selection.exceptions, ['w1', 'w2']);
  });

  it('travels in a few bytes: a rule for a group, no list of its works', () => {
    const many = makeWorks(50_000);
    const chosen = applyRule(many, chooseAll(many), { set: 'exclude', filter: { groups: ['g1'] } });
    assert.equal(chosen.count, 37_500);
    assert.ok(JSON.stringify(invertChosen(many, chosen, null).selection).length < 200);
  });

  it('is written anew when exceptions are more than half of the works', () => {
    const groupOne = works.flatMap(({ group }, i) => (group === 'g1' || group === 'g2' || group === 'g3' ? [i] : []));
    const chosen = setPlaces(works, chooseNone(works), groupOne, true);
    assert.deepEqual(chosen.selection.exceptions, []);
    assert.deepEqual([...chosen.bits], found(chosen));
  });
});
