/** Which events a person wants to be told of, and whether what they said still holds. */
import type { Event } from './event.ts';
import type { BatchState } from './state.ts';
import type { WorkId } from './work.ts';

/** What an event gives reason to tell; null for nearly all of them. An end is about no single work. */
export type Tidings =
  | { readonly kind: 'end' }
  | { readonly kind: 'failure'; readonly id: WorkId }
  | { readonly kind: 'attention'; readonly id: WorkId };

export const tidingsOf = (event: Event): Tidings | null => {
  switch (event.type) {
    case 'batch_completed':
    case 'batch_stopped':
      return { kind: 'end' };
    case 'work_failed':
      return { kind: 'failure', id: event.id };
    case 'attention_changed':
      return event.question === null ? null : { kind: 'attention', id: event.id };
    case 'work_stopped':
      return event.cause.kind === 'blocked' ? { kind: 'attention', id: event.id } : null;
    default:
      return null;
  }
};

/** Whether the batch is over, and nobody has made it go on. */
export const isEnded = ({ batch }: BatchState): boolean => batch.status === 'completed' || batch.status === 'stopped';

/** Whether a work is still failed. */
export const isStillFailed = (state: BatchState, id: WorkId): boolean => recordOf(state, id)?.status === 'failed';

/** What a work asks of a person, null if it asks nothing any more. */
export const questionOf = (state: BatchState, id: WorkId): string | null => {
  const record = recordOf(state, id);
  if (record?.status === 'running') return record.attention?.question ?? null;
  return record?.status === 'stopped' && record.cause.kind === 'blocked' ? record.cause.question : null;
};

const recordOf = ({ records, relations }: BatchState, id: WorkId) => records[relations.indexOf.get(id) ?? -1]?.state;
