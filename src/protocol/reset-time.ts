/**
 * When a quota is free again, in the words of those who hit it.
 *
 * Known forms: `retry-after: 120`, `try again in 3 hours 25 minutes`, `in 34.07s`, `limit reached|1735689600`,
 * `resets at 2026-01-31T15:00:00Z`, `resets 2am (Europe/Berlin)`, `resets Oct 9 at 10:30am (UTC)`, `try again at 17:05`.
 * A time of the day without a zone is in the zone of this process.
 */

/** A text that names a later time is not believed: a weekly limit is the longest that there is. */
const longestMs = 8 * 86_400_000;

/** The first time that the text names, in milliseconds since the epoch, if it lies in the next eight days; else null. */
export const findResetTime = (text: string, now: number): number | null => {
  for (const read of readers) {
    const time = read(text, now);
    if (time !== null && time > now && time <= now + longestMs) return Math.ceil(time);
  }
  return null;
};

type Reader = (text: string, now: number) => number | null;

const readIso: Reader = (text) => {
  const found = /\b(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)\s?(Z|UTC|[+-]\d\d:?\d\d)/.exec(text);
  if (found === null) return null;
  const zone = found[2] === 'UTC' ? 'Z' : found[2];
  return numberOrNull(Date.parse(`${found[1]?.replace(' ', 'T')}${zone}`));
};

const readEpoch: Reader = (text) => {
  const found = /\b(?:limit reached\||resets?(?:[_ -]?(?:at|time))?["']?\s*[:=]\s*["']?)(\d{10}|\d{13})\b/i.exec(
    text,
  )?.[1];
  if (found === undefined) return null;
  return found.length === 13 ? Number(found) : Number(found) * 1000;
};

const readHeader: Reader = (text, now) => {
  const seconds = /\bretry[- ]after["']?\s*[:=]?\s*["']?(\d+(?:\.\d+)?)(?=\s*(?:s|sec|secs|seconds?)?\b)/i.exec(
    text,
  )?.[1];
  return seconds === undefined ? null : now + Number(seconds) * 1000;
};

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const unit = '(?:ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?)(?![a-z])';
const span = new RegExp(
  `\\b(?:again|retry|wait|resets?|available|back)\\b[^.\\n]{0,30}?\\b(?:in|for|after)\\s+((?:\\d+(?:\\.\\d+)?\\s*${unit}(?:,? and |,? )?)+)`,
  'i',
);

/** `ms` and the first letter of the other words tell the units apart. */
const toUnit = (word: string): string => (/^(ms|milli)/i.test(word) ? 'ms' : (word[0] ?? '').toLowerCase());

const readSpan: Reader = (text, now) => {
  const words = span.exec(text)?.[1];
  if (words === undefined) return null;
  const parts = [...words.matchAll(new RegExp(`(\\d+(?:\\.\\d+)?)\\s*(${unit})`, 'gi'))];
  return now + parts.reduce((sum, [, count, word]) => sum + Number(count) * (unitMs[toUnit(word ?? '')] ?? 0), 0);
};

const clock = new RegExp(
  '\\b(?:resets?|again|available|until)\\b[^\\n]{0,20}?' +
    '(?:\\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* (\\d{1,2})(?:st|nd|rd|th)?,?(?: \\d{4},?)?(?: at)? )?' +
    '\\b(\\d{1,2})(?::(\\d\\d))?\\s?(am|pm)?\\b(?:\\s*\\(?([A-Z][A-Za-z_]+/[A-Za-z_/]+|UTC|GMT)\\)?)?',
  'i',
);
const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** `2am (Europe/Berlin)`: the next time that clocks there show this. A bare number is none. */
const readClock: Reader = (text, now) => {
  const [, month, day, hourText, minuteText, half, zone] = clock.exec(text) ?? [];
  if (hourText === undefined || (minuteText === undefined && half === undefined)) return null;
  const hour = toHour(Number(hourText), half?.toLowerCase());
  const minute = Number(minuteText ?? 0);
  if (hour > 23 || minute > 59) return null;
  const wanted = month === undefined ? null : { month: months.indexOf(month.toLowerCase()) + 1, day: Number(day) };
  return nextTime({ hour, minute, day: wanted }, zone, now);
};

const toHour = (hour: number, half: string | undefined): number =>
  half === undefined ? hour : hour > 12 ? 99 : (hour % 12) + (half === 'pm' ? 12 : 0);

interface WallTime {
  readonly hour: number;
  readonly minute: number;
  readonly day: { readonly month: number; readonly day: number } | null;
}

/** The first minute after `now` at which a clock of the zone shows this; null for an unknown zone. */
const nextTime = (wanted: WallTime, zone: string | undefined, now: number): number | null => {
  const show = clockOf(zone);
  if (show === null) return null;
  const quarterMs = 15 * 60_000;
  // Offsets of zones are whole quarters of an hour, so that the minute is the same everywhere up to a quarter.
  const first = Math.ceil((now + 1) / quarterMs) * quarterMs + (wanted.minute % 15) * 60_000 - quarterMs;
  for (let time = first; time <= now + longestMs + quarterMs; time += quarterMs) {
    const shown = show(time);
    const isDay = wanted.day === null || (shown.month === wanted.day.month && shown.day === wanted.day.day);
    if (time > now && isDay && shown.hour === wanted.hour && shown.minute === wanted.minute) return time;
  }
  return null;
};

type ShownTime = Readonly<Record<'month' | 'day' | 'hour' | 'minute', number>>;

const clockOf = (zone: string | undefined): ((time: number) => ShownTime) | null => {
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone === undefined ? undefined : /^(utc|gmt)$/i.test(zone) ? 'UTC' : zone,
      hourCycle: 'h23',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    });
    return (time) => {
      const parts = new Map(format.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
      const part = (name: 'month' | 'day' | 'hour' | 'minute'): number => parts.get(name) ?? -1;
      return { month: part('month'), day: part('day'), hour: part('hour'), minute: part('minute') };
    };
  } catch {
    return null;
  }
};

const numberOrNull = (value: number): number | null => (Number.isNaN(value) ? null : value);

const readers: readonly Reader[] = [readIso, readEpoch, readHeader, readSpan, readClock];
