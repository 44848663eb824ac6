/** What `create` warns of: works that are gone from their source, and edits by hand that stay or go. */
import type { Changes, GivenField } from '../core/compare-works.ts';
import type { Schedule, WorkId } from '../core/work.ts';
import { clip } from '../view/clean.ts';
import { describeValue } from '../view/work-fields.ts';
import { editsOf, type Joined, type KeptEdit } from './join-works.ts';

/** Works named one by one; the others are counted. */
const named = 20;

export const vanishedWarnings = (
  { vanished }: Pick<Joined, 'vanished'>,
  { prune }: { readonly prune: boolean },
): readonly string[] =>
  clipped(
    vanished.map(({ id, source }) =>
      prune
        ? `${id} is not pruned: it is running`
        : `${id} is no open work of its source any more (${clip(source.ref, 80)}); it stays, --prune takes it out`,
    ),
    'are no open works of their sources any more; they stay',
  );

export const describeKeptEdit = ({ id, field, kept, source }: KeptEdit): string =>
  field === 'body'
    ? `${id}: your body stays, though its source has another one now`
    : `${id}: your ${field} stays (${describeValue(kept[field])}), though its source says ${describeValue(source[field])} now`;

/** What was changed by hand and goes, as the schedule is replaced. */
export const replacedWarnings = (old: Schedule, next: Schedule, { changed }: Changes): readonly string[] => {
  const edits: ReadonlyMap<WorkId, ReadonlySet<GivenField>> = changed.length === 0 ? new Map() : editsOf(old);
  const lost = changed.flatMap(({ before, fields }) => {
    const gone = fields.filter((field) => edits.get(before.id)?.has(field));
    return gone.length === 0
      ? []
      : [`${before.id}: ${gone.join(', ')} as edited by hand is replaced; --append keeps edits`];
  });
  return [...clipped(lost, 'lose edits by hand'), ...groupWarnings(old, next)];
};

const groupWarnings = ({ groups }: Schedule, next: Schedule): readonly string[] => {
  if (JSON.stringify(groups) === JSON.stringify(next.groups)) return [];
  const words = [
    ...(groups.order.length > 0 ? [`--group ${groups.order.join(',')}`] : []),
    ...(groups.pinned.length > 0 ? [`--pin ${groups.pinned.join(',')}`] : []),
  ];
  return [`the order of groups goes with the old schedule; again: wf0-schedule order ${clip(words.join(' '), 300)}`];
};

export const countChanges = ({ added, removed, changed }: Changes): number =>
  added.length + removed.length + changed.length;

const clipped = (sentences: readonly string[], what: string): readonly string[] => {
  const more = sentences.length - named;
  return more > 0 ? [...sentences.slice(0, named), `${more} more works ${what}`] : sentences;
};
