/** Instants as people read them. Durations are `view/duration.ts`. */
import { formatDurationBriefly } from '../../view/duration.ts';

/** `3h ago`, `just now`; ISO 8601 in. */
export const agoWords = (at: string, now: number): string => {
  const ms = now - Date.parse(at);
  return ms < 5000 ? 'just now' : `${formatDurationBriefly(ms)} ago`;
};

const clock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
const whole = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' });

/** `14:03:12`, in the person's own zone. */
export const clockWords = (at: string | number): string => clock.format(new Date(at));

/** Date and time, in the person's own zone. */
export const dateWords = (at: string): string => whole.format(new Date(at));
