/** The activity feed: what changed lately, with the state before and after. */
import { changeOf, subjectOf, type Change } from '../core/change.ts';
import type { Event } from '../core/event.ts';
import { describeEvent } from './event.ts';

/** One entry of `activity` in `status --json`. */
export interface Activity {
  readonly seq: number;
  readonly at: string;
  /** The work; null for the batch. */
  readonly id: string | null;
  readonly actor: string;
  /** The state before; null where these events do not tell it. */
  readonly before: string | null;
  /** The state after; equal to `before` if the event changes none. */
  readonly after: string | null;
  readonly text: string;
}

/** The events that a person sees, in their order, oldest first. */
export const makeActivity = (events: readonly Event[]): readonly Activity[] => {
  const known = new Map<string, string>();
  return events.flatMap((event): Activity[] => {
    const key = subjectOf(event);
    const { before, after } = recorded(event) ?? changeOf(event, known.get(key) ?? null);
    if (after !== null) known.set(key, after);
    const words = describeEvent(event);
    if (words === null) return [];
    return [{ seq: event.seq, at: event.at, id: words.id, actor: event.actor, before, after, text: words.text }];
  });
};

/** The change that the journal's line itself tells; older journals have none. */
const recorded = ({ before, after }: Event): Change | null =>
  isState(before) && isState(after) ? { before, after } : null;

const states: ReadonlySet<unknown> = new Set([
  null,
  'queued',
  'running',
  'completed',
  'failed',
  'skipped',
  'stopped',
  'planned',
  'paused',
  'stopping',
]);

/** Nobody checks these members when the line is read, since no state is made of them. */
const isState = (value: unknown): value is string | null => states.has(value);
