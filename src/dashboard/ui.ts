/** What the person at the panel has chosen: a value; `press` gives the next one. */
import type { Style } from '../view/line.ts';
import type { ItemStatus } from '../view/status.ts';

export type View =
  /** All works. */
  | { readonly kind: 'list' }
  /** One work: stages, places, error, output. */
  | { readonly kind: 'work'; readonly id: string; readonly scroll: number }
  /** Its log; `scroll` counts lines upwards from the newest. */
  | { readonly kind: 'log'; readonly id: string; readonly scroll: number }
  /** The keys. */
  | { readonly kind: 'help'; readonly scroll: number };

export type Prompt =
  /** Letters go into the filter. */
  | { readonly kind: 'filter'; readonly text: string; readonly before: string }
  /** Letters go into the answer to a work's question. */
  | { readonly kind: 'answer'; readonly text: string; readonly id: string }
  /** The next key says what is stopped. */
  | { readonly kind: 'stop'; readonly id: string | null };

export interface Ui {
  readonly view: View;
  /** The id of the chosen work; null stands for the first row, whichever that is. */
  readonly chosen: string | null;
  /** The first row of the list that is shown. */
  readonly top: number;
  readonly filter: string;
  readonly prompt: Prompt | null;
  /** One line at the bottom, until the next key. */
  readonly message: { readonly text: string; readonly style: Style } | null;
}

export const firstUi: Ui = {
  ...{ view: { kind: 'list' }, chosen: null, top: 0, filter: '', prompt: null, message: null },
};

/** What a key asks of the world. */
export type Wish =
  | { readonly kind: 'leave' }
  | { readonly kind: 'interrupt' }
  | { readonly kind: 'suspend' }
  | { readonly kind: 'redraw' }
  | { readonly kind: 'attach'; readonly id: string }
  | { readonly kind: 'pause or resume' }
  | { readonly kind: 'stop'; readonly id: string | null }
  | { readonly kind: 'retry'; readonly id: string; readonly answer: string | null };

/** What the keys need to know of what is shown. */
export interface Shown {
  /** In the order of the list. */
  readonly items: readonly ItemStatus[];
  /** Rows of the list that fit. */
  readonly height: number;
  /** By how many lines a page may be scrolled. */
  readonly scrollable: number;
}

export interface Pressed {
  readonly ui: Ui;
  readonly wish: Wish | null;
}

/** The work that keys are about: that of the page, else the chosen row, else the first. */
export const workOf = ({ view, chosen }: Ui, items: readonly ItemStatus[]): ItemStatus | null => {
  const id = view.kind === 'work' || view.kind === 'log' ? view.id : chosen;
  return items.find((item) => item.id === id) ?? (view.kind === 'list' ? (items[0] ?? null) : null);
};

/** Where the chosen work stands in the list; 0 if it is not there. */
export const rowOf = ({ chosen }: Ui, items: readonly ItemStatus[]): number =>
  Math.max(0, chosen === null ? 0 : items.findIndex(({ id }) => id === chosen));

/** The list's first row, moved as little as shows the chosen one. */
export const topOf = (ui: Ui, items: readonly ItemStatus[], height: number): number => {
  const row = rowOf(ui, items);
  const top = Math.min(ui.top, Math.max(0, items.length - height));
  return Math.max(0, Math.min(Math.max(top, row - height + 1), row));
};
