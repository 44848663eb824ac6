import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { press } from '../../src/dashboard/press.ts';
import type { Key } from '../../src/dashboard/keys.ts';
import { firstUi, topOf, type Shown, type Ui } from '../../src/dashboard/ui.ts';
import { makePanel } from '../../src/view/panel.ts';
import { makeBusy, statusOf } from './scenes.ts';

const { batch, pulses } = makeBusy(40);
const { items } = makePanel({ status: statusOf(batch, pulses), state: batch.state, now: batch.now, filter: '' });
const shown: Shown = { items, height: 10, scrollable: 7 };
const type = (ui: Ui, ...keys: readonly Key[]): Ui => keys.reduce((at, key) => press(at, key, shown).ui, ui);
const wishOf = (ui: Ui, key: Key) => press(ui, key, shown).wish;
const letter = (text: string): Key => ({ text });

describe('the keys of the panel', () => {
  it('the choice stays in the list, and the list moves as little as shows it', () => {
    assert.equal(type(firstUi, 'up').chosen, items[0]?.id);
    const last = type(firstUi, 'end', 'down');
    assert.deepEqual([last.chosen, last.top], [items.at(-1)?.id, 30]);
    assert.equal(type(last, 'up', 'up').top, 30);
    assert.equal(type(firstUi, ...Array.from({ length: 10 }, (): Key => 'down')).top, 1);
    assert.equal(topOf({ ...last, chosen: 'is gone' }, items, 10), 0);
  });

  it('a page scrolls no further than it reaches, a log upwards from its end', () => {
    const page = type(firstUi, 'enter', 'end');
    assert.deepEqual(page.view, { kind: 'work', id: items[0]?.id, scroll: 7 });
    assert.deepEqual(type(page, letter('l'), 'up').view, { kind: 'log', id: items[0]?.id, scroll: 1 });
    assert.deepEqual(type(page, letter('q')).view, { kind: 'list' });
  });

  it('Ctrl+C means the same in every view and prompt, and no letter of a prompt is a command', () => {
    for (const ui of [firstUi, type(firstUi, letter('/')), type(firstUi, letter('s')), type(firstUi, letter('?'))])
      assert.deepEqual(wishOf(ui, 'ctrl+c'), { kind: 'interrupt' });
    assert.equal(wishOf(type(firstUi, letter('/')), letter('q')), null);
    assert.equal(type(firstUi, letter('/'), letter('q'), letter('部')).filter, 'q部');
    assert.equal(type(firstUi, letter('/'), letter('q'), 'escape').filter, '');
  });

  it('only y stops the batch, only w the work that is named', () => {
    const asked = type(firstUi, letter('s'));
    assert.deepEqual(wishOf(asked, letter('y')), { kind: 'stop', id: null });
    assert.deepEqual(wishOf(asked, letter('w')), { kind: 'stop', id: items[0]?.id });
    for (const key of [letter('n'), letter('Y'), letter('q'), 'enter', 'escape'] as const) {
      assert.equal(wishOf(asked, key), null);
      assert.equal(type(asked, key).prompt, null);
    }
  });
});
