/** The plain lines of follow mode, where standard output is no terminal: one line a change. */
import type { Event } from '../core/event.ts';
import { describeEvent } from './event.ts';

/** Turns an event's `at` into the time that is shown. */
export type TimeOf = (at: string) => string;

/** `12:03:04 02-api running wf2-spec`, or null for an event that a person need not see. Times are UTC by default. */
export const eventLine = (event: Event, timeOf: TimeOf = utcTime): string | null => {
  const words = describeEvent(event);
  if (words === null) return null;
  return words.id === null ? `${timeOf(event.at)} ${words.text}` : `${timeOf(event.at)} ${words.id} ${words.text}`;
};

const utcTime: TimeOf = (at) => at.slice(11, 19);
