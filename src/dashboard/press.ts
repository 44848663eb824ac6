/** What each key does. */
import type { ItemStatus } from '../view/status.ts';
import type { Key } from './keys.ts';
import { pressInPrompt } from './press-prompt.ts';
import { rowOf, topOf, workOf, type Pressed, type Shown, type Ui, type Wish } from './ui.ts';

export const press = (before: Ui, key: Key, shown: Shown): Pressed => {
  const ui = { ...before, message: null };
  if (key === 'ctrl+c') return { ui: { ...ui, prompt: null }, wish: { kind: 'interrupt' } };
  if (key === 'ctrl+z') return { ui, wish: { kind: 'suspend' } };
  if (key === 'ctrl+l') return { ui, wish: { kind: 'redraw' } };
  if (ui.prompt !== null) return pressInPrompt(ui, ui.prompt, key);
  const name = typeof key === 'string' ? key : key.text;
  return pressForWork(ui, name, shown) ?? (ui.view.kind === 'list' ? pressInList : pressInPage)(ui, name, shown);
};

const only = (ui: Ui): Pressed => ({ ui, wish: null });
const wishing = (ui: Ui, wish: Wish): Pressed => ({ ui, wish });

/** Keys that mean the same wherever a work is in sight; null for others. */
const pressForWork = (ui: Ui, name: string, { items }: Shown): Pressed | null => {
  const work = workOf(ui, items);
  switch (name) {
    case '?':
      return only({ ...ui, view: { kind: 'help', scroll: 0 } });
    case 'p':
      return wishing(ui, { kind: 'pause or resume' });
    case 's':
      return only({ ...ui, prompt: { kind: 'stop', id: work?.id ?? null } });
    case 'a':
      return work === null ? only(ui) : wishing(ui, { kind: 'attach', id: work.id });
    case 'l':
      return work === null ? only(ui) : only({ ...ui, view: { kind: 'log', id: work.id, scroll: 0 } });
    case 'r':
      return work === null ? only(ui) : retry(ui, work);
    default:
      return null;
  }
};

/** A blocked work goes on with an answer. */
const retry = (ui: Ui, { id, state, needs_attention }: ItemStatus): Pressed =>
  needs_attention !== null && state === 'stopped'
    ? only({ ...ui, prompt: { kind: 'answer', id, text: '' } })
    : wishing(ui, { kind: 'retry', id, answer: null });

const pressInList = (ui: Ui, name: string, shown: Shown): Pressed => {
  const { items, height } = shown;
  switch (name) {
    case 'q':
      return wishing(ui, { kind: 'leave' });
    case 'escape':
      return only({ ...ui, filter: '', chosen: null, top: 0 });
    case '/':
      return only({ ...ui, prompt: { kind: 'filter', text: ui.filter, before: ui.filter } });
    case 'enter':
    case 'right': {
      const work = workOf(ui, items);
      return only(work === null ? ui : { ...ui, chosen: work.id, view: { kind: 'work', id: work.id, scroll: 0 } });
    }
    default: {
      const step = stepOf(name, height);
      return only(step === null ? ui : choose(ui, shown, rowOf(ui, items) + step));
    }
  }
};

const choose = (ui: Ui, { items, height }: Shown, row: number): Ui => {
  const chosen = items[Math.max(0, Math.min(items.length - 1, row))]?.id ?? null;
  const moved = { ...ui, chosen };
  return { ...moved, top: topOf(moved, items, height) };
};

/** Rows down, for keys that move; null for others. */
const stepOf = (name: string, height: number): number | null => {
  switch (name) {
    case 'down':
    case 'j':
      return 1;
    case 'up':
    case 'k':
      return -1;
    case 'pagedown':
    case ' ':
      return height;
    case 'pageup':
    case 'b':
      return -height;
    case 'home':
    case 'g':
      return -Infinity;
    case 'end':
    case 'G':
      return Infinity;
    default:
      return null;
  }
};

/** In a page `q` goes back; in the list it leaves. */
const pressInPage = (ui: Ui, name: string, { height, scrollable }: Shown): Pressed => {
  const { view } = ui;
  if (view.kind === 'list') return only(ui);
  switch (name) {
    case 'q':
    case 'escape':
    case 'left':
    case 'backspace':
      return only({ ...ui, view: { kind: 'list' } });
    case 'enter':
      return only({ ...ui, view: view.kind === 'log' ? { kind: 'work', id: view.id, scroll: 0 } : { kind: 'list' } });
    default: {
      const step = stepOf(name, height);
      if (step === null) return only(ui);
      // A log is read from its end.
      const scroll = Math.max(0, Math.min(scrollable, view.scroll + (view.kind === 'log' ? -step : step)));
      return only({ ...ui, view: { ...view, scroll } });
    }
  }
};
