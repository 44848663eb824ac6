/** ISO 8601 UTC to milliseconds and back, as arithmetic: the core has no clock and no `Date`. */

const msPerDay = 86_400_000;

/** `2026-01-31T12:00:00.000Z` for milliseconds since the epoch, years 1970 to 9999. */
export const formatTime = (ms: number): string => {
  const days = Math.floor(ms / msPerDay);
  const rest = ms - days * msPerDay;
  const { year, month, day } = civilFromDays(days);
  const hours = Math.floor(rest / 3_600_000);
  const minutes = Math.floor(rest / 60_000) % 60;
  const seconds = Math.floor(rest / 1000) % 60;
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}T${pad(hours, 2)}:${pad(minutes, 2)}:${pad(seconds, 2)}.${pad(Math.floor(rest % 1000), 3)}Z`;
};

/** Milliseconds since the epoch of such a text; NaN for anything else. */
export const parseTime = (iso: string): number => {
  const match = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,3})\d*)?Z$/.exec(iso);
  if (match === null) return NaN;
  const [, year, month, day, hours, minutes, seconds, fraction = '0'] = match;
  const days = daysFromCivil(Number(year), Number(month), Number(day));
  const time = Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(seconds) * 1000;
  return days * msPerDay + time + Number(fraction.padEnd(3, '0'));
};

const pad = (value: number, digits: number): string => String(value).padStart(digits, '0');

/** Days since 1970-01-01 of a Gregorian date. Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms". */
const daysFromCivil = (year: number, month: number, day: number): number => {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
};

const civilFromDays = (days: number): { year: number; month: number; day: number } => {
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shifted + (shifted < 10 ? 3 : -9);
  const day = dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
};
