/** What the operator has chosen so far, kept in this browser so that a reload loses nothing. One draft a repository. */
import type { Selection } from '../../protocol/selection.ts';
import type { GroupWish } from './group-cards.ts';

export interface Options {
  /** Null: the schedule's own number of workers. */
  readonly parallel: number | 'auto' | null;
  /** Null: each work's own. */
  readonly workflow: string | null;
  readonly rerun: boolean;
}

export interface Draft {
  readonly selection: Selection;
  /** Null: that of the schedule. */
  readonly wish: GroupWish | null;
  readonly options: Options;
}

export const noOptions: Options = { parallel: null, workflow: null, rerun: false };

const version = 1;
const keyOf = (root: string): string => `wf0-batch draft ${root}`;

/** The draft of a repository; null where there is none, or none that this version can read. */
export const readDraft = (root: string): Draft | null => {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(keyOf(root)) ?? 'null');
    return isDraft(kept) ? { selection: kept.selection, wish: kept.wish, options: kept.options } : null;
  } catch {
    return null; // private mode, or written by something else: the page works without
  }
};

export const writeDraft = (root: string, draft: Draft): void => {
  try {
    localStorage.setItem(keyOf(root), JSON.stringify({ version, ...draft }));
  } catch {
    // full or forbidden: the draft lives as long as the page
  }
};

const isDraft = (value: unknown): value is Draft => {
  const draft = value as (Draft & { readonly version?: number }) | null;
  return (
    draft !== null &&
    typeof draft === 'object' &&
    draft.version === version &&
    (draft.selection?.base === 'all' || draft.selection?.base === 'none') &&
    Array.isArray(draft.selection.rules) &&
    Array.isArray(draft.selection.exceptions) &&
    (draft.wish === null || Array.isArray(draft.wish?.order)) &&
    typeof draft.options?.rerun === 'boolean'
  );
};
