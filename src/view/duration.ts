/** Durations in words: the two largest units, `12m 34s`. */

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const;

/** `2d 4h`, `3h 5m`, `12m 34s`, `34s`, and below a second `340ms`. Negative durations read as `0s`. */
export const formatDuration = (ms: number): string => {
  if (!(ms > 0)) return '0s';
  if (ms < 1000) return `${Math.max(1, Math.round(ms))}ms`;
  return words(ms, 2);
};

/** The largest unit alone, `3m`: for what changes while one looks at it. */
export const formatDurationBriefly = (ms: number): string => (ms >= 1000 ? words(ms, 1) : '0s');

/** `about 40m left`: an estimate is not given to the second, unless there are only seconds. */
export const etaWords = (seconds: number): string => {
  const ms = seconds < 60 ? seconds * 1000 : Math.ceil(seconds / 60) * 60_000;
  return `about ${formatDuration(ms)} left`;
};

/** `about 12m left (9m–18m)`; without the interval where it says nothing. */
export const etaRangeWords = (seconds: number, low: number | null, high: number | null): string => {
  if (low === null || high === null) return etaWords(seconds);
  const range = rangeWords(low, high);
  return range.includes('–') ? `${etaWords(seconds)} (${range})` : etaWords(seconds);
};

/** `9m–18m`, or one of them where both read alike. */
export const rangeWords = (low: number, high: number): string => {
  const [from, to] = [roughly(low), roughly(high)];
  return from === to ? from : `${from}–${to}`;
};

/** An end of an interval, no finer than a person can use: ten seconds, above ten minutes minutes, above ten hours hours. */
const roughly = (seconds: number): string => {
  if (seconds < 60) return formatDuration(seconds * 1000);
  const step = seconds < 600 ? 10 : seconds < 36_000 ? 60 : 3600;
  return formatDuration(Math.round(seconds / step) * step * 1000);
};

const words = (ms: number, most: 1 | 2): string => {
  const seconds = Math.floor(ms / 1000) * 1000;
  const first = units.findIndex(([, unitMs]) => seconds >= unitMs);
  let rest = seconds;
  const parts = units.slice(first, first + most).map(([name, unitMs], i) => {
    const count = Math.floor(rest / unitMs);
    rest -= count * unitMs;
    return i > 0 && count === 0 ? '' : `${count}${name}`;
  });
  return parts.filter((part) => part !== '').join(' ');
};
